"""What an entry is called in the column of types, and which picture it gets: by its suffix, from Static's table."""

from __future__ import annotations

from typing import Literal, NamedTuple

from growler_ext.indexer.entry import Entry
from growler_ext.static.mime import TYPES, UNKNOWN

Picture = Literal["folder", "file", "text", "code", "archive", "image", "audio", "video", "other"]


class FileKind(NamedTuple):
    """A kind of file: the media type that Static sends it with, a name for people, and a picture."""

    mime: str
    label: str
    picture: Picture


_PLAIN = FileKind(UNKNOWN, "File", "file")
_BY_MAIN_TYPE: dict[str, tuple[str, Picture]] = {
    "text": ("text", "text"),
    "image": ("image", "image"),
    "audio": ("audio", "audio"),
    "video": ("video", "video"),
    "font": ("font", "text"),
}
_DOCUMENTS = (
    "application/pdf", "application/rtf", "application/msword", "application/epub+zip", "application/vnd.",
)  # fmt: skip
_ARCHIVES = (
    "application/zip", "application/x-tar", "application/gzip", "application/x-bzip2", "application/x-xz",
    "application/zstd", "application/x-7z-compressed", "application/vnd.rar", "application/java-archive",
)  # fmt: skip
_CODE = (
    "text/javascript", "text/css", "text/html", "text/x-python", "application/xhtml+xml", "application/json",
    "application/xml", "application/toml", "application/yaml", "application/wasm", "application/ld+json",
    "application/geo+json", "application/manifest+json", "application/xslt+xml",
)  # fmt: skip
# What has a name of its own; the others are called by their suffix.
_LABELS = {
    "text/plain": "Text", "text/markdown": "Markdown", "text/x-python": "Python code", "text/html": "Web page",
    "text/javascript": "JavaScript code",
}  # fmt: skip
_LONGEST_SUFFIX = 8  # what is longer is a part of the name


def _of_media_type(mime: str) -> tuple[str, Picture]:
    if mime in _ARCHIVES:
        return "archive", "archive"
    if mime in _CODE:
        return "code", "code"
    if mime.startswith(_DOCUMENTS):
        return "document", "text"
    return _BY_MAIN_TYPE.get(mime.partition("/")[0], ("file", "file"))


def _known(suffix: str, mime: str) -> FileKind:
    noun, picture = _of_media_type(mime)
    return FileKind(mime, _LABELS.get(mime) or f"{suffix[1:].upper()} {noun}", picture)


_BY_SUFFIX = {suffix: _known(suffix, mime) for suffix, mime in TYPES.items()}


def file_kind(name: str) -> FileKind:
    """The kind of a file by its name."""
    stem, _, suffix = name.rpartition(".")
    if not stem:
        return _PLAIN
    suffix = suffix.lower()
    known = _BY_SUFFIX.get("." + suffix)
    if known is not None:
        return known
    if len(suffix) <= _LONGEST_SUFFIX and suffix.isascii() and suffix.isalnum():
        return FileKind(UNKNOWN, f"{suffix.upper()} file", "file")
    return _PLAIN


def label(entry: Entry) -> str:
    """What the column of types says of an entry."""
    if entry.kind == "directory":
        return "Folder"
    if entry.kind == "file":
        return file_kind(entry.name).label
    return "Broken link" if entry.link and entry.mtime is None else "Special file"
