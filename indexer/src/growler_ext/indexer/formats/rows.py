"""`Rows`: a row of the table for each entry, remembered for as long as the entry stays as it is.

A listing that is shown again is nearly always the same but for a few entries, and to write a thousand rows takes
longer than to look at a thousand files. A row is kept under all that it is made of, so it cannot be out of date.
"""

from __future__ import annotations

from collections.abc import Sequence

from growler_ext.indexer.entry import Entry, Kind
from growler_ext.indexer.figures import Days, human_size, minute, rfc3339
from growler_ext.indexer.formats.markup import escaped
from growler_ext.indexer.kinds import file_kind, label
from growler_ext.indexer.names import join, part, quoted, texts

EMPTY_CELL = '<td role="cell"></td>'

_Key = tuple[str, Kind, int | None, int | None, bool, str]


class Rows:
    """Renders rows. Safe to use from several threads: at worst a row is written twice.

    Parameters:
        kept: how many rows are remembered for sure; up to twice as many may be. One takes about 600 bytes.
    """

    def __init__(self, kept: int = 8192) -> None:
        self._kept = kept
        # Two generations: when the young one is full, those not used since the last time are forgotten.
        self._young: dict[_Key, str] = {}
        self._old: dict[_Key, str] = {}

    def render(self, entries: Sequence[Entry], carried: str) -> str:
        """The rows of entries.

        Parameters:
            carried: the query that links to folders have, escaped.
        """
        young, old = self._young, self._old
        rows: list[str] = []
        missing: list[tuple[int, _Key]] = []
        for entry in entries:
            kind = entry.kind
            key = (
                entry.name,
                kind,
                entry.size,
                entry.mtime,
                entry.link,
                carried if kind == "directory" else "",
            )
            row = young.get(key)
            if row is None:
                row = old.get(key)
                if row is None:
                    missing.append((len(rows), key))
                    row = ""
                else:
                    young[key] = row
            rows.append(row)
        if missing:
            written = _written([entries[place] for place, _ in missing], carried)
            for (place, key), row in zip(missing, written, strict=True):
                rows[place] = young[key] = row
        if len(young) > self._kept:
            self._young, self._old = {}, young
        return "".join(rows)


def _written(entries: Sequence[Entry], carried: str) -> list[str]:
    names = [entry.name for entry in entries]
    days = Days()
    rows = []
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
        rows.append(
            f'<tr role="row"><th role="rowheader" scope="row" class="{first}</th><td role="cell"{sized}</td>'
            f'<td role="cell">{time}</td><td role="cell">{called}</td></tr>\n'
        )
    return rows
