"""Decides what is told of an error, and to whom: `Report`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from growler.http.errors import HTTPError
from growler.http.headers import HeaderValue
from growler.http.status import phrase


@dataclass(frozen=True, slots=True)
class Report:
    """All that a page may show."""

    status: int
    message: str
    """What to tell the client beyond the status; "" for nothing."""
    headers: Mapping[str, HeaderValue]
    incident: str | None = None
    """The id under which the log has it; None for what is not in the log."""
    shown: Exception | None = None
    """The error itself, where its traceback is to be shown."""

    @property
    def phrase(self) -> str:
        return phrase(self.status)

    @property
    def title(self) -> str:
        return f"{self.status} {self.phrase}"


def make_report(error: Exception, *, in_development: bool) -> Report:
    """What to tell of an error. Its message is told if it is a HTTPError's, which is meant for the client."""
    answer = find_http_error(error)
    if answer is not None:
        message = str(answer.message)
        return Report(
            answer.code,
            "" if message == phrase(answer.code) else message,
            answer.headers,
            shown=error if in_development and answer.code >= 500 else None,
        )
    incident = secrets.token_hex(6)
    return Report(
        500,
        f"The server failed. The log has it as {incident}.",
        {},
        incident,
        shown=error if in_development else None,
    )


def find_http_error(error: BaseException) -> HTTPError | None:
    """The HTTPError that an error is, or that a task group wrapped; None where anything else failed too."""
    if isinstance(error, HTTPError):
        return error
    if not isinstance(error, BaseExceptionGroup):
        return None
    found = [find_http_error(part) for part in error.exceptions]
    return found[0] if all(found) else None
