"""What becomes of a store's failure: one line in the log, and for the client no more than that there is one."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

from growler.http.errors import HTTPErrorServiceUnavailable
from growler_ext.session.store import StoreError

T = TypeVar("T")

log: logging.Logger = logging.getLogger("growler.session")


def report(error: StoreError) -> None:
    cause = error.__cause__
    why = "" if cause is None else f" ({type(cause).__name__}: {cause})"
    log.error("the session store failed: %s%s", error, why)


def unavailable() -> HTTPErrorServiceUnavailable:
    return HTTPErrorServiceUnavailable("Sessions are not available at the moment.")


async def or_unavailable(answer: Awaitable[T]) -> T:
    """What a store answers. Raises HTTPErrorServiceUnavailable if it fails."""
    try:
        return await answer
    except StoreError as error:
        report(error)
        raise unavailable() from error
