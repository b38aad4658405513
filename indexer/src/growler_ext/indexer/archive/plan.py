"""What goes into an archive of a folder, decided before its first byte: `plan`.

The same names as in the listings, and none that leads out of the place where it is unpacked. Only sizes are looked
at; the files are opened one by one when their turn comes, through the same resolver as any request.
"""

from __future__ import annotations

from dataclasses import dataclass

from growler.paths import PathRefused
from growler_ext.indexer.entry import Entry
from growler_ext.indexer.figures import human_size
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.order import BY_NAME, arrange


class ArchiveTooLarge(ValueError):
    """The folder holds more than an archive may; the text is for the client."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold.

    Parameters:
        size: bytes of all files together, before they are compressed.
        entries: files and folders.
        levels: folders that lie on the way to each of them, all together: what it takes to look at them.
        path: characters of the path of each in the archive; zip has room for no more than 65,535 bytes.
    """

    size: int
    entries: int = 100_000
    levels: int = 2_000_000
    path: int = 1024


@dataclass(frozen=True, slots=True)
class Member:
    """A file or folder of an archive.

    Parameters:
        name: its path in the archive, with slashes and without one at the end; bytes that are no UTF-8 stand as
            surrogates.
        parts: where it is below the root of the listing.
        is_folder: whether it is one.
        size: bytes; no more of it is taken, even if the file grows.
        mtime: seconds since 1970; None where it is not known.
    """

    name: str
    parts: tuple[str, ...]
    is_folder: bool
    size: int
    mtime: int | None


def plan(tree: Tree, parts: tuple[str, ...], name: str, limits: Limits) -> list[Member]:
    """Everything in a folder that may be seen, in an order to unpack it in. Waits for the disk.

    Parameters:
        name: of the folder that it unpacks to.

    A folder that cannot be read is an empty one, devices and broken links are left out, and a link to a folder that
    it lies in leads to an empty one. Raises ArchiveTooLarge, and OSError or PathRefused for the folder itself.
    """
    tree.open(parts).close()
    top = Member(safe(name) or "files", parts, True, 0, None)
    members, size, levels = [top], 0, 0
    # Folders yet to be looked into, each with the identities of those it lies in.
    left: list[tuple[Member, frozenset[tuple[int, int]]]] = [(top, frozenset())]
    while left:
        above, chain = left.pop()
        found, chain = _entries(tree, above.parts, chain)
        taken: set[str] = set()
        for entry in found:
            member = _member(above, entry, taken)
            members.append(member)
            size += member.size
            levels += len(member.parts)
            if size > limits.size:
                raise ArchiveTooLarge(
                    f"there is more in this folder than an archive may hold: {human_size(limits.size)}"
                )
            if len(members) > limits.entries:
                raise ArchiveTooLarge(
                    f"there is more in this folder than an archive may hold: {limits.entries:,} entries"
                )
            if levels > limits.levels or len(member.name) > limits.path:
                raise ArchiveTooLarge(
                    "the folders in here lie deeper in one another than an archive may hold"
                )
            if member.is_folder:
                left.append((member, chain))
    return members


def safe(name: str) -> str:
    """A name that means the same wherever it is unpacked: Windows takes a backslash for a slash, and `C:` for a drive.

    What the file system gave holds no slash and is neither `.` nor `..`.
    """
    return name.replace("\\", "_").replace(":", "_") if "\\" in name or name[1:2] == ":" else name


def _entries(
    tree: Tree, parts: tuple[str, ...], chain: frozenset[tuple[int, int]]
) -> tuple[list[Entry], frozenset[tuple[int, int]]]:
    """What is to be packed of a folder, and the chain with that folder in it."""
    try:
        with tree.root.open_folder(parts) as folder:
            identity = (folder.stat.st_dev, folder.stat.st_ino)
            if identity in chain:
                return [], chain
            found = tree.entries(folder)
    except (OSError, PathRefused):
        return [], chain
    return [entry for entry in arrange(found, BY_NAME) if entry.kind != "other"], chain | {identity}


def _member(above: Member, entry: Entry, taken: set[str]) -> Member:
    name = safe(entry.name)
    while name in taken:  # by one that was made safe
        name += "_"
    taken.add(name)
    return Member(
        f"{above.name}/{name}",
        (*above.parts, entry.name),
        entry.kind == "directory",
        entry.size or 0,
        entry.mtime,
    )
