"""The session's cookie: its name, its attributes, its Set-Cookie lines. Pure functions of the options and https."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from growler_ext.cookieparser import serialize

SameSite = Literal["Strict", "Lax", "None"]
# No attribute has it.
_MARK = "VALUE-OF-THE-SESSION"

_MAX_FRAMES = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CookieRule:
    """The options of the cookie. It is always HttpOnly: no script has a use for an id."""

    name: str
    secure: bool | Literal["auto"]
    samesite: SameSite
    path: str
    domain: str | None
    partitioned: bool = False
    _frames: dict[tuple[bool, float | None], tuple[str, str]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def is_secure(self, https: bool) -> bool:
        """ "auto" is Secure on https, and where browsers demand it (RFC 6265bis 4.1.3, 5.7; CHIPS)."""
        if self.secure != "auto":
            return self.secure
        return https or self.samesite == "None" or self.partitioned or self._is_prefixed()

    def reaches(self, https: bool) -> bool:
        """Whether a browser keeps the cookie of such an answer: one that must be Secure comes by https alone.

        What "auto" makes Secure is sent all the same: browsers take it from localhost.
        """
        return https or self.secure is not True

    def covers(self, path: str) -> bool:
        """Whether browsers send the cookie to a path (RFC 6265 5.1.4): "/app" covers "/app/x" and not "/apple"."""
        mine = self.path
        return path.startswith(mine) and (len(path) == len(mine) or mine[-1] == "/" or path[len(mine)] == "/")

    def name_for(self, https: bool) -> str:
        """The name, as `__Host-...` where that is allowed: no other host and no http page can then set it.

        RFC 6265bis 4.1.3.2: Secure, the path "/" and no domain.
        """
        if self.is_secure(https) and self.path == "/" and self.domain is None and not self._is_prefixed():
            return f"__Host-{self.name}"
        return self.name

    def send(self, value: str, max_age: float | None, *, https: bool) -> str:
        """The line that sets the cookie. Raises ValueError that lists what is wrong with the options.

        Parameters:
            value: what needs no quotes (RFC 6265 4.1.1), as ids and sealed sessions do.
        """
        # What stands around the value is the same for most answers: writing it costs more than all else about a cookie.
        frame = self._frames.get((https, max_age))
        if frame is None:
            before, _, after = self._line(_MARK, max_age, None, https).partition(_MARK)
            if len(self._frames) < _MAX_FRAMES:
                self._frames[https, max_age] = (before, after)
        else:
            before, after = frame
        return f"{before}{value}{after}"

    def clear(self, *, https: bool) -> str:
        """The line that makes the browser forget it: the same attributes, or it would not."""
        return self._line("", 0, _EPOCH, https)

    def _line(self, value: str, max_age: float | None, expires: datetime | None, https: bool) -> str:
        return serialize(
            self.name_for(https),
            value,
            max_age=max_age,
            expires=expires,
            path=self.path,
            domain=self.domain,
            secure=self.is_secure(https),
            httponly=True,
            samesite=self.samesite,
            partitioned=self.partitioned,
        )

    def _is_prefixed(self) -> bool:
        return self.name.lower().startswith(("__host-", "__secure-"))
