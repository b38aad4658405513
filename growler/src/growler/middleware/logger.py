"""`Logger`: one line per answer, with the address of the client.

A log record for each answer would cost as much as answering it. So an answer only adds its line to a list, and
the lines of all answers of one turn of the event loop are written together at its end: at once for people, and the
busier the server, the more of them in one write.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import sys
import time

from growler.http.request import Request
from growler.http.response import Response


class Logger:
    """Log every answer that passes through: address, method, path, status, milliseconds.

    Lines go to the logger `growler.access`, level INFO, where logging has been configured for it when the first
    request comes. Else they are written to standard error, so that `app.use(Logger())` alone shows something; that
    costs the least too. Queries are left out: they hold tokens.

    >>> app.use(Logger())
    """

    def __init__(self) -> None:
        self._log = logging.getLogger("growler.access")
        self._lines: list[tuple[float, str]] = []
        self._scheduled_in: asyncio.AbstractEventLoop | None = None
        atexit.register(self.flush)  # for what waits when the loop has stopped

    def __call__(self, req: Request, res: Response) -> None:
        begun = time.perf_counter()

        def note() -> None:
            milliseconds = (time.perf_counter() - begun) * 1000
            head = req.head
            # As sent, still percent-encoded: a decoded path could hold line breaks and forge lines.
            path = head.path.decode("ascii", "backslashreplace")
            self._lines.append(
                (time.time(), f"{req.ip} {head.method} {path} {res.status_code} {milliseconds:.1f}ms")
            )
            loop = asyncio.get_running_loop()
            if self._scheduled_in is not loop:  # a loop that was stopped before would never do it
                self._scheduled_in = loop
                loop.call_soon(self.flush)

        res.on("after_send", note)

    def flush(self) -> None:
        """Write the lines that wait; the Logger does so by itself."""
        lines, self._lines, self._scheduled_in = self._lines, [], None
        if not lines:
            return
        if self._log.hasHandlers():
            self._hand_over(lines)
        else:
            sys.stderr.write("".join([f"{line}\n" for _, line in lines]))
            sys.stderr.flush()

    def _hand_over(self, lines: list[tuple[float, str]]) -> None:
        """Give each line to `logging` as a record with the time of its answer."""
        if not self._log.isEnabledFor(logging.INFO):
            return
        for finished, line in lines:
            # Made by hand: `Logger.info` would look for its caller on the stack, which takes longer than the rest.
            record = logging.LogRecord(self._log.name, logging.INFO, __file__, 0, "%s", (line,), None)
            record.created, record.msecs = finished, finished % 1 * 1000
            self._log.handle(record)
