"""Writes Content-Disposition (RFC 6266): shown or saved, and under which name.

A name that is not plain ASCII travels twice: as `filename*` in UTF-8 (RFC 8187), and with its other characters
replaced as `filename` for clients that do not know the first.
"""

from __future__ import annotations

import re
from urllib.parse import quote

# Quotes and backslashes would need escapes that clients read differently; `%` is decoded by some (RFC 6266 D);
# a slash names a folder (4.3), a control character splits the message, and one that turns the direction of the text
# (Unicode UAX 9) lets "evil\u202egnp.exe" be shown as "evilexe.png".
_NOT_PLAIN = re.compile(r'[^\x20-\x7e]|["\\%/]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f/\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# RFC 8187 3.2.1: attr-char, beside what `quote` never escapes.
_ATTR_CHARS = "!#$&+^`|"


def content_disposition(filename: str | None, *, attachment: bool) -> str | None:
    """The field's value; None if there is nothing to say.

    Parameters:
        filename: the name to save under; slashes, and characters that control text or its direction, become `_`.
        attachment: offer to save, instead of showing.
    """
    kind = "attachment" if attachment else "inline"
    if filename is None:
        return kind if attachment else None
    # What is no UTF-8 in a name from the disk stands as surrogates, which cannot travel.
    name = _CONTROL.sub("_", filename).encode("utf-8", "replace").decode()
    plain = _NOT_PLAIN.sub("_", name)
    value = f'{kind}; filename="{plain}"'
    return value if plain == name else f"{value}; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"
