"""Writes JSON (RFC 8259): compact, as UTF-8, and nothing that JSON has not."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from json import encoder as implementation
from typing import Any


def _refuse(value: object) -> Any:
    """Say of a value that JSON has not what could be sent in its place."""
    if hasattr(value, "isoformat"):
        fix = "send value.isoformat()"
    elif is_dataclass(value):
        fix = "send dataclasses.asdict(value)"
    elif hasattr(value, "model_dump"):
        fix = 'send value.model_dump(mode="json")'
    elif hasattr(value, "__await__"):
        fix = "await it first"
    elif hasattr(value, "__iter__"):
        fix = "send a list of it"
    else:
        fix = "send a dict of what is to be known of it"
    raise TypeError(f"a {type(value).__name__} is not JSON: {fix}")


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_refuse)


def _pieces_maker() -> Any:
    """What gives the pieces of a value's JSON: the part written in C that `encode` makes anew for each value, which
    costs more than a small value does. Where Python has none, what `encode` itself asks for pieces."""
    make = getattr(implementation, "c_make_encoder", None)
    if make is None:
        return lambda value, _: _encoder.iterencode(value)
    # The first None: nobody looks for circles, their end is the bottom of the stack.
    return make(None, _encoder.default, implementation.encode_basestring, None, ":", ",", False, False, False)


_pieces = _pieces_maker()


def to_json(value: Any) -> str:
    """A value as JSON. Raises TypeError for what JSON has not, ValueError for NaN and for what holds itself."""
    try:
        return "".join(_pieces(value, 0))
    except RecursionError:
        raise ValueError("this is nested too deeply for JSON, or holds itself") from None
