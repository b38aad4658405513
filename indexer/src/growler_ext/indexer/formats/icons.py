"""The page's pictures: symbols of one inline SVG, drawn once and used by every row; no row asks for a file.

They say nothing that the text does not, so all of them are hidden from screen readers.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from growler_ext.indexer.entry import Kind

Icon = Literal[
    "folder", "up", "file", "text", "code", "archive", "image", "audio", "video", "other", "sorted"
]

SYMBOLS = files(__package__).joinpath("icons.svg").read_text("utf-8").strip()
"""To stand once in a page that uses `icon`."""

_MARKUP: dict[Icon, str] = {
    which: f'<svg class="{which}" aria-hidden="true"><use href="#i-{which}"/></svg>'
    for which in (
        "folder",
        "up",
        "file",
        "text",
        "code",
        "archive",
        "image",
        "audio",
        "video",
        "other",
        "sorted",
    )
}
_BY_MAIN_TYPE: dict[str, Icon] = {
    "text": "text", "image": "image", "audio": "audio", "video": "video", "font": "text",
}  # fmt: skip
_BY_TYPE: dict[str, Icon] = {
    **dict.fromkeys(
        ("application/pdf", "application/rtf", "application/msword", "application/epub+zip"), "text"
    ),
    **dict.fromkeys(("text/javascript", "text/css", "text/html", "text/xml", "text/x-python"), "code"),
    **dict.fromkeys(("application/javascript", "application/json", "application/xml"), "code"),
    **dict.fromkeys(("application/toml", "application/yaml", "application/x-sh", "application/wasm"), "code"),
    **dict.fromkeys(
        ("application/zip", "application/x-tar", "application/gzip", "application/x-gzip"), "archive"
    ),
    **dict.fromkeys(("application/x-7z-compressed", "application/vnd.rar", "application/zstd"), "archive"),
    **dict.fromkeys(("application/x-bzip2", "application/x-xz", "application/java-archive"), "archive"),
}


def icon(which: Icon) -> str:
    """The markup of a picture."""
    return _MARKUP[which]


def icon_for(kind: Kind, mime: str | None) -> Icon:
    """The picture for an entry, by its media type."""
    if kind == "directory":
        return "folder"
    if mime is None:
        return "other"
    return _BY_TYPE.get(mime) or _BY_MAIN_TYPE.get(mime.partition("/")[0], "file")
