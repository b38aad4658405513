"""An error as application/problem+json (RFC 9457): the form that programs know from other servers.

`title` is the status's phrase because `type` is left out, which means about:blank (section 4.2.1). `detail` is the
message for the client; `incident`, ours, the id in the log.
"""

from __future__ import annotations

import json
import traceback
from typing import Any

from growler.errorpages.report import Report


def render(report: Report) -> bytes:
    body: dict[str, Any] = {"title": report.phrase, "status": report.status}
    if report.message:
        body["detail"] = report.message
    if report.incident is not None:
        body["incident"] = report.incident
    if report.shown is not None:
        body["traceback"] = "".join(traceback.format_exception(report.shown)).splitlines()
    return json.dumps(body).encode()  # ASCII: surrogates in a message travel as escapes
