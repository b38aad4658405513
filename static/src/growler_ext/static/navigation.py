"""Whether a request is somebody opening a page - and not a program, or a page asking for one of its files."""

from __future__ import annotations

_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def is_navigation(accept: str | None, raw: bytes) -> bool:
    """Whether the page of a single-page application may stand for a path that has no file.

    Parameters:
        accept: the Accept field. It must name a page's type: `*/*` is what programs send, and images and scripts of a
            page, whose loss has to be told as what it is.
        raw: the path. A last part with a dot is the name of a file, and a missing style sheet is no page.
    """
    if accept is None or b"." in raw.rpartition(b"/")[2] or b"%2e" in raw.rpartition(b"/")[2].lower():
        return False
    for part in accept.split(",")[:64]:
        kind, _, parameters = part.partition(";")
        if kind.strip().lower() in _PAGES:
            return not any(_is_zero(parameter) for parameter in parameters.split(";"))
    return False


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip().lower() == "q" and value.strip().strip("0") in ("", ".")
