"""The table of the page: caption, sortable titles, a row for each entry.

A real table with its roles spelled out: on a narrow screen the style lays each row out as two lines, and some
browsers forget that a table is one when its display changes.
"""

from __future__ import annotations

from growler_ext.indexer.formats.contract import View
from growler_ext.indexer.formats.figures import counted, exact_size, human_size, minute
from growler_ext.indexer.formats.icons import icon, icon_for
from growler_ext.indexer.formats.markup import escaped, name
from growler_ext.indexer.listing import Item, Listing, totals
from growler_ext.indexer.order import Key, Order

_COLUMNS: tuple[tuple[Key, str, str], ...] = (
    ("name", "Name", "n"),
    ("size", "Size", "s"),
    ("modified", "Modified", "t"),
)


def table(listing: Listing, view: View) -> str:
    """The whole table."""
    carried = escaped(view.carried)
    titles = "".join(_title(key, title, kind, view.order) for key, title, kind in _COLUMNS)
    rows = [_row(item, carried) for item in listing.entries]
    if listing.parent is not None:
        rows.insert(0, _parent_row(listing.parent, carried))
    if not listing.entries:
        rows.append(_note("This folder is empty." if view.readable else "This folder cannot be read."))
    return (
        '<table id="list" role="table" tabindex="-1">\n'
        f"<caption>{_caption(listing) if view.readable else 'Not readable'}</caption>\n"
        f'<thead role="rowgroup"><tr role="row">{titles}</tr></thead>\n'
        '<tbody role="rowgroup">\n' + "\n".join(rows) + "\n</tbody>\n</table>"
    )


def _caption(listing: Listing) -> str:
    sums = totals(listing.entries)
    counts = [counted(sums.folders, "folder")] if sums.folders else []
    if sums.files:
        size = f'<span title="{exact_size(sums.size)}">{human_size(sums.size)}</span>'
        counts.append(f"{counted(sums.files, 'file')}, {size}")
    return " and ".join(counts) or "Empty"


def _title(key: Key, title: str, kind: str, order: Order) -> str:
    sort = arrow = ""
    if key == order.key:
        sort = f' aria-sort="{"ascending" if order.direction == "asc" else "descending"}"'
        arrow = icon("sorted")
    link = f'<a href="{escaped(order.next_for(key).query)}" rel="nofollow">{title}{arrow}</a>'
    return f'<th role="columnheader" scope="col" class="{kind}"{sort}>{link}</th>'


def _parent_row(href: str, carried: str) -> str:
    return _cells(f'{icon("up")}<a href="{href}{carried}" aria-label="../ (parent folder)">../</a>')


def _row(item: Item, carried: str) -> str:
    picture = icon(icon_for(item.type, item.mime))
    if item.type == "directory":
        shown = f'<a href="{item.href}{carried}">{name(item.name)}/</a>'
    elif item.type == "file":
        shown = f'<a href="{item.href}">{name(item.name)}</a>'
    else:  # nothing that could be sent: a link would only lead to an error
        shown = f"<span>{name(item.name)}</span>"
    tag = _tag(item)
    label = f"<small>{tag}</small>" if tag else ""
    size = f' title="{exact_size(item.size)}">{human_size(item.size)}' if item.size is not None else ">"
    time = f'<time datetime="{item.mtime}">{minute(item.mtime)}</time>' if item.mtime is not None else ""
    return _cells(picture + shown + label, size, time)


def _tag(item: Item) -> str:
    """What the name does not say of an entry."""
    if item.type == "other":
        return "broken link" if item.link and item.mtime is None else "special file"
    return "link" if item.link else ""


def _cells(first: str, size: str = ">", time: str = "") -> str:
    return (
        f'<tr role="row"><th role="rowheader" scope="row" class="n"><div>{first}</div></th>'
        f'<td role="cell" class="s"{size}</td><td role="cell" class="t">{time}</td></tr>'
    )


def _note(sentence: str) -> str:
    return f'<tr role="row"><td role="cell" class="note" colspan="3">{sentence}</td></tr>'
