"""Errors as application/problem+json (RFC 9457), whatever the client accepts: who calls an API reads JSON.

The core would answer an HTTPError by Accept: a page, a text, or a problem. An error handler - three parameters, used
behind all that may fail - comes before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from growler import HTTPError, Request, Response


class Problem(HTTPError):
    """An error that says more than its status.

    Parameters:
        status: 400 to 599.
        detail: what went wrong this time, for people.
        type: a URI that names the kind of problem; it need not lead anywhere.
        title: the kind in words; the same for all problems of a type.
        headers: header fields to send along.
        members: whatever else programs shall read.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        type: str,
        title: str,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail, code=status, headers=headers)
        self.members = {"type": type, "title": title, **members}


def answer_problem(req: Request, res: Response, error: Exception) -> None:
    """The error handler. What is no HTTPError is a bug: it goes on to the core, which logs it and tells nothing."""
    if not isinstance(error, HTTPError):
        raise error
    # Without a `type` the problem is the status itself, and its phrase is the title (RFC 9457 4.2.1).
    own = error.members if isinstance(error, Problem) else {"title": HTTPStatus(error.code).phrase}
    for name, value in error.headers.items():
        res.headers[name] = value
    res.headers["Cache-Control"] = "no-store"
    res.set_type("application/problem+json")
    res.send_json(
        {**own, "status": error.code, "detail": error.message, "instance": req.original_url}, error.code
    )
