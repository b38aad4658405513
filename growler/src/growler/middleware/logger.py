"""`Logger`: one line per answer, with the address of the client."""

from __future__ import annotations

import logging
import sys
import time

from growler.http.request import Request
from growler.http.response import Response


class Logger:
    """Log every answer that passes through: address, method, path, status, milliseconds.

    Lines go to the logger `growler.access`, level INFO; while nobody has configured logging they are written
    to standard error, so that `app.use(Logger())` alone shows something. Queries are left out: they hold tokens.

    >>> app.use(Logger())
    """

    def __init__(self) -> None:
        self._log = logging.getLogger("growler.access")
        if not self._log.hasHandlers():
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(logging.Formatter("%(message)s"))
            self._log.addHandler(handler)
            self._log.setLevel(logging.INFO)

    def __call__(self, req: Request, res: Response) -> None:
        begun = time.perf_counter()

        def write() -> None:
            milliseconds = (time.perf_counter() - begun) * 1000
            # As sent, still percent-encoded: a decoded path could hold line breaks and forge lines.
            path = req.head.path.decode("latin-1")
            self._log.info("%s %s %s %d %.1fms", req.ip, req.head.method, path, res.status_code, milliseconds)

        res.on("after_send", write)
