"""Reads JSON that came from outside, strictly (RFC 8259; I-JSON, RFC 7493, where that leaves a choice).

What parsers disagree on is refused instead of guessed: a name twice in one object, NaN, numbers that no float
holds, half of a surrogate pair, text that is not UTF-8. What is accepted can be sent and stored again.
"""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any, Never

MAX_DEPTH = 100
"""Arrays and objects inside each other; far below what Python's recursion bears, so nothing behind fails either."""

# A string without an end goes to the end of the text: else each quote in it would be tried as a beginning.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


class JSONError(ValueError):
    """What is wrong with it, in words that hold nothing of its content."""


def parse(body: bytes) -> Any:
    """The value that a JSON text stands for. Raises JSONError. Takes time in proportion to the length."""
    try:
        text = body.decode("utf-8-sig")  # RFC 8259 8.1: a byte order mark may be ignored
        _check_depth(text)
        value = _decode(text)
        # RFC 7493 2.1: "\ud800" alone stands for no character, and no encoder would take it.
        if "\\ud" in text or "\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        raise JSONError("it is not UTF-8") from None
    except UnicodeEncodeError:
        raise JSONError("it has half of a surrogate pair") from None
    except json.JSONDecodeError as error:
        # "Unterminated string starting at", and then where
        raise JSONError(
            f"{error.msg.removesuffix(' at')} at line {error.lineno} column {error.colno}"
        ) from None
    except JSONError:
        raise
    except ValueError:  # int() reads up to sys.get_int_max_str_digits()
        raise JSONError("it has a number with too many digits") from None
    return value


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    # Behind a mistake the count means nothing, but there the parser does not come.
    steps = (_STEPS[character] for character in re.findall(r"[\[{\]}]", _STRING.sub("", text)))
    if max(accumulate(steps), default=0) > MAX_DEPTH:
        raise JSONError(f"it is more than {MAX_DEPTH} levels deep")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # RFC 8259 4: what then counts differs from parser to parser - a proxy may have checked the other one.
        raise JSONError("a name stands twice in one object")
    return found


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise JSONError("it has a number that is too large")
    return number


def _constant(name: str) -> Never:
    raise JSONError(f"{name} is not JSON")


# Made once; json.loads would make a decoder for each call with hooks.
_decode = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant).decode
