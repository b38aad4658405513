"""Chooses how the body of a request is read as a form, by its Content-Type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from growler.http.errors import HTTPErrorRequestEntityTooLarge, HTTPErrorUnsupportedMediaType
from growler.http.forms import Form
from growler.http.media import essence
from growler.limits import Limits

if TYPE_CHECKING:
    from growler.http.request_body import RequestBody

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


async def read_form(req: RequestBody) -> Form:
    """The form in a request's body. Raises what `Request.form` says."""
    limits = req.app.limits
    content_type = req.get("content-type") or ""
    kind = essence(content_type)
    if kind == URLENCODED:
        return parse_urlencoded(await req.body(), limits)
    if kind == MULTIPART:
        from growler.http.multipart import read_multipart  # with its library, for those who get files

        req.demand_size(limits.max_form)
        return await read_multipart(content_type, req.stream(), limits)
    # RFC 9110 15.5.16: says what would have been taken
    raise HTTPErrorUnsupportedMediaType(
        f"a form of type {URLENCODED} or {MULTIPART} is wanted",
        headers={"Accept": f"{URLENCODED}, {MULTIPART}"},
    )


def parse_urlencoded(body: bytes, limits: Limits) -> Form:
    """The fields of an application/x-www-form-urlencoded body (URL Standard, section 5.1: UTF-8, else U+FFFD).

    Raises HTTPErrorRequestEntityTooLarge for more than `Limits.max_query_fields`.
    """
    if body.count(b"&") >= limits.max_query_fields:
        raise HTTPErrorRequestEntityTooLarge(f"a form may have {limits.max_query_fields} fields")
    return Form.parse(body.decode("utf-8", "replace"), max_fields=limits.max_query_fields)
