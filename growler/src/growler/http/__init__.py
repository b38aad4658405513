"""HTTP as values: methods, status codes, header fields, request, response, errors (RFC 9110)."""

from typing import TYPE_CHECKING, Any

from growler.http.errors import HTTPError
from growler.http.headers import Headers
from growler.http.methods import HTTPMethod
from growler.http.request import HTTPRequest, Request
from growler.http.response import HTTPResponse, Response
from growler.http.status import HttpStatus

if TYPE_CHECKING:
    from growler.aio import GrowlerHTTPProtocol


def __getattr__(name: str) -> Any:
    """The native server's protocol was found here; it is loaded by those who ask."""
    if name == "GrowlerHTTPProtocol":
        from growler.aio import GrowlerHTTPProtocol

        return GrowlerHTTPProtocol
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "GrowlerHTTPProtocol",
    "HTTPError",
    "HTTPMethod",
    "HTTPRequest",
    "HTTPResponse",
    "Headers",
    "HttpStatus",
    "Request",
    "Response",
]
