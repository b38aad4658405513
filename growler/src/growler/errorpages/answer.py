"""Makes an error the answer to a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from growler.errorpages import html, problem, text
from growler.errorpages.report import Report, make_report
from growler.http.headers import HeaderValue
from growler.http.request import Request
from growler.http.response import Response

if TYPE_CHECKING:
    from growler.app import App

# What a handler said of the content it had in mind before it failed; the page is another content. What is said of
# the answer whatever it holds - CORS, security fields - stays.
_OF_THE_CONTENT = (
    "Accept-Ranges", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
    "Content-Location", "Content-Range", "Content-Security-Policy", "Content-Type", "ETag", "Expires",
    "Last-Modified", "Location",
)  # fmt: skip


def answer_error(app: App, req: Request, res: Response, error: Exception) -> None:
    """Decide the answer to an error: a HTTPError as its status, anything else as a logged 500."""
    report = _reported(app, req, error)
    if req._form is not None:
        # The traceback holds the request for as long as a log keeps it; its files need not wait for that.
        res.on("after_send", req._form.close)
    negotiated = app.errors == "negotiated"
    _clear(res)
    try:
        _set_fields(res, report.headers, negotiated)
    except (TypeError, ValueError, AttributeError) as wrong:
        # The fields that the error brought cannot travel: that is a failure too, and the page must not be a second.
        report = _reported(app, req, wrong)
        _clear(res)
        _set_fields(res, {}, negotiated)
    res.status_code = report.status
    if negotiated:
        form = req.accepts("text", "html", "application/problem+json", "application/json")
    else:
        form = "application/problem+json"
    match form:
        case "html":
            res.decide(html.render(report, req), "text/html; charset=utf-8")
        case "application/problem+json" | "application/json":
            res.decide(problem.render(report), "application/problem+json")
        case _:
            res.decide(text.render(report), "text/plain; charset=utf-8")


def _reported(app: App, req: Request, error: Exception) -> Report:
    report = make_report(error, in_development=app.in_development)
    if report.incident is not None:
        # Path as bytes: its repr holds no line break that would forge a second line. No query: it may hold secrets.
        app.log.error("%s %s failed [%s]", req.head.method, req.head.path, report.incident, exc_info=error)
    return report


def _clear(res: Response) -> None:
    if res.has_ended:
        res.replace()
    elif res._headers is not None:
        for name in _OF_THE_CONTENT:
            res.headers.pop(name, None)


def _set_fields(res: Response, own: Mapping[str, HeaderValue], negotiated: bool) -> None:
    headers = res.headers
    # RFC 9111 4.2.2: 404, 405, 410, 414 and 501 would else be stored by guess.
    headers["Cache-Control"] = "no-store"
    # Should anything ever slip through unescaped, it must not run.
    headers["Content-Security-Policy"] = html.CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    for name, value in own.items():
        headers[name] = value
    if negotiated:
        headers.vary("Accept")
