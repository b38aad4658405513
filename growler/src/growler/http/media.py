"""Media types (RFC 9110 section 8.3.1): their short names, whether one is meant by another, their charset."""

from __future__ import annotations

import mimetypes
import re

_TEXTUAL = re.compile(r"text/|application/(javascript|json|xml|.*\+(json|xml)$)|image/svg\+xml").match

# What handlers ask for most; others are looked up by the suffix of files of that type.
_SHORT = {"html": "text/html", "json": "application/json", "text": "text/plain", "txt": "text/plain"}


def with_charset(kind: str) -> str:
    """A media type with `; charset=utf-8` where it is text and JSON does not forbid it (RFC 8259 section 11)."""
    return f"{kind}; charset=utf-8" if _TEXTUAL(kind) and "json" not in kind else kind


def media_type(name: str) -> str:
    """The media type that is meant by "html", "json", "text" or a file's suffix such as "png".

    What has a slash is a media type already. Raises ValueError for a name that is unknown.
    """
    if "/" in name:
        return name.lower()
    found = _SHORT.get(name) or mimetypes.types_map.get(f".{name}")
    if found is None:
        raise ValueError(
            f'{name!r} is no short name of a media type; write it out, such as "application/pdf"'
        )
    return found


def essence(content_type: str | None) -> str:
    """A Content-Type without its parameters, in lower case; "" for none."""
    return (content_type or "").partition(";")[0].strip().lower()


def covers(pattern: str, kind: str) -> bool:
    """Whether a media type is one of `text/html`, `text/*` or `*/*`."""
    if pattern.endswith("/*"):
        return pattern == "*/*" or kind.startswith(pattern[:-1])
    return pattern == kind


def type_by_suffix(name: str) -> str | None:
    """The media type of a file by its name; None for one that is unknown or compressed."""
    # The library takes what has a scheme for a URL.
    kind, encoding = mimetypes.guess_type(f"./{name}")
    return kind if encoding is None else None
