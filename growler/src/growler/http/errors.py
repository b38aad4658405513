"""HTTP errors: raise one anywhere in a handler or a hook and it becomes that answer.

    raise HTTPErrorNotFound("no such post")
    raise HTTPError[409]("somebody was faster")

The message is shown to the client: it must hold nothing that the client may not know.
"""

from __future__ import annotations

from collections.abc import Mapping

from growler.http.headers import HeaderValue
from growler.http.status import phrase as phrase_of


class _ByCode(type):
    """Makes `HTTPError[404]` and `HTTPError["Not Found"]` give the class."""

    def __getitem__(cls, key: int | str) -> type[HTTPError]:
        for error in _known(HTTPError):
            if key in (error.code, error.phrase):
                return error
        raise HTTPErrorInvalidHttpError(
            f"no HTTP error {key!r}; codes from 400 to 599 and their phrases are known"
        )


class HTTPErrorInvalidHttpError(KeyError):
    """There is no error of that code or phrase. It is a mistake in the program, so none that is answered by itself."""


class HTTPError(Exception, metaclass=_ByCode):
    """An answer with an error status.

    Parameters:
        message: what to tell the client; the status phrase if empty.
        code: the status, where no subclass has it.
        headers: header fields to send along, such as `{"Retry-After": "30"}`; a list is a line for each.
    """

    code: int = 500
    phrase: str = "Internal Server Error"

    def __init__(
        self, message: str = "", *, code: int | None = None, headers: Mapping[str, HeaderValue] | None = None
    ) -> None:
        given: object = message
        if isinstance(given, int):  # as others have it: HTTPException(404)
            raise TypeError(f'an error of a status is made in brackets: HTTPError[{given}]("...")')
        if code is not None:
            if not 400 <= code <= 599:
                raise ValueError(f"an HTTP error has a status from 400 to 599, not {code}")
            self.code, self.phrase = code, phrase_of(code)
        self.message: str = message or self.phrase
        self.headers: dict[str, HeaderValue] = dict(headers or {})
        super().__init__(self.message)

    @property
    def msg(self) -> str:
        """The message, under its old name."""
        return self.message

    @classmethod
    def get_from_code(cls, code: int) -> type[HTTPError]:
        """The class for a status code. Raises KeyError for codes that are no errors."""
        return HTTPError[code]


def _known(error: type[HTTPError]) -> list[type[HTTPError]]:
    """The subclasses defined here; those of other modules are not looked at, so codes stay unambiguous."""
    return [sub for sub in error.__subclasses__() if sub.__module__ == __name__]


class HTTPErrorBadRequest(HTTPError):
    code = 400
    phrase = "Bad Request"


class HTTPErrorUnauthorized(HTTPError):
    code = 401
    phrase = "Unauthorized"


class HTTPErrorPaymentRequired(HTTPError):
    code = 402
    phrase = "Payment Required"


class HTTPErrorForbidden(HTTPError):
    code = 403
    phrase = "Forbidden"


class HTTPErrorNotFound(HTTPError):
    code = 404
    phrase = "Not Found"


class HTTPErrorMethodNotAllowed(HTTPError):
    code = 405
    phrase = "Method Not Allowed"


class HTTPErrorNotAcceptable(HTTPError):
    code = 406
    phrase = "Not Acceptable"


class HTTPErrorProxyAuthenticationRequired(HTTPError):
    code = 407
    phrase = "Proxy Authentication Required"


class HTTPErrorRequestTimeout(HTTPError):
    code = 408
    phrase = "Request Timeout"


class HTTPErrorConflict(HTTPError):
    code = 409
    phrase = "Conflict"


class HTTPErrorGone(HTTPError):
    code = 410
    phrase = "Gone"


class HTTPErrorLengthRequired(HTTPError):
    code = 411
    phrase = "Length Required"


class HTTPErrorPreconditionFailed(HTTPError):
    code = 412
    phrase = "Precondition Failed"


class HTTPErrorRequestEntityTooLarge(HTTPError):
    code = 413
    phrase = "Request Entity Too Large"


class HTTPErrorRequestURITooLong(HTTPError):
    code = 414
    phrase = "Request-URI Too Long"


class HTTPErrorUnsupportedMediaType(HTTPError):
    code = 415
    phrase = "Unsupported Media Type"


class HTTPErrorRequestedRangeNotSatisfiable(HTTPError):
    code = 416
    phrase = "Requested Range Not Satisfiable"


class HTTPErrorExpectationFailed(HTTPError):
    code = 417
    phrase = "Expectation Failed"


class HTTPErrorImATeapot(HTTPError):
    code = 418
    phrase = "I'm a Teapot"


class HTTPErrorMisdirectedRequest(HTTPError):
    code = 421
    phrase = "Misdirected Request"


class HTTPErrorUnprocessableEntity(HTTPError):
    code = 422
    phrase = "Unprocessable Entity"


class HTTPErrorLocked(HTTPError):
    code = 423
    phrase = "Locked"


class HTTPErrorFailedDependency(HTTPError):
    code = 424
    phrase = "Failed Dependency"


class HTTPErrorTooEarly(HTTPError):
    code = 425
    phrase = "Too Early"


class HTTPErrorUpgradeRequired(HTTPError):
    code = 426
    phrase = "Upgrade Required"


class HTTPErrorPreconditionRequired(HTTPError):
    code = 428
    phrase = "Precondition Required"


class HTTPErrorTooManyRequests(HTTPError):
    code = 429
    phrase = "Too Many Requests"


class HTTPErrorRequestHeaderFieldsTooLarge(HTTPError):
    code = 431
    phrase = "Request Header Fields Too Large"


class HTTPErrorUnavailableForLegalReasons(HTTPError):
    code = 451
    phrase = "Unavailable For Legal Reasons"


class HTTPErrorInternalServerError(HTTPError):
    code = 500
    phrase = "Internal Server Error"


class HTTPErrorNotImplemented(HTTPError):
    code = 501
    phrase = "Not Implemented"


class HTTPErrorBadGateway(HTTPError):
    code = 502
    phrase = "Bad Gateway"


class HTTPErrorServiceUnavailable(HTTPError):
    code = 503
    phrase = "Service Unavailable"


class HTTPErrorGatewayTimeout(HTTPError):
    code = 504
    phrase = "Gateway Timeout"


class HTTPErrorHTTPVersionNotSupported(HTTPError):
    code = 505
    phrase = "HTTP Version Not Supported"


class HTTPErrorVariantAlsoNegotiates(HTTPError):
    code = 506
    phrase = "Variant Also Negotiates"


class HTTPErrorInsufficientStorage(HTTPError):
    code = 507
    phrase = "Insufficient Storage"


class HTTPErrorLoopDetected(HTTPError):
    code = 508
    phrase = "Loop Detected"


class HTTPErrorNotExtended(HTTPError):
    code = 510
    phrase = "Not Extended"


class HTTPErrorNetworkAuthenticationRequired(HTTPError):
    code = 511
    phrase = "Network Authentication Required"


class HTTPErrorInvalidHeader(HTTPErrorBadRequest):
    phrase = "Bad Request (Invalid Header Name)"


# Names of old Growler.
HTTPErrorRequestUriTooLarge = HTTPErrorRequestURITooLong
HTTPErrorVersionNotSupported = HTTPErrorHTTPVersionNotSupported
