"""An error as a page: plain in production; with traceback and request in development.

No script, nothing loaded, light or dark as the reader's system is. All text goes through `escape`.
"""

from __future__ import annotations

import re
import sys
import traceback
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from growler.errorpages.report import Report
from growler.http.request import Request

if TYPE_CHECKING:
    from growler.errorpages.trace import Explanation, Failure, Frame, Line

STYLE = """
:root{color-scheme:light dark;--ink:#1c1e21;--dim:#6a6f76;--page:#f6f6f4;--card:#fff;--edge:#dcdcd8;--bad:#b3261e;
--band:#fdecea;--mark:#f7c5c0}
@media(prefers-color-scheme:dark){:root{--ink:#e4e4e1;--dim:#979da5;--page:#17181a;--card:#1f2124;--edge:#35383c;
--bad:#ff8a80;--band:#3a2322;--mark:#6d302c}}
*{box-sizing:border-box}
body{margin:0;padding:8vh 1.5rem 4rem;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{max-width:62rem;margin:auto}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .6rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:2.2rem 0 .7rem;color:var(--dim);font-weight:600}
h1 small{display:block;font-size:1rem;color:var(--bad);font-weight:600}
p{margin:.4rem 0;overflow-wrap:anywhere;white-space:pre-line}
code,pre,td,th{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.84rem}
.request{color:var(--dim)}
details,table,.raw{background:var(--card);border:1px solid var(--edge);border-radius:8px;margin:.5rem 0}
details{overflow:hidden}
summary{padding:.5rem .9rem;cursor:pointer;overflow-wrap:anywhere}
summary b{font-weight:600}
summary span{color:var(--dim);font-size:.84rem}
.foreign>summary{color:var(--dim)}
pre{margin:0;padding:.6rem 0;overflow-x:auto;border-top:1px solid var(--edge);line-height:1.6;tab-size:4}
pre span{display:block;padding:0 .9rem;min-width:max-content}
pre i{display:inline-block;width:3.2em;color:var(--dim);font-style:normal;user-select:none}
pre .failing{background:var(--band)}
mark{background:var(--mark);color:inherit;border-radius:3px;padding:.1em 0}
.raw pre{border:0;padding:.8rem .9rem}
table{width:100%;border-spacing:0;border-collapse:separate;table-layout:fixed}
th,td{padding:.3rem .9rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
tr+tr>*{border-top:1px solid var(--edge)}
th{width:14rem;font-weight:400;color:var(--dim)}
"""

# The one style there is, by its hash: what anybody else managed to write into the page is not applied, let alone run.
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main>
{content}
</main></body></html>
"""

# Their values are not shown: pages end up in screenshots and tickets.
_SECRET = re.compile(r"auth|cookie|credential|csrf|key|passw|secret|session|token|xsrf", re.IGNORECASE).search
MASK = "••••••••"


def render(report: Report, req: Request) -> bytes:
    if report.shown is None:
        title = report.title
        content = f"<h1>{escape(title)}</h1>"
        if report.message:
            content += f"<p>{escape(report.message)}</p>"
    else:
        from growler.errorpages.trace import failures  # in development only

        chain = failures(report.shown)
        title = f"{chain[0].kind}: {chain[0].message}" if chain[0].message else chain[0].kind
        content = _development(report, req, report.shown, chain)
    return PAGE.format(title=escape(title), style=STYLE, content=content).encode("utf-8", "backslashreplace")


def _development(report: Report, req: Request, error: Exception, chain: list[Failure]) -> str:
    path = escape(req.head.path.decode("latin-1"))
    log = f" The log has it as <code>{escape(report.incident)}</code>." if report.incident else ""
    plain = "".join(traceback.format_exception(error))
    return "\n".join(
        (
            f"<h1><small>{escape(chain[0].kind)}</small>{escape(chain[0].message or report.title)}</h1>",
            f'<p class="request"><code>{escape(req.head.method)} {path}</code> is answered '
            f"{escape(report.title)}.{log}</p>",
            *(_failure(failure, first=number == 0) for number, failure in enumerate(chain)),
            "<h2>Request</h2>",
            _request(req),
            "<h2>As text</h2>",
            f'<details class="raw"><summary>Traceback</summary><pre>{escape(plain)}</pre></details>',
            f'<p class="request">Python {escape(sys.version.split()[0])}. This page is shown in development only.</p>',
        )
    )


def _failure(failure: Failure, *, first: bool) -> str:
    parts = []
    if not first:
        parts += [
            f"<h2>{escape(failure.led_to)}</h2>",
            f"<p><b>{escape(failure.kind)}</b> {escape(failure.message)}</p>",
        ]
    if failure.explanation is not None:
        parts += _explanation(failure.explanation)
    if first:
        parts.append("<h2>Traceback, innermost call first</h2>")
    # Open is the application's code, each line once; the innermost call where none of it took part.
    seen: set[tuple[str, int]] = set()
    any_own = any(frame.own for frame in failure.frames)
    for number, frame in enumerate(failure.frames):
        place = (frame.file, frame.line)
        parts.append(_frame(frame, is_open=place not in seen and (frame.own if any_own else number == 0)))
        seen.add(place)
    if failure.left_out:
        parts.append(f'<p class="request">{failure.left_out} more calls outside of these.</p>')
    return "\n".join(parts)


def _explanation(explanation: Explanation) -> list[str]:
    parts = []
    if explanation.places:
        parts.append(f"<h2>{escape(explanation.title)}</h2>")
        parts += [_frame(place, is_open=True) for place in explanation.places]
    for title, facts in explanation.facts.items():
        cells = "".join(
            f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts.items()
        )
        parts.append(f"<h2>{escape(title)}</h2><table>{cells}</table>")
    return parts


def _frame(frame: Frame, *, is_open: bool) -> str:
    lines = "".join(map(_line, frame.lines))
    return (
        f'<details class="{"own" if frame.own else "foreign"}"{" open" if is_open else ""}>'
        f"<summary><b>{escape(frame.function)}</b> <span>{escape(frame.file)}:{frame.line}</span></summary>"
        f"<pre>{lines}</pre></details>"
    )


def _line(line: Line) -> str:
    start, end = line.marked
    text = escape(line.text)
    if start < end:
        before, failing, after = line.text[:start], line.text[start:end], line.text[end:]
        text = f"{escape(before)}<mark>{escape(failing)}</mark>{escape(after)}"
    return f"<span{' class=failing' if line.failing else ''}><i>{line.number}</i>{text}</span>"


def _request(req: Request) -> str:
    rows = [("method", req.head.method), ("path", req.head.path.decode("latin-1"))]
    for part in filter(None, req.query_string.split("&")):
        name, _, value = part.partition("=")
        rows.append((f"?{name}=", MASK if _SECRET(name) else value))
    rows += [("client", req.ip)] if req.ip else []
    for raw_name, raw_value in req.head.fields:
        name = raw_name.decode("latin-1")
        rows.append((name, MASK if _SECRET(name) else raw_value.decode("latin-1")))
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>"
