"""Status codes and their phrases (RFC 9110 section 15)."""

from __future__ import annotations

from http import HTTPStatus

HttpStatus = HTTPStatus

PHRASES: dict[int, str] = {status.value: status.phrase for status in HTTPStatus}


def phrase(code: int) -> str:
    """The reason phrase of a status code; "Unknown" for a code without one."""
    return PHRASES.get(code, "Unknown")


def check_final(status: object) -> None:
    """Refuse what is no status of an answer: RFC 9110 15 has three digits, and 1xx comes before an answer.

    Raises TypeError for what is no number, ValueError for another number.
    """
    if not isinstance(status, int):
        raise TypeError(f"a status is a number, such as 404, not {status!r}")
    if not 200 <= status <= 999:
        raise ValueError(f"{status} is no status of an answer: RFC 9110 15 has 200 to 599")
