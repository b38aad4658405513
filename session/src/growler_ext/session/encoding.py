"""Session values as stored, and what has changed since they were loaded.

Each key is a JSON text of its own. Comparing texts finds changes inside lists and dicts too, and per key they can
be merged with what other requests wrote meanwhile. Keys that nobody read are never decoded nor compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

# ASCII only: a lone surrogate, which JSON bodies may contain, survives as an escape where UTF-8 would fail.
_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


# NaN and its like, which Python reads but JSON has not, could be loaded and never stored again.
_decoder = json.JSONDecoder(parse_constant=_refuse)

UNREAD: Final = object()
"""Stands for a value that nobody has asked for yet."""

ABSENT: Final = object()
"""Stands for no value: None is one."""

_NONE: Final[frozenset[str]] = frozenset()

_ZERO: Final = ord("0")  # JSON has no 007
_LONG: Final = 19  # digits: what is longer is none of these


def dump(key: str, value: Any) -> bytes:
    """A value as JSON. Raises TypeError that names the key if it is not JSON: NaN, a loop, an object ..."""
    try:
        if type(value) is int:
            # What sessions count and refer to: a tenth of the encoder's time.
            return b"%d" % value
        return _encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        # `from None`: the cause's message may show the value.
        raise _no_json(key, error) from None


def _no_json(key: str, error: Exception) -> TypeError:
    # What json says of a type names that type; what it says of a value may show it.
    reason = str(error) if isinstance(error, TypeError) else type(error).__name__
    return TypeError(f"session[{key!r}] cannot be stored as JSON: {reason}")


def load(data: bytes) -> Any:
    """The value of a JSON text. Raises ValueError for what is none."""
    if data.isdigit() and (data[0] != _ZERO or len(data) == 1) and len(data) < _LONG:
        # What sessions count and refer to, as in `dump`.
        return int(data)
    text = data.decode()
    try:
        # What we wrote has no spaces around it; to look for some takes longer than to read most values.
        value, end = _decoder.raw_decode(text)
        return value if end == len(text) else _decoder.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def changes(
    fields: Mapping[str, bytes], values: Mapping[str, Any]
) -> tuple[dict[str, bytes], frozenset[str]]:
    """What to set and what to remove so that `fields` becomes `values`. Raises TypeError as `dump` does."""
    changed = {}
    left = len(fields)
    try:
        for key, value in values.items():
            before = fields.get(key)
            if before is not None:
                left -= 1
            if value is not UNREAD:
                data = b"%d" % value if type(value) is int else dump(key, value)
                if before != data:
                    changed[key] = data
    except ValueError as error:  # an int of more digits than Python writes
        raise _no_json(key, error) from None
    # Counted above, because to compare the sets takes longer than the rest of a small session.
    return changed, frozenset(fields.keys() - values.keys()) if left else _NONE
