"""The listing for programs: the fields of `Listing` and `Item`, as they are (RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from growler_ext.indexer.contents import Contents
from growler_ext.indexer.formats.contract import ROWS_AT_ONCE, View
from growler_ext.indexer.listing import Item, items, shown_path

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class JSONFormat:
    """`{"path", "parent", "total", "page", "entries": [{"name", "href", "type", "size", "mtime", "mime", "link"}]}`."""

    name = "json"
    media_type = "application/json"
    headers: Mapping[str, str] = {}

    def pieces(self, contents: Contents, view: View) -> Iterator[str]:
        head: dict[str, object] = {
            "path": shown_path(contents.parts),
            "parent": contents.parent,
            "total": contents.total,
            "page": contents.page,
            "entries": [],
        }
        yield _encode(head).removesuffix("]}")
        for start in range(0, len(contents.entries), ROWS_AT_ONCE):
            block = [_entry(item) for item in items(contents.entries[start : start + ROWS_AT_ONCE])]
            yield ("," if start else "") + _encode(block)[1:-1]
        yield "]}"


def _entry(item: Item) -> dict[str, str | int | bool | None]:
    # Not dataclasses.asdict: it copies every value in depth, which ten thousand entries feel.
    return {
        "name": item.name,
        "href": item.href,
        "type": item.type,
        "size": item.size,
        "mtime": item.mtime,
        "mime": item.mime,
        "link": item.link,
    }
