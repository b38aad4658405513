"""The body of a request: piece by piece, whole, or as what it says. Read when somebody asks, and within the limits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from growler.exchange import Exchange
from growler.http import json_body
from growler.http.errors import HTTPErrorBadRequest, HTTPErrorRequestEntityTooLarge

if TYPE_CHECKING:
    from growler.app import App
    from growler.http.forms import Form


class RequestBody:
    """The part of a Request that reads its body."""

    app: App
    exchange: Exchange

    # Class-level defaults instead of assignments: a request without a body pays for none of these.
    _form: Form | None = None
    _json: Any = None
    """What `json()` gave last, so that others can tell it from a dict that somebody made."""
    _body: bytes | None = None
    _body_taken: bool = False

    @abstractmethod
    def get(self, name: str, default: str | None = None) -> str | None:
        """A header field's value."""

    async def stream(self) -> AsyncIterator[bytes]:
        """The body piece by piece, as it arrives; unbounded. If `body` has read it, all of it in one piece.

        Raises ClientDisconnected, and RuntimeError when the body was streamed before.
        """
        if self._body is not None:
            yield self._body
            return
        if self._body_taken:
            raise RuntimeError("the body was read already; keep what req.body() gave")
        self._body_taken = True
        while piece := await self.exchange.receive():
            yield piece

    async def body(self, *, limit: int | None = None) -> bytes:
        """The whole body. May be called again.

        Parameters:
            limit: bytes; `Limits.max_body` (1 MiB) if None.

        Raises HTTPErrorRequestEntityTooLarge over the limit, before more than that is kept.
        """
        if self._body is None:
            limit = self.app.limits.max_body if limit is None else limit
            self.demand_size(limit)
            pieces, size = [], 0
            async for piece in self.stream():
                size += len(piece)
                if size > limit:
                    raise HTTPErrorRequestEntityTooLarge(f"the body may have {limit} bytes")
                pieces.append(piece)
            self._body = b"".join(pieces)
        return self._body

    def demand_size(self, limit: int) -> None:
        """Refuse a body that is declared to be too large before any of it is read.

        Raises HTTPErrorRequestEntityTooLarge.
        """
        declared = (self.get("content-length") or "").lstrip("0")
        # A longer number is larger than any limit, and Python takes no text of thousands of digits for one.
        if declared.isdecimal() and int(declared[:20]) > limit:
            raise HTTPErrorRequestEntityTooLarge(f"the body may have {limit} bytes")

    async def text(self) -> str:
        """The body as UTF-8 text. Raises HTTPErrorBadRequest if it is none."""
        try:
            return (await self.body()).decode()
        except UnicodeDecodeError:
            raise HTTPErrorBadRequest("the body is not UTF-8") from None

    async def json(self) -> Any:
        """The body as JSON, whatever its Content-Type.

        Strict (see `growler.http.json_body`): a name twice in one object, NaN, numbers beyond what a float or
        Python's integers hold, half surrogate pairs and more than 100 levels are refused.
        Raises HTTPErrorBadRequest.
        """
        try:
            self._json = json_body.parse(await self.body())
        except json_body.JSONError as error:
            raise HTTPErrorBadRequest(f"the body is not JSON: {error}") from None
        return self._json

    async def form(self) -> Form:
        """The form in the body: its fields, and the files of a multipart/form-data one. May be called again.

        Raises HTTPErrorUnsupportedMediaType for other types, HTTPErrorBadRequest for a body that is no such form,
        HTTPErrorRequestEntityTooLarge over one of the limits (`max_body`, `max_form...`, `max_query_fields`).
        """
        if self._form is None:
            from growler.http.form_body import read_form  # for those who get forms

            self._form = await read_form(self)
        return self._form
