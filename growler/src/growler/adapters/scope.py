"""What an ASGI scope says of a request: `ScopeHead`, and the path, of which servers have several ideas."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

from growler.exchange import Connection, RequestHead

_QUESTION_MARK, _SLASH = b"?/"  # as numbers: to look for a single byte as bytes takes ten times as long


class ScopeHead(RequestHead):
    """A RequestHead that leaves in the scope what is asked for by few.

    Made by hand, attribute by attribute: an `__init__` in Python costs as much as all it would do.
    """

    __slots__ = ("scope",)

    scope: dict[str, Any]

    __init__ = object.__init__  # see above

    @property
    def connection(self) -> Connection:  # type: ignore[override]  # what the base keeps in a slot, nobody sets
        scope = self.scope
        return Connection(scope.get("scheme", "http"), scope.get("client"), scope.get("server"))

    @property
    def root(self) -> bytes:  # type: ignore[override]  # as above
        return _root(self.scope)

    @property
    def version(self) -> str:  # type: ignore[override]  # as above
        version: str = self.scope.get("http_version", "1.1")
        return version


def path_of(scope: dict[str, Any]) -> bytes:
    """The path below the mount point, percent-encoded as it came where the server tells that."""
    raw: bytes | None = scope.get("raw_path")
    if not raw or raw[0] != _SLASH or _QUESTION_MARK in raw:
        raw = _made(scope)
    return _below(_root(scope), raw) if scope.get("root_path") else raw


def _made(scope: dict[str, Any]) -> bytes:
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        raw = _quoted(scope["path"])
    # Some servers leave the query on it, or the scheme and the host of the absolute form (RFC 9112 3.2.2).
    raw = raw.partition(b"?")[0]
    if not raw.startswith(b"/") and b"://" in raw:
        raw = b"/" + raw.partition(b"://")[2].partition(b"/")[2]
    return raw or b"/"


def _root(scope: dict[str, Any]) -> bytes:
    """Where the app is mounted (`root_path`), percent-encoded; b"" at the top."""
    return _quoted(scope.get("root_path", "").rstrip("/"))


def _below(root: bytes, path: bytes) -> bytes:
    """The path below a mount point. By the specification the path has it in front; some servers have cut it off."""
    rest = path.removeprefix(root)
    return path if rest[:1] not in (b"/", b"") else rest or b"/"


def _quoted(path: str) -> bytes:
    return quote_from_bytes(path.encode("utf-8", "surrogateescape"), safe="/:@!$&'()*+,;=~").encode()
