"""`Compression`: answers as zstd, br or gzip for clients that accept it.

A hook decides when the answer is known: its type and size, what the client accepts (`content_coding.py`). A body of
bytes is compressed whole and has its Content-Length; anything longer goes out through a `CompressedExchange`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence

from growler.exchange import Fields
from growler.http.body import Body, FileBody
from growler.http.request import Request
from growler.http.response import Response
from growler.middleware.compressed_exchange import AT_ONCE, CompressedExchange
from growler.middleware.content_coding import NO_CHOICE, choose, is_compressible, is_left_alone, weakened
from growler.middleware.encoders import CODINGS, Encoder


class Compression:
    """Compress answers of types that become smaller, if the client accepts it.

        app.use(Compression())  # in front of everything whose answers it shall compress

    Streams and server-sent events are compressed piece by piece and arrive as they are sent. Files are compressed in
    a thread while they are sent, each time anew and without ranges: where that is too dear, keep them compressed
    beside the originals. Left alone is what is encoded already, partial (206), or marked `no-transform`.

    Not for pages that show a secret (a CSRF token that stays the same, say) together with something that a stranger
    can put into the URL: the size of the answer then tells, guess by guess, what the secret is (BREACH,
    CVE-2013-3587). Set `Cache-Control: no-transform` on those, or make the secret look different each time.

    Parameters:
        minimum: bytes; shorter answers do not gain from it.
        encodings: of "zstd", "br" and "gzip" those to be used, the preferred first - it decides where the client has
            no preference. None: all that are installed. zstd and br need `pip install growler[compression]`.
        levels: other levels than the usual ones, such as `{"br": 6}`. There are zstd 1 to 19 (usually 3), br 0 to 11
            (4) and gzip 1 to 9 (6).

    Raises ValueError that names every mistake.
    """

    def __init__(
        self,
        minimum: int = 1024,
        encodings: Sequence[str] | None = None,
        *,
        levels: Mapping[str, int] | None = None,
    ) -> None:
        levels = levels or {}
        mistakes = [f"{name!r} is no encoding: there are {', '.join(CODINGS)}"
                    for name in {*(encodings or ()), *levels} - CODINGS.keys()]  # fmt: skip
        mistakes += [f"{name} is not installed: pip install growler[compression]"
                     for name in encodings or () if name in CODINGS and not CODINGS[name].is_installed]  # fmt: skip
        for name, level in levels.items():
            if name in CODINGS and level not in (known := CODINGS[name].levels):
                mistakes.append(f"levels: {name} has levels from {known[0]} to {known[-1]}, not {level}")
        if minimum < 0:
            mistakes.append(f"minimum={minimum}: a size is 0 or more bytes")
        if encodings is not None and not encodings:
            mistakes.append("encodings is empty: leave Compression out")
        if mistakes:
            raise ValueError("; ".join(sorted(mistakes)))
        self._minimum = minimum
        self._levels = {name: levels.get(name, coding.level) for name, coding in CODINGS.items()}
        self._encodings = tuple(
            encodings or (name for name, coding in CODINGS.items() if coding.is_installed)
        )

    def __call__(self, req: Request, res: Response) -> None:
        res.on("headers", lambda: self._compress(req, res))

    def _compress(self, req: Request, res: Response) -> Awaitable[None] | None:
        """The hook: decide, and change the answer."""
        headers = res.headers
        if res.status_code == 304:
            self._describe_unchanged(req, res)
            return None
        if not is_compressible(str(headers.get("Content-Type", ""))):
            return None
        if "Vary" in headers:
            res.vary("Accept-Encoding")
        else:
            headers["Vary"] = "Accept-Encoding"
        accepted = _accepted(req.head.fields)
        coding, forbids_identity = choose(accepted, self._encodings) if accepted else NO_CHOICE
        if coding == "identity" or (_size(res) < self._minimum and not forbids_identity):
            return None
        if is_left_alone(res.status_code, headers):
            return None
        encoder = CODINGS[coding].make(self._levels[coding])
        body = res.body
        if not res.has_ended or not isinstance(body, bytes):
            _declare(res, coding)
            res.exchange = CompressedExchange(res.exchange, coding, encoder)
            return None
        if len(body) > AT_ONCE:
            return _compress_in_thread(res, coding, encoder, body)
        _replace_body(res, coding, _whole(encoder, body))
        return None

    @staticmethod
    def _describe_unchanged(req: Request, res: Response) -> None:
        """Let a 304 speak of the compressed answer if it is that what the client has (RFC 9110 15.4.5)."""
        etag = res.headers.get("ETag")
        if isinstance(etag, str) and weakened(etag) in (req.get("if-none-match") or ""):
            res.headers["ETag"] = weakened(etag)
            res.vary("Accept-Encoding")


def _accepted(fields: Fields) -> str:
    """Accept-Encoding, looked for without making a mapping of all fields."""
    values = [value for name, value in fields if len(name) == 15 and name.lower() == b"accept-encoding"]
    return b",".join(values).decode("latin-1")


def _size(res: Response) -> float:
    """The bytes of the body; infinite where nobody has said."""
    body: Body = res.body
    if res.has_ended and isinstance(body, bytes):
        return len(body)
    declared = str(res.headers.get("Content-Length", ""))
    if declared.isdecimal():
        return int(declared)
    return body.count if isinstance(body, FileBody) else float("inf")


def _declare(res: Response, coding: str) -> None:
    """Set the fields of a compressed answer."""
    headers = res.headers
    headers["Content-Encoding"] = coding
    etag = headers.get("ETag")
    if isinstance(etag, str):
        headers["ETag"] = weakened(etag)
    # Both are about the bytes as they were.
    for name in ("Content-Length", "Accept-Ranges"):
        if name in headers:
            del headers[name]


def _replace_body(res: Response, coding: str, body: bytes) -> None:
    _declare(res, coding)
    res.body = body


async def _compress_in_thread(res: Response, coding: str, encoder: Encoder, body: bytes) -> None:
    _replace_body(res, coding, await asyncio.to_thread(_whole, encoder, body))


def _whole(encoder: Encoder, body: bytes) -> bytes:
    return encoder.encode(body) + encoder.finish()
