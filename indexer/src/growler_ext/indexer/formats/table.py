"""The table of the page: caption, sortable titles, a row for each entry.

A real table with its roles spelled out: the style lays its rows out as grids, so that those outside of the window
need no layout at all, and some browsers forget that a table is one when its display changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growler_ext.indexer.contents import Contents
from growler_ext.indexer.entry import Entry
from growler_ext.indexer.figures import counted, exact_size, human_size
from growler_ext.indexer.formats.contract import ROWS_AT_ONCE
from growler_ext.indexer.formats.markup import escaped
from growler_ext.indexer.formats.rows import EMPTY_CELL, rows
from growler_ext.indexer.order import Key
from growler_ext.indexer.wanted import Wanted

_COLUMNS: tuple[tuple[Key, str], ...] = (
    ("name", "Name"),
    ("size", "Size"),
    ("date", "Modified"),
    ("type", "Type"),
)


def table(contents: Contents) -> Iterator[str]:
    """The whole table, in pieces."""
    wanted = contents.wanted
    titles = "".join(_title(key, title, wanted) for key, title in _COLUMNS)
    yield (
        '<table id="list" role="table" tabindex="-1">\n'
        f"<caption>{_caption(contents)}</caption>\n"
        f'<thead role="rowgroup"><tr role="row">{titles}</tr></thead>\n'
        '<tbody role="rowgroup">\n'
    )
    carried = escaped(wanted.carried)
    if contents.parent is not None:
        yield (
            '<tr role="row"><th role="rowheader" scope="row" class="up">'
            f'<a href="{contents.parent}{carried}" aria-label="../ (parent folder)">../</a></th>'
            f"{EMPTY_CELL * 3}</tr>\n"
        )
    for start in range(0, len(contents.entries), ROWS_AT_ONCE):
        yield rows(contents.entries[start : start + ROWS_AT_ONCE], carried)
    yield "</tbody>\n</table>\n"


def _caption(contents: Contents) -> str:
    if not contents.readable:
        return "Not readable"
    found = counted(contents.total, "entry", "entries")
    if contents.wanted.search:
        found = f"{contents.total:,} of {counted(contents.unfiltered, 'entry', 'entries')}"
    if contents.pages > 1:
        return f"{found}, page {contents.page:,} of {contents.pages:,}"
    return found if contents.wanted.search else _totals(contents.entries)


def _totals(entries: Sequence[Entry]) -> str:
    """What a listing adds up to. What is no folder counts as a file, as people read it."""
    folders = sum([entry.kind == "directory" for entry in entries])
    files = len(entries) - folders
    counts = [counted(folders, "folder")] if folders else []
    if files:
        size = sum([entry.size or 0 for entry in entries])
        counts.append(f'{counted(files, "file")}, <span title="{exact_size(size)}">{human_size(size)}</span>')
    return " and ".join(counts) or "Empty"


def _title(key: Key, title: str, wanted: Wanted) -> str:
    sort = ""
    if key == wanted.order.key:
        sort = f' aria-sort="{"ascending" if wanted.order.direction == "asc" else "descending"}"'
    link = f'<a href="{escaped(wanted.sorted_by(key))}" rel="nofollow">{title}</a>'
    return f'<th role="columnheader" scope="col"{sort}>{link}</th>'
