"""Names of templates: what a name may be, which files it can mean, and what a file's name decides.

A name may come from outside, so it goes through `growler.paths` like every path that does. The suffix before
the engine's decides type and escaping - `feed.xml.mako` is XML - and never the engine or the last suffix.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from growler import paths
from growler_ext.renderer.errors import TemplateNotFound

MAX_LENGTH = 1000
"""Characters of a name."""

HTML = "text/html; charset=utf-8"

# Every other suffix, and none, is HTML: a wrong guess then escapes too much and not too little.
_TYPES = {
    "xml": "application/xml; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_UNESCAPED = frozenset({"txt"})
_CODE = frozenset({"js", "mjs", "json", "css"})
_CODE_TYPE = re.compile(r"javascript|ecmascript|json|css")
_MARKUP_TYPE = re.compile(r"html|xml|xsl|svg")


class Form(NamedTuple):
    """What a template gives: its media type, and whether values are escaped for it."""

    type: str
    escape: bool


def join(name: str, parent: str | None) -> str:
    """A name as a template says it, seen from the directories; not yet in normal form.

    What leads upwards at its beginning is resolved, so that a template that was kept is found without `normalise`.
    """
    if parent is None:
        return name
    if name.startswith("/"):
        return name[1:]
    folder, slash, _ = parent.rpartition("/")
    while slash and name.startswith("../"):
        name = name[3:]
        folder, slash, _ = folder.rpartition("/")
    return folder + slash + name


def normalise(name: str) -> str:
    """The one spelling of a name: parts joined by slashes, no `.` or `..` among them.

    Raises TemplateNotFound for what leads above the directories and for what is no name of a file; TypeError.
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of a template is a str, not {type(name).__name__}")
    if len(name) > MAX_LENGTH:
        raise TemplateNotFound(name, f"a name may have {MAX_LENGTH} characters")
    if "\\" in name:
        raise TemplateNotFound(name, "parts are separated by /")
    try:
        path = raw(name)
        parts = paths.split(path)
    except paths.PathRefused as refusal:
        raise TemplateNotFound(name, f"the name is refused ({refusal})") from None
    except UnicodeEncodeError:
        raise TemplateNotFound(name, "the name is not text") from None
    if paths.names_folder(path):
        raise TemplateNotFound(name, "it does not name a file")
    return "/".join(parts)


def raw(name: str) -> bytes:
    """A name as the percent-encoded path that `growler.paths` takes; `%2e` in it is three characters, no dot."""
    return b"/" + quote(name).encode()


def candidates(name: str, suffixes: Sequence[str]) -> tuple[str, ...]:
    """The files a normal name can mean: itself if it ends as templates do, else with each suffix in order.

    What follows a dot but is no engine's suffix belongs to the name: `v1.2` can be `v1.2.mako`.
    """
    if name.endswith(tuple(suffixes)):
        return (name,)
    return tuple(name + suffix for suffix in suffixes)


def stem(name: str, suffixes: Sequence[str]) -> str:
    """A name without the longest of these suffixes that it ends in."""
    return next(
        (name.removesuffix(end) for end in sorted(suffixes, key=len, reverse=True) if name.endswith(end)),
        name,
    )


def form_of(filename: str) -> Form:
    """Type and escaping by the suffix before the last. Raises ValueError for scripts, JSON and style sheets."""
    front = filename.rpartition("/")[2].rpartition(".")[0]
    inner = front.rpartition(".")[2].lower() if "." in front else ""
    if inner in _CODE:
        raise ValueError(
            f"no engine escapes for .{inner}: send data by res.json(), and serve the file by Static"
        )
    return Form(_TYPES.get(inner, HTML), inner not in _UNESCAPED)


def check_type(media_type: str, escape: bool) -> None:
    """Raise ValueError if text escaped for HTML and XML, or not at all, may not be sent with this type.

    Unescaped text may be sent as text only: with a type it does not know, a browser guesses - HTML, too.
    """
    essence = media_type.partition(";")[0].strip().lower()
    if _CODE_TYPE.search(essence):
        raise ValueError(f"no engine escapes for {essence}: send data by res.json()")
    if not escape and (not essence.startswith("text/") or _MARKUP_TYPE.search(essence)):
        raise ValueError(
            f"this template is not escaped (.txt), so it is not sent as {essence}: "
            "without .txt in its name it is escaped HTML"
        )
