"""Where a Static is mounted, which its own URLs begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from growler_ext.static.redirect import quoted

if TYPE_CHECKING:
    from growler.router.pattern import Pattern
    from growler.router.router import Router


class Mounts:
    """The mount points of a Static, as the core has told them.

    Parameters:
        prefix: what its URLs begin with instead, where something else stands before the application.
    """

    def __init__(self, prefix: str | None) -> None:
        self._given = prefix.rstrip("/") if prefix is not None else None
        self._known: list[tuple[Router, Pattern]] = []

    def add(self, router: Router, pattern: Pattern) -> None:
        self._known.append((router, pattern))

    @property
    def prefix(self) -> str:
        """What a URL begins with, without a slash at its end; of several mount points, the first.

        Raises RuntimeError for a mount point that has no one path, and where none is known.
        """
        if self._given is not None:
            return self._given
        for router, pattern in self._known:
            whole = router.seen_from_app(pattern)
            if whole is None:
                continue
            if whole.regex is not None or whole.params:
                raise RuntimeError(
                    f"this Static is mounted at {whole}, which is many paths: give Static(..., prefix=...) the one "
                    "that its URLs are to begin with"
                )
            return "".join(f"/{quoted(str(part))}" for part in whole.segments)
        raise RuntimeError(
            'this Static is not mounted yet, so its files have no URL: call app.use("/static", static) before, or '
            "give Static(..., prefix=...)"
        )
