"""The error for everything that is wired in a way that cannot work."""

from __future__ import annotations

from collections.abc import Sequence


class AuthWiringError(ValueError):
    """Auth is wired in a way that cannot work; the message names every mistake and its fix."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n- ".join(["several mistakes:", *mistakes] if len(mistakes) > 1 else mistakes))
