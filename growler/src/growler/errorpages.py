"""Errors as answers: status, a short page in the form the client accepts, and one log line.

In production nothing of the error leaves but its status and, for a 500, an id that stands in the log too.
In development (`GROWLER_ENV=development`) a 500 shows its traceback, escaped.
"""

from __future__ import annotations

import json
import secrets
import traceback
from html import escape
from typing import TYPE_CHECKING

from growler.http.errors import HTTPError
from growler.http.request import Request
from growler.http.response import Response
from growler.http.status import phrase

if TYPE_CHECKING:
    from growler.app import App

PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:15vh auto;padding:0 1.5rem}}
pre{{overflow:auto;font-size:.85rem}}</style>
<h1>{title}</h1><p>{message}</p>{detail}
"""


def answer_error(app: App, req: Request, res: Response, error: Exception) -> None:
    """Decide the answer to an error: a HTTPError as its status, anything else as a logged 500."""
    if isinstance(error, HTTPError):
        code, message, headers, detail = error.code, error.message, error.headers, ""
    else:
        code, headers, detail = 500, {}, ""
        incident = secrets.token_hex(6)
        message = f"The server failed. The log has it as {incident}."
        app.log.error("%s %s failed [%s]", req.head.method, req.head.path, incident, exc_info=error)
        if app.in_development:
            detail = "".join(traceback.format_exception(error))
    if res.has_ended:
        res.replace()
    res.status_code = code
    for name, value in headers.items():
        res.headers[name] = value
    # RFC 9111: an error page is for this one request; and it must not become a script's host.
    res.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    res.headers["X-Content-Type-Options"] = "nosniff"
    res.vary("Accept")
    title = f"{code} {phrase(code)}"
    match req.accepts("text", "html", "json"):
        case "json":
            body = {"status": code, "error": phrase(code), "message": message}
            res.decide(json.dumps(body | ({"detail": detail} if detail else {})).encode(), "application/json")
        case "html":
            shown = f"<pre>{escape(detail)}</pre>" if detail else ""
            page = PAGE.format(title=escape(title), message=escape(message), detail=shown)
            res.decide(page.encode(), "text/html; charset=utf-8")
        case _:
            text = f"{title}\n{message}\n" if message != phrase(code) else f"{title}\n"
            res.decide((text + detail).encode(), "text/plain; charset=utf-8")
