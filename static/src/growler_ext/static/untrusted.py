"""What to say of a file that a stranger has put there, so that it cannot act in the name of the site.

A browser runs what a page, a drawing or a style sheet asks for with the rights of the site it came from. So only types
that are looked at are shown; all others are offered for saving and, should they be opened after all, opened in a
sandbox. Scripts lose their type: with `nosniff` no page can load them then.
"""

from __future__ import annotations

from dataclasses import dataclass

# Kinds that nobody has found a way to run code from, and single types like that. An SVG is a page, not an image.
_SHOWN_KINDS = ("image", "audio", "video", "font")
_SHOWN_TYPES = frozenset(
    {"text/plain", "text/csv", "text/tab-separated-values", "text/markdown", "text/vtt", "application/pdf",
     "application/json"}
)  # fmt: skip
_NOT_SHOWN = frozenset({"image/svg+xml"})
_SCRIPTS = frozenset({"text/javascript", "application/javascript", "application/wasm", "text/css"})


@dataclass(frozen=True, slots=True)
class Treatment:
    """How to send a file: its Content-Type, and whether it is shown."""

    content_type: str
    shown: bool


def treat(content_type: str) -> Treatment:
    """How to send an untrusted file of this type."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _SCRIPTS:
        return Treatment("application/octet-stream", shown=False)
    shown = kind in _SHOWN_TYPES or (kind.partition("/")[0] in _SHOWN_KINDS and kind not in _NOT_SHOWN)
    return Treatment(content_type, shown)
