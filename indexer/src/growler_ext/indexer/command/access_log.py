"""`AccessLog`: a line for each answer, at once, in the form that web servers have written since 1993 (CLF)."""

from __future__ import annotations

import re
import time
from typing import TextIO

from growler.http.body import FileBody
from growler.http.request import Request
from growler.http.response import Response

# A line break would forge lines, an escape sequence would be obeyed by the terminal.
_NOT_PLAIN = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")


class AccessLog:
    """Writes `ADDRESS - - [TIME] "METHOD TARGET HTTP/VERSION" STATUS BYTES`; `-` for a length not known before."""

    def __init__(self, out: TextIO) -> None:
        self._out: TextIO | None = out

    def __call__(self, req: Request, res: Response) -> None:
        res.on("after_send", lambda: self._write(line(req, res, time.time())))

    def _write(self, text: str) -> None:
        if self._out is None:
            return
        try:
            self._out.write(text + "\n")
            self._out.flush()
        except (OSError, ValueError):  # nobody reads any more
            self._out = None


def line(req: Request, res: Response, now: float) -> str:
    """The line for an answer that has been sent."""
    moment = time.strftime("%d/%b/%Y:%H:%M:%S %z", time.localtime(now))
    target = _NOT_PLAIN.sub(lambda found: f"\\x{ord(found[0]):02x}", req.original_url)
    return (
        f'{req.ip or "-"} - - [{moment}] "{req.head.method} {target} HTTP/{req.head.version}" '
        f"{res.status_code} {_length(res)}"
    )


def _length(res: Response) -> int | str:
    if not res.carries_body:
        return 0
    if isinstance(res.body, bytes):
        return len(res.body)
    return res.body.count if isinstance(res.body, FileBody) else "-"
