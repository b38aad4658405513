"""Media types of files and texts."""

from __future__ import annotations

import re

_TEXTUAL = re.compile(r"text/|application/(javascript|json|xml|.*\+(json|xml)$)|image/svg\+xml").match


def with_charset(kind: str) -> str:
    """A media type with `; charset=utf-8` where it is text and JSON does not forbid it (RFC 8259 section 11)."""
    return f"{kind}; charset=utf-8" if _TEXTUAL(kind) and "json" not in kind else kind
