"""A row of the table for each entry, remembered for as long as the entry stays as it is (`growler_ext.indexer.memo`).

To write a thousand rows takes longer than to look at a thousand files, and nearly all of them were written before.
"""

from __future__ import annotations

from collections.abc import Sequence

from growler_ext.indexer.entry import Entry
from growler_ext.indexer.figures import Days, human_size, minute, rfc3339
from growler_ext.indexer.formats.markup import escaped
from growler_ext.indexer.kinds import file_kind, label
from growler_ext.indexer.memo import Memo
from growler_ext.indexer.names import join, part, quoted, texts

EMPTY_CELL = '<td role="cell"></td>'


def rows(entries: Sequence[Entry], carried: str) -> str:
    """The rows of entries, the folders first among them.

    Parameters:
        carried: the query that links to folders have, escaped.
    """
    if not carried:
        return "".join(_ROWS.all(entries))
    # There are as many queries as people may think of: such rows are not kept.
    folders = sum([entry.kind == "directory" for entry in entries])
    return "".join([*written(entries[:folders], carried), *_ROWS.all(entries[folders:])])


def written(entries: Sequence[Entry], carried: str = "") -> list[str]:
    """A row for each."""
    names = [entry.name for entry in entries]
    days = Days()
    lines = []
    shown = part(escaped(join(texts(names))), len(names))
    for entry, text, reference in zip(entries, shown, quoted(names), strict=True):
        kind, size, mtime = entry.kind, entry.size, entry.mtime
        if kind == "file":
            _, called, picture = file_kind(entry.name)
            first = f'{picture}"><a href="./{reference}"><bdi>{text}</bdi></a>'
        elif kind == "directory":
            called = "Folder"
            first = f'folder"><a href="./{reference}/{carried}"><bdi>{text}</bdi>/</a>'
        else:  # nothing that could be sent: a link would only lead to an error
            called = label(entry)
            first = f'other"><span><bdi>{text}</bdi></span>'
        if entry.link and kind != "other":
            first += "<small>link</small>"
        sized = (
            ">" if size is None else f' title="{size:,} byte{"" if size == 1 else "s"}">{human_size(size)}'
        )
        time = ""
        if mtime is not None:
            time = f'<time datetime="{rfc3339(mtime, days)}">{minute(mtime, days)}</time>'
        lines.append(
            f'<tr role="row"><th role="rowheader" scope="row" class="{first}</th><td role="cell"{sized}</td>'
            f'<td role="cell">{time}</td><td role="cell">{called}</td></tr>\n'
        )
    return lines


# Some 600 bytes each.
_ROWS = Memo(written, kept=8192)
