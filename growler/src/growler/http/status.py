"""Status codes and their phrases (RFC 9110 section 15)."""

from __future__ import annotations

from http import HTTPStatus

HttpStatus = HTTPStatus

PHRASES: dict[int, str] = {status.value: status.phrase for status in HTTPStatus}


def phrase(code: int) -> str:
    """The reason phrase of a status code; "Unknown" for a code without one."""
    return PHRASES.get(code, "Unknown")
