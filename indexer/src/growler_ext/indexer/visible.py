"""`Visible`: which names are part of a listing. The page, the files, the archives: all ask here, so that they agree.

A name is hidden with all that is below it: what a hidden folder holds is not reached by its path either.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from growler_ext.indexer.entry import Entry
from growler_ext.indexer.listing import Item, items
from growler_ext.static.hiding import Hiding

Filter = Callable[[Item], bool]
"""Says whether an entry is part of the listing. Called in a thread."""


class Visible:
    """The names that may be seen.

    Parameters:
        hidden: whether names that begin with a dot may.
        hide: globs of names that may not, wherever they stand (`*.bak`), or, with a slash, of paths below the root
            (`build/*.log`); as Static has them. Raises ValueError for what is no glob.
        accepts: asked for each entry besides; None accepts all.
    """

    def __init__(
        self, *, hidden: bool = False, hide: Sequence[str] = (), accepts: Filter | None = None
    ) -> None:
        self.hidden = hidden
        self.accepts = accepts
        self._hiding = Hiding(hide) if hide else None

    def shown(
        self, above: tuple[str, ...], scanned: Iterable[os.DirEntry[str]]
    ) -> dict[str, os.DirEntry[str]]:
        """What of a folder may be seen, by name, as far as names tell."""
        hidden, hiding = self.hidden, self._hiding
        return {
            each.name: each
            for each in scanned
            if (hidden or each.name[0] != ".") and (hiding is None or not hiding.hides((*above, each.name)))
        }

    def shows_way(self, parts: tuple[str, ...]) -> bool:
        """Whether no part of a path is hidden, as far as names tell."""
        if not self.hidden and any(part[0] == "." for part in parts):
            return False
        return self._hiding is None or not self._hiding.hides(parts)

    def accepted(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries that the filter lets through; it is shown their sizes and dates as far as they are known."""
        accepts = self.accepts
        if accepts is None:
            return list(entries)
        return [entry for entry, item in zip(entries, items(entries), strict=True) if accepts(item)]
