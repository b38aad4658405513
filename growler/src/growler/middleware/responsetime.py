"""`ResponseTime`: tells the client how long its answer took to be made."""

from __future__ import annotations

import logging
from time import perf_counter

from growler.http.headers import Headers
from growler.http.request import Request
from growler.http.response import Response

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}


class ResponseTime:
    """Set `X-Response-Time: 1.234ms`: from this middleware to just before the first byte leaves.

        app.use(ResponseTime())

    How long something takes may tell strangers what it did - whether a user exists, whether something was cached.

    Parameters:
        digits: decimals.
        log: a logger that gets a line for each answer too.
        units: "s", "ms" or "us".
        header: the header field's name.
        suffix: whether the unit follows the number.
        clobber_header: whether a field of that name that somebody else has set is replaced.

    Raises ValueError that names every mistake.
    """

    def __init__(
        self,
        digits: int = 3,
        log: logging.Logger | None = None,
        units: str = "ms",
        header: str = "X-Response-Time",
        suffix: bool = True,
        clobber_header: bool = False,
    ) -> None:
        mistakes = []
        if digits < 0:
            mistakes.append(f"digits={digits}: decimals are 0 or more")
        if units not in _PER_SECOND:
            mistakes.append(f"units={units!r}: one of {', '.join(_PER_SECOND)}")
        try:
            Headers({header: ""})
        except ValueError as error:
            mistakes.append(f"header={header!r}: {error}")
        if mistakes:
            raise ValueError("; ".join(mistakes))
        self.digits = digits
        self.log = log
        self.units = units
        self.header_name = header
        self.suffix = suffix
        self.clobber_header = clobber_header

    def __call__(self, req: Request, res: Response) -> None:
        begun = perf_counter()

        def set_header() -> None:
            if self.header_name in res.headers and not self.clobber_header:
                return
            value = self.format_timediff(perf_counter() - begun)
            if self.suffix:
                value += self.units
            res.set(self.header_name, value)
            if self.log is not None:
                self.log.info("%s %r took %s", req.head.method, req.head.path, value)

        res.events.on("headers", set_header)

    def format_timediff(self, seconds: float) -> str:
        """Seconds as a number in the chosen unit, rounded.

        >>> ResponseTime().format_timediff(0.042)
        '42.0'
        """
        return str(round(seconds * _PER_SECOND[self.units], self.digits))
