"""`Contents`: what a request sees of a folder, gathered from the disk in one go: found, filtered, ordered, paged.

Sizes and dates are asked for of no more entries than the page shows, unless the order or a filter needs them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from growler.paths import OpenedFolder
from growler_ext.indexer.entry import Entry
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.listing import Listing, items, shown_path
from growler_ext.indexer.order import arrange
from growler_ext.indexer.readme import Readme, read_readme
from growler_ext.indexer.search import finder
from growler_ext.indexer.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Contents:
    """One page of a folder.

    Parameters:
        parts: of the folder's path, as `growler.paths.split` gave them.
        wanted: what was asked for.
        entries: those of this page, in order.
        total: how many the search has found; everything without one.
        unfiltered: how many there are without the search.
        pages: how many pages they take; at least one.
        readable: False if the server may not read the folder; there are no entries then.
        readme: what the README says, if it was asked for.
    """

    parts: tuple[str, ...]
    wanted: Wanted
    entries: Sequence[Entry]
    total: int
    unfiltered: int
    pages: int = 1
    readable: bool = True
    readme: Readme | None = None

    @property
    def page(self) -> int:
        return self.wanted.page or 1

    @property
    def parent(self) -> str | None:
        """The href of the folder above; None at the root."""
        return "../" if self.parts else None

    def listing(self) -> Listing:
        """All of it as a value for programs."""
        return Listing(shown_path(self.parts), self.parent, self.total, self.page, [*items(self.entries)])


class NoSuchPage(LookupError):
    """There are fewer pages than that; the text says how many."""


def unreadable(parts: tuple[str, ...], wanted: Wanted) -> Contents:
    """Of a folder that the server may not read."""
    return Contents(parts, replace(wanted, page=1), (), 0, 0, readable=False)


def gather(tree: Tree, folder: OpenedFolder, wanted: Wanted, *, page_size: int, readme: bool) -> Contents:
    """Look at an open folder. Raises NoSuchPage, and OSError if it cannot be read."""
    found = tree.find(folder)
    names = list(found.names)
    if tree.visible.accepts is not None:
        names = [entry.name for entry in tree.visible.accepted(found.looked_at(names))]
    unfiltered = len(names)
    text = read_readme(folder, found.named(names)) if readme else None
    if wanted.search:
        finds = finder(wanted.search)
        names = [name for name in names if finds(name)]
    pages = max(1, -(-len(names) // page_size)) if wanted.page is not None else 1
    if wanted.page is not None and wanted.page > pages:
        raise NoSuchPage(f"there is no such page: the last page is {pages}")
    if pages == 1:
        entries = arrange(found.looked_at(names), wanted.order)
    else:
        known = found.looked_at if wanted.order.key in ("size", "date") else found.named
        start = ((wanted.page or 1) - 1) * page_size
        shown = arrange(known(names), wanted.order)[start : start + page_size]
        looked = {entry.name: entry for entry in found.looked_at(entry.name for entry in shown)}
        entries = [looked[entry.name] for entry in shown]
    return Contents(folder.parts, wanted, entries, len(names), unfiltered, pages, readme=text)
