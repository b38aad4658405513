"""What a request carries in its Authorization field (RFC 9110 11.6.2), read in one place for all methods."""

from __future__ import annotations

from growler.http.errors import HTTPErrorBadRequest
from growler.http.request import Request

MAX_LENGTH = 8192
"""Characters of a credential; longer ones are as bad as forged ones."""

INVALID_TOKEN = 'Bearer error="invalid_token"'  # noqa: S105 - a challenge and no password
"""The challenge of a 401 for a bearer token that is no good (RFC 6750 3.1)."""


def credential(req: Request, scheme: str) -> str | None:
    """What follows the name of a scheme, which is compared without case; None for another scheme or no field.

    Raises HTTPErrorBadRequest for two fields: two readers might each take a different one.
    """
    found = req.headers.getall("authorization")
    if not found:
        return None
    if len(found) > 1:
        raise HTTPErrorBadRequest("a request has one Authorization field")
    name, _, rest = found[0].partition(" ")
    return rest.strip(" ") if name.lower() == scheme else None
