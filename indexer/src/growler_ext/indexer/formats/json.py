"""The listing for programs: the fields of `Listing` and `Item`, as they are (RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from growler_ext.indexer.formats.contract import View
from growler_ext.indexer.listing import Item, Listing


class JSONFormat:
    """`{"path", "parent", "total", "entries": [{"name", "href", "type", "size", "mtime", "mime", "link"}]}`."""

    media_type = "application/json"
    headers: Mapping[str, str] = {}

    def render(self, listing: Listing, view: View) -> bytes:
        shown = {
            "path": listing.path,
            "parent": listing.parent,
            "total": listing.total,
            "entries": [_entry(item) for item in listing.entries],
        }
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


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
