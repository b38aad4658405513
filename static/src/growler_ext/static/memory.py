"""What is kept of files for the requests to come: which request a kept file answers, and which file is kept.

`hot` keeps and checks; this file knows about compressed forms and about what must not be kept.
"""

from __future__ import annotations

from growler.exchange import Fields, RequestHead
from growler_ext.static import precompressed
from growler_ext.static.facts import is_settled
from growler_ext.static.hot import LARGEST, HotFiles, Kept, witness_of
from growler_ext.static.shown import Shown
from growler_ext.static.source import Found, read_part

Key = bytes | tuple[bytes, bytes]
"""What files are kept under: the raw path, and the query where that names a version."""


class Memory:
    """The kept files of a Static.

    Parameters:
        limit: bytes; 0 for none.
    """

    def __init__(self, limit: int) -> None:
        self._hot = HotFiles(limit)

    def recall(self, key: Key, head: RequestHead) -> Kept | None:
        """The file for a request, if it is kept and still as it was."""
        loop = head.connection.loop
        kept = self._hot.get(key, loop)
        if kept is None or not kept.codings:
            return kept
        coding = precompressed.chosen(head.derived(_accepted), kept.codings)
        if coding is not None:
            kept = self._hot.get((key, coding), loop)
        return kept if kept is not None and kept.content is not None else None

    def remember(
        self,
        key: Key,
        found: Found,
        encoded: Found | None,
        shown: Shown,
        codings: tuple[str, ...],
        now: float,
    ) -> bytes | None:
        """Keep a file, if it is small, has settled, and was reached without links. Returns its contents, if read.

        Parameters:
            found, encoded: the file, and its compressed form if that is what is sent.
            codings: the compressed forms that lie beside it.
            now: seconds since 1970.
        """
        files = [found] if encoded is None else [found, encoded]
        size = shown.facts.size
        if size > LARGEST or not all(is_settled(each.opened.stat, now) for each in files):
            return None
        try:
            content = read_part(files[-1].opened, 0, size)
        except (EOFError, OSError):
            return None  # told when it is read for the answer
        # Only now: a file that was changed while it was read is not what its witness says.
        witnesses = [witness_of(each.root, each.parts, each.opened.stat) for each in files]
        if None in witnesses:
            return content
        etag = shown.facts.etag
        kept = Kept(
            tuple(witness for witness in witnesses if witness is not None),
            codings,
            shown,
            content,
            shown.prepared(size),
            shown.prepared_304(),
            etag.encode("latin-1") if etag is not None else None,
        )
        if encoded is None:
            self._hot.keep(key, kept)
        else:
            coding = shown.fixed["Content-Encoding"]
            self._hot.keep((key, coding), kept)
            self._hot.keep_codings(key, Kept(kept.witnesses[:1], codings))
        return content


def _accepted(fields: Fields) -> str:
    """What Accept-Encoding says; "" if it was not sent."""
    lines = [value for name, value in fields if name.lower() == b"accept-encoding"]
    return b", ".join(lines).decode("latin-1")
