"""Route paths as values: `/blog/:year/:mo` is a tuple of segments, a compiled regex is itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARAM = re.compile(r":([A-Za-z_][A-Za-z0-9_]*)").fullmatch
# {id} of Starlette, <int:id> of Flask: taken as they stand they would match that very text alone.
_FOREIGN_PARAM = re.compile(r"\{\w+(:\w+)?\}|<(\w+:)?\w+>").search


@dataclass(frozen=True, slots=True)
class Param:
    """A segment that matches anything but nothing, under a name."""

    name: str


Segment = str | Param


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path below a mount point: segments, and for a compiled regex the regex over what follows them."""

    segments: tuple[Segment, ...]
    regex: re.Pattern[str] | None = None

    @property
    def params(self) -> tuple[tuple[str, int], ...]:
        """Names and the positions of their segments."""
        return tuple((part.name, i) for i, part in enumerate(self.segments) if isinstance(part, Param))

    def below(self, mount: Pattern) -> Pattern:
        """This pattern as seen from above a mount point. Raises ValueError for a name used twice."""
        if mount.regex is not None:
            raise ValueError(
                "a router cannot be mounted at a regex: what follows it would have no definite path"
            )
        return Pattern(mount.segments + self.segments, self.regex).checked()

    def checked(self) -> Pattern:
        """Itself. Raises ValueError for a name used twice."""
        names = [name for name, _ in self.params]
        if len(names) != len(set(names)):
            raise ValueError(
                f"a parameter name stands twice in {self}: rename one, or its value would be lost"
            )
        return self

    def __str__(self) -> str:
        path = "/" + "/".join(f":{part.name}" if isinstance(part, Param) else part for part in self.segments)
        return path + (f" ~ {self.regex.pattern}" if self.regex is not None else "")


def parse(path: str | re.Pattern[str]) -> Pattern:
    """A pattern from a path as written: `/users/:id`; one trailing slash means nothing.

    Raises ValueError for a path that cannot match anything, in a sentence that names the fix.
    """
    if isinstance(path, re.Pattern):
        return Pattern((), path)
    if not isinstance(path, str):
        raise TypeError(f"a path is a str or a compiled regex, not {type(path).__name__}")
    if not path.startswith("/"):
        raise ValueError(f"a path begins with a slash: write {'/' + path!r} for {path!r}")
    if "?" in path or "#" in path:
        raise ValueError(f"{path!r}: a path has no query; read it from req.query")
    inner = path[1:].removesuffix("/")
    segments = tuple(_segment(part, path) for part in inner.split("/")) if inner else ()
    return Pattern(segments).checked()


def _segment(part: str, path: str) -> Segment:
    if not part:
        raise ValueError(f"{path!r} has two slashes in a row, which no request path that is safe has")
    if part in (".", ".."):
        raise ValueError(f"{path!r} has the segment {part!r}, which is resolved before a request is routed")
    if part.startswith(":"):
        found = _PARAM(part)
        if found is None:
            raise ValueError(f"{part!r} in {path!r} is no parameter: a colon and a name, such as :id")
        return Param(found[1])
    if _FOREIGN_PARAM(part):
        raise ValueError(
            f"{part!r} in {path!r}: a parameter is a colon and a name, such as :id, and all of a segment"
        )
    return part
