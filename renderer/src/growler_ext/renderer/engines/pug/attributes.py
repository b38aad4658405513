"""Reads a list of attributes: `(href=url title!=text, checked)`, over as many lines as it takes.

A value ends at a comma, or at a blank if it is complete and no operator follows: pypugjs cuts `title="x" + y` in two.
What would end the tag is refused in names, quoted or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from growler_ext.renderer.engines.pug.scan import Unreadable, find_value_end

_BLANKS = re.compile(r"[ \t\n]*")
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
# Angular's (click) and [value] are names; the ) of the list is none.
_NAME = re.compile(r"(?:\([^()\s]*\)|[^\s=!,()])+")
_CANNOT_BE_NAME = re.compile(r"[\s\"'<>/=\x00-\x1f\x7f]")
# A pug of 2015 filled these in, and so does pypugjs; today's writes them as they are. {{ }} is another language's.
OLD_INTERPOLATION = re.compile(r"(?<!\\)#\{(?!\{)")


class Read(NamedTuple):
    """An attribute, and the places in the text where its name and its value begin."""

    name: str
    value: str | None
    escaped: bool
    at: int
    value_at: int


def read_attributes(text: str, at: int, end: int) -> Iterator[Read | int]:
    """The attributes of the list that begins behind its `(`; last of all, the place behind its `)`.

    Raises Unreadable.
    """
    opened = at - 1
    while True:
        at = _skip(text, at, end)
        if at >= end:
            raise Unreadable("the ) of the attributes is missing", opened)
        if text[at] == ")":
            yield at + 1
            return
        name, at_name, at = _read_name(text, at, end)
        after = _skip(text, at, end)
        escaped = not text.startswith("!", after)
        equals = after if escaped else after + 1
        if equals < end and text[equals] == "=":
            begin = _skip(text, equals + 1, end)
            at = find_value_end(text, begin, end)
            value = text[begin:at].rstrip(" \t\n")
            if not value:
                raise Unreadable(f"the attribute {name} has no value behind its =", at_name)
            yield Read(name, value, escaped, at_name, begin)
        elif not escaped:
            raise Unreadable(f"behind the attribute {name} stands a !: write != for a raw value", after)
        else:
            if at == after and at < end and text[at] not in ",)":
                raise Unreadable(f"a blank or a comma is missing behind the attribute {name}", at)
            yield Read(name, None, True, at_name, at_name)
        at = _skip(text, at, end)
        if text.startswith(",", at, end):
            at += 1


def _read_name(text: str, at: int, end: int) -> tuple[str, int, int]:
    quoted = _QUOTED.match(text, at, end)
    match = quoted or _NAME.match(text, at, end)
    if match is None:
        raise Unreadable(f"the name of an attribute cannot begin with {text[at]}", at)
    name = (quoted[1] or quoted[2] or "") if quoted is not None else match[0]
    if not name or _CANNOT_BE_NAME.search(name):
        raise Unreadable(
            f"{match[0]} is no name for an attribute: blanks, quotes and < > / = would end it", at
        )
    return name, at, match.end()


def _skip(text: str, at: int, end: int) -> int:
    match = _BLANKS.match(text, at, end)
    assert match is not None  # it may be empty
    return match.end()
