"""`Listing`: one folder as a value, exactly what the JSON format shows. No file system, no HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from growler_ext.indexer.entry import Entry, Kind
from growler_ext.indexer.figures import rfc3339
from growler_ext.indexer.kinds import file_kind
from growler_ext.indexer.names import quoted, text, texts


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
    """A folder and what is in it, as the JSON format shows it.

    Parameters:
        path: of the folder below the listing's root, for reading, such as `/a/b/`.
        parent: the href of the folder above; None at the root.
        total: how many entries there are, on all pages.
        page: which page this is, from 1.
        entries: those of this page, in order.
    """

    path: str
    parent: str | None
    total: int
    page: int
    entries: Sequence[Item]


def items(entries: Sequence[Entry]) -> Iterator[Item]:
    """Entries for programs and filters."""
    names = [entry.name for entry in entries]
    for entry, shown, quoted_name in zip(entries, texts(names), quoted(names), strict=True):
        is_file = entry.kind == "file"
        yield Item(
            shown,
            f"./{quoted_name}/" if entry.kind == "directory" else f"./{quoted_name}",
            entry.kind,
            entry.size,
            rfc3339(entry.mtime) if entry.mtime is not None else None,
            file_kind(shown).mime if is_file else None,
            entry.link,
        )


def shown_path(parts: Sequence[str]) -> str:
    """The path that `growler.paths.split` took apart, for reading."""
    return "".join(f"/{text(part)}" for part in parts) + "/"


@dataclass(frozen=True, slots=True)
class Crumb:
    """A folder on the way from the root, for reading, and the relative way back to it."""

    name: str
    href: str


def crumbs(parts: Sequence[str], root: str) -> list[Crumb]:
    """The folders from the root, which goes by that name, to a listing's own folder."""
    names = [root, *map(text, parts)]
    return [
        Crumb(name, "../" * above or "./") for above, name in zip(range(len(names))[::-1], names, strict=True)
    ]
