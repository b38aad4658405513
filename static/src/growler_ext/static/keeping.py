"""How long clients keep a file: the value of Cache-Control (RFC 9111 section 5.2.2, RFC 8246)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from growler_ext.static.age import LONGEST

Immutable = bool | str | re.Pattern[str] | Callable[[str], bool]
"""All files, none, those whose path a regex finds, or those a function says so of."""


PUBLIC = "public, "
"""RFC 9111 5.2.2.9: caches that serve several people may keep it. Not said to a request with credentials."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """The rules of one Static.

    Parameters:
        max_age: seconds.
        immutable: which files never change under their name.
        cache_control: a value to send for all others; False for none at all; None to make it of `max_age`.
    """

    max_age: int = 0
    immutable: bool | Callable[[str], object] = False
    cache_control: str | bool | None = None

    def of(self, path: str, *, versioned: bool) -> str | None:
        """The value for a file; None for no field.

        Parameters:
            path: below the root, with slashes.
            versioned: asked for under a URL that names its contents.
        """
        if self.cache_control is False:
            return None
        if versioned or (self.immutable(path) if callable(self.immutable) else False):
            return f"{PUBLIC}max-age={LONGEST}, immutable"
        if self.immutable is True:
            return f"{PUBLIC}max-age={self.max_age or LONGEST}, immutable"
        if isinstance(self.cache_control, str):
            return self.cache_control
        return f"{PUBLIC}max-age={self.max_age}"


def immutable_rule(immutable: Immutable) -> bool | Callable[[str], object]:
    """A regex, written or compiled, as the function that searches with it. Raises re.error."""
    if isinstance(immutable, str | re.Pattern):
        return re.compile(immutable).search
    return immutable
