"""HTTP as values: methods, status codes, header fields, request, response, errors (RFC 9110)."""

from growler.http.errors import HTTPError
from growler.http.headers import Headers
from growler.http.methods import HTTPMethod
from growler.http.request import Request
from growler.http.response import Response
from growler.http.status import HttpStatus

HTTPRequest = Request
HTTPResponse = Response

__all__ = [
    "HTTPError",
    "HTTPMethod",
    "HTTPRequest",
    "HTTPResponse",
    "Headers",
    "HttpStatus",
    "Request",
    "Response",
]
