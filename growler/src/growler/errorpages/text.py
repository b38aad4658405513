"""An error as plain text: for terminals, and for whoever accepts neither HTML nor JSON."""

from __future__ import annotations

import traceback

from growler.errorpages.report import Report


def render(report: Report) -> bytes:
    parts = [report.title, "\n"]
    if report.message:
        parts += [report.message, "\n"]
    if report.shown is not None:
        parts += ["\n", *traceback.format_exception(report.shown)]
    # What came as bytes that are no UTF-8 may stand in a message as surrogates.
    return "".join(parts).encode("utf-8", "backslashreplace")
