"""`Listing`: one folder as a value, exactly what the JSON format shows. No file system, no HTTP.

A name is shown as text, with U+FFFD for bytes that are no UTF-8; its `href` is made of its bytes, so that it leads
back to exactly that file. Both are made here and nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from growler_ext.indexer.entry import Entry, Kind
from growler_ext.static.mime import TYPES, media_type


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a listing.

    Parameters:
        name: for reading; `href` is what identifies the file.
        href: relative to the folder's own URL, such as `./a%20b.txt`; folders end in a slash.
        type: "directory", "file" or "other" (what cannot be served).
        size: bytes; None for folders and where it is not known.
        mtime: when it last changed, RFC 3339 in UTC; None where it is not known.
        mime: the media type that Static sends it with; None for all but files.
        link: whether it is a symbolic link.
    """

    name: str
    href: str
    type: Kind
    size: int | None
    mtime: str | None
    mime: str | None
    link: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder and what is in it.

    Parameters:
        path: of the folder below the listing's root, for reading, such as `/a/b/`.
        parent: the href of the folder above; None at the root.
        total: how many entries the folder has.
        entries: in order.
    """

    path: str
    parent: str | None
    total: int
    entries: Sequence[Item]

    @classmethod
    def of(cls, parts: Sequence[str], entries: Sequence[Entry]) -> Listing:
        """The listing of the folder that `growler.paths.split` named by these parts; the entries in their order."""
        path = "".join(f"/{text(part)}" for part in parts) + "/"
        return cls(path, "../" if parts else None, len(entries), [_item(entry) for entry in entries])


@dataclass(frozen=True, slots=True)
class Crumb:
    """A folder on the way from the root, for reading, and the relative way back to it."""

    name: str
    href: str


def crumbs(path: str, root: str) -> list[Crumb]:
    """The folders from the root, which goes by that name, to a listing's own folder."""
    names = [root, *path.strip("/").split("/")] if path != "/" else [root]
    return [
        Crumb(name, "../" * above or "./") for above, name in zip(range(len(names))[::-1], names, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a listing adds up to; `size` is in bytes."""

    folders: int
    files: int
    size: int


def totals(items: Iterable[Item]) -> Totals:
    """Count a listing. What is no folder counts as a file, as people read it."""
    folders = files = size = 0
    for item in items:
        if item.type == "directory":
            folders += 1
        else:
            files += 1
            size += item.size or 0
    return Totals(folders, files, size)


def text(name: str) -> str:
    """A file-system name for reading."""
    return os.fsencode(name).decode("utf-8", "replace")


def href(name: str, kind: Kind) -> str:
    """The relative reference that leads to exactly this name (RFC 3986 4.2).

    The `./` keeps a name such as `javascript:x` from being read as a scheme; all that is not a letter, digit or
    one of `_.-~` is percent-encoded from the name's bytes.
    """
    return "./" + quote(os.fsencode(name), safe="") + ("/" if kind == "directory" else "")


def _item(entry: Entry) -> Item:
    shown = text(entry.name)
    mtime = _rfc3339(entry.mtime) if entry.mtime is not None else None
    mime = media_type(shown, TYPES, None) if entry.kind == "file" else None
    return Item(shown, href(entry.name, entry.kind), entry.kind, entry.size, mtime, mime, entry.link)


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
