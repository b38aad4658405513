"""Reads text: `#{values}`, `!{raw values}` and `#[inline tags]` in it, and blocks of it below a tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from growler_ext.renderer.engines.pug.tree import MAX_DEPTH, Expression

if TYPE_CHECKING:
    from growler_ext.renderer.engines.pug.lexer import PugLexer

_SPECIAL = re.compile(r"\\?#\[|\\?[#!]\{")
_SPECIAL_OR_END = re.compile(r"\\?#\[|\\?[#!]\{|\]")


def read(lexer: PugLexer, kind: str) -> None:
    """Queue the text up to the end of the line, or of the inline tag it stands in.

    Parameters:
        kind: of the tokens: text, or html where the line begins with `<`.
    """
    text, end = lexer.text, lexer.line_end()
    special = _SPECIAL_OR_END if lexer.inline else _SPECIAL
    pieces: list[str] = []  # in which \#{ and \#[ are what they stand for
    while True:
        match = special.search(text, lexer.at, end)
        stop = end if match is None else match.start()
        pieces.append(text[lexer.at : stop])
        if match is None or match[0] == "]":
            lexer.at = stop
            if any(pieces):
                lexer.put(kind, "".join(pieces))
            return
        lexer.at = match.end()
        if match[0][0] == "\\":
            pieces.append(match[0][1:])
            continue
        if any(pieces) or match[0] == "#[":
            lexer.put(kind, "".join(pieces))
        pieces = []
        if match[0] == "#[":
            _read_inline_tag(lexer, stop)
        else:
            close = lexer.close(lexer.at, "}")
            value = Expression(text[lexer.at : close], lexer.spot())
            lexer.put("interpolated", value, escaped=match[0] == "#{")
            lexer.at = close + 1


def _read_inline_tag(lexer: PugLexer, at: int) -> None:
    if lexer.inline >= MAX_DEPTH:
        lexer.fail(f"inline tags stand in inline tags more than {MAX_DEPTH} deep", at)
    lexer.put("inline", at=at)
    lexer.inline += 1
    end = lexer.line_end()
    while lexer.at < end and lexer.text[lexer.at] != "]":
        lexer.read_token()
    lexer.inline -= 1
    if not lexer.text.startswith("]", lexer.at):
        lexer.fail("the ] of an inline tag is missing in its line", at)
    lexer.at += 1
    lexer.put("endinline")


def read_block(lexer: PugLexer) -> None:
    """Queue the lines below that are indented deeper than this one, as text."""
    lines = lexer.take_block()
    if not lines:
        return
    after = lexer.at
    lexer.put("startblock", at=lines[0][0])
    for number, (begin, end) in enumerate(lines):
        if number:
            lexer.put("newline", at=begin)
        if begin < end:
            lexer.at = begin
            read(lexer, "text")
    lexer.at = after
    lexer.put("endblock")
