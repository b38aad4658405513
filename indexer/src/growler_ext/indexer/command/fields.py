"""Header fields for every answer, those of errors among them: `--header`, and `--cors` (the Fetch Standard)."""

from __future__ import annotations

from collections.abc import Sequence

from growler.http.request import Request
from growler.http.response import Response

_READABLE = "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified, Link"
_SENDABLE = (
    "Accept, Authorization, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range"
)


class Fields:
    """Sets fields last of all, so that nothing else of that name is left."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._fields = fields

    def __call__(self, req: Request, res: Response) -> None:
        res.on("headers", lambda: self._set(res))

    def _set(self, res: Response) -> None:
        for name in {name.lower() for name, _ in self._fields}:
            res.headers.pop(name, None)
        for name, value in self._fields:
            res.headers.append(name, value)


class Cors:
    """Lets the pages of all sites read all answers; answers their browsers' questions before (preflight)."""

    def __call__(self, req: Request, res: Response) -> None:
        res.on("headers", lambda: self._set(res))
        if req.head.method == "OPTIONS" and req.get("access-control-request-method") is not None:
            res.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            res.headers["Access-Control-Allow-Headers"] = _SENDABLE
            res.headers["Access-Control-Max-Age"] = "7200"
            res.decide(b"", status=204)

    def _set(self, res: Response) -> None:
        res.headers["Access-Control-Allow-Origin"] = "*"
        res.headers["Access-Control-Expose-Headers"] = _READABLE
