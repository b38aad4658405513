"""What the cookie of a session by value says: its id, its times, its fields. Bytes from values and back.

Lines: the id, two times in microseconds, then a name and a value for each field. Values are JSON texts, which have
no line breaks; so nothing is encoded twice, and nothing is decoded that nobody reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

Payload: TypeAlias = tuple[str, float, float, dict[str, bytes]]
"""The id, when the session began, when this was written (Unix times), and the fields."""

_ID_LENGTH: Final = 43

_SECOND: Final = 1_000_000

# Before a name that is written as JSON. A control character, so that no JSON text has it.
_ESCAPED: Final = 1


def pack(id: str, created: float, issued: float, fields: Mapping[str, bytes]) -> bytes:
    """The bytes of a payload."""
    text = b"%b\n%d\n%d" % (id.encode(), round(created * _SECOND), round(issued * _SECOND))
    for name, value in fields.items():
        text += b"\n%b\n%b" % (_line_of(name), value)
    return text


@lru_cache(maxsize=1024)  # an app has few names, and each of its requests some of them
def _line_of(name: str) -> bytes:
    try:
        line = name.encode()
    except UnicodeEncodeError:  # half a surrogate pair: any str is a name
        line = b""
    if not line or b"\n" in line or _ESCAPED in line:
        return bytes([_ESCAPED]) + json.dumps(name).encode()
    return line


def moment(time: float) -> float:
    """A time as a payload keeps it. Cut and not rounded, so that nothing written before a logout seems to be from after
    it."""
    return int(time * _SECOND) / _SECOND


def unpack(data: bytes) -> Payload | None:
    """The payload of some bytes; None for what is none. Never raises."""
    lines = data.split(b"\n")
    if len(lines) < 3 or len(lines) % 2 == 0 or len(lines[0]) != _ID_LENGTH:
        return None
    try:
        id = lines[0].decode()
        created, issued = int(lines[1]) / _SECOND, int(lines[2]) / _SECOND
        fields = {}
        for at in range(3, len(lines), 2):
            fields[lines[at].decode()] = lines[at + 1]
        if _ESCAPED in data:
            fields = {_unescaped(name): value for name, value in fields.items()}
    except (ValueError, OverflowError, RecursionError):
        return None
    return None if "" in fields else (id, created, issued, fields)


def _unescaped(name: str) -> str:
    return str(json.loads(name[1:])) if name[:1] == chr(_ESCAPED) else name
