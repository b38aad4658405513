"""The listing as plain text: a name on each line, folders with a slash, as `ls -p` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from growler_ext.indexer.contents import Contents
from growler_ext.indexer.formats.contract import ROWS_AT_ONCE, View
from growler_ext.indexer.formats.markup import visible
from growler_ext.indexer.names import join, part, texts


class TextFormat:
    """Names, one on each line; a line break within a name is shown as a sign."""

    name = "txt"
    media_type = "text/plain"
    headers: Mapping[str, str] = {}

    def pieces(self, contents: Contents, view: View) -> Iterator[str]:
        for start in range(0, len(contents.entries), ROWS_AT_ONCE):
            block = contents.entries[start : start + ROWS_AT_ONCE]
            names = part(visible(join(texts([entry.name for entry in block]))), len(block))
            yield "".join(
                [
                    f"{name}/\n" if entry.kind == "directory" else f"{name}\n"
                    for name, entry in zip(names, block, strict=True)
                ]
            )
