"""Reads the values of conditional header fields (RFC 9110 sections 5.6.7, 8.8.3 and 13.1); decides nothing.

Pure functions on the text of one field each, linear in its length.
"""

from __future__ import annotations

from growler.http.conditional import tags


def matches(value: str, etag: str | None) -> bool:
    """Whether If-Match or If-None-Match lists this entity tag; `W/` makes no difference.

    RFC 9110 13.1.1 wants If-Match to compare strongly, so that no weak tag would match. Ours are weak only because
    nobody has compared bytes; a client that has nothing better is not told each time that its file has changed.

    Parameters:
        value: the field's value: `*` or a list of tags.
        etag: the file's tag as it travels, `"x"` or `W/"x"`; None if it has none.
    """
    if value.strip() == "*":
        return True
    if etag is None:
        return False
    opaque = etag.removeprefix("W/")
    return any(tag.removeprefix("W/") == opaque for tag in tags(value))
