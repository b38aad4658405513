"""Reads the lines of pug that begin with a word of the language: `each`, `if`, `block`, `include` and so on.

Each reader looks at the place of the lexer, and queues its token or says no: then the word is a tag, such as
`blockquote` or `include-me`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from growler_ext.renderer.engines.pug.scan import Unreadable, split
from growler_ext.renderer.engines.pug.tree import Expression

if TYPE_CHECKING:
    from growler_ext.renderer.engines.pug.lexer import PugLexer

_END = r"[ \t]*(?=\n|\Z)"
_WORD = re.compile(r"[a-z]+")
_LONE = re.compile(r"[a-z]+" + _END)
_LONE_OR_COLON = re.compile(r"default(?:[ \t]*(?=\n|\Z)|(?=:))")
_DOCTYPE = re.compile(r"doctype(?: +([^\n]*)|(?=\n|\Z))")
_BLOCK = re.compile(r"(?:block +)?(append|prepend) +(?=[^\s/])|block +(?=[^\s/])")
_BLOCK_NAME = re.compile(r"(?:(?!//)[^\n])+")
_PATH = re.compile(r"[a-z]+ +([^\n]*[^\s])" + _END)
_MIXIN = re.compile(r"mixin +([-A-Za-z0-9_]+)(?: *(\())?")
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_EACH_IN = re.compile(rf"(?:each|for) +({_NAME})(?: *, *({_NAME}))? +in\b *(?=[^\s])")
_EACH_OF = re.compile(rf"(?:each|for) +(?:({_NAME})|\[ *({_NAME}) *, *({_NAME}) *\]) +of\b *(?=[^\s])")
_CONDITION = re.compile(r"(else +if|if|unless|else|while)(?=[\s(]|\Z)")
_IN_CODE = re.compile(r"(else +if|if|unless|else|while|each|for|switch)\b")
_BRACES = re.compile(r"\}|.*\{\s*\Z")


def read(lexer: PugLexer) -> bool:
    """Queue the token of the word at the lexer's place; False if that is the name of a tag."""
    match = _WORD.match(lexer.text, lexer.at)
    reader = _READERS.get(match[0]) if match is not None else None
    return reader is not None and reader(lexer)


def read_code(lexer: PugLexer, at: int) -> bool:
    """Queue the token of `- if ...` and its like, which older templates write with a dash.

    Parameters:
        at: the place behind the dash.
    """
    rest = lexer.text[at : lexer.line_end()]
    match = _IN_CODE.match(rest)
    if _BRACES.match(rest) and (match is not None or rest.startswith("}")):
        lexer.fail(
            "code has no braces: write if, else and each without dash and braces, and indent what is in them"
        )
    if match is None:
        return False
    if match[1] in ("each", "for", "switch"):
        lexer.fail("write it without the dash, as in: each item in items")
    lexer.at = at
    return _read_condition(lexer)


def _read_yield(lexer: PugLexer) -> bool:
    if _LONE.match(lexer.text, lexer.at) is not None:
        lexer.fail("there is no yield: let the file define a mixin that has a block, and call that")
    return False


def _read_doctype(lexer: PugLexer) -> bool:
    match = _DOCTYPE.match(lexer.text, lexer.at)
    if match is None:
        return False
    lexer.put("doctype", (match[1] or "").strip() or "html")
    lexer.at = match.end()
    return True


def _read_block(lexer: PugLexer) -> bool:
    if match := _BLOCK.match(lexer.text, lexer.at):
        name = _BLOCK_NAME.match(lexer.text, match.end())
        assert name is not None  # something stands there
        lexer.put("block", name[0].strip(), mode=match[1] or "replace")
        lexer.at = name.end()
        return True
    if lexer.text.startswith("block", lexer.at) and (match := _LONE.match(lexer.text, lexer.at)):
        lexer.put("mixinblock")
        lexer.at = match.end()
        return True
    return False


def _read_path(lexer: PugLexer) -> bool:
    """`extends` and `include`."""
    match = _WORD.match(lexer.text, lexer.at)
    assert match is not None  # a word brought us here
    word = "include" if match[0] == "include" else "extends"
    if word == "include" and lexer.text.startswith(":", match.end()):
        lexer.fail("there are no filters: include the file as it is, or what a program made of it")
    if lexer.text[match.end() : match.end() + 1] not in (" ", "\n", ""):
        return False
    path = _PATH.match(lexer.text, lexer.at)
    if path is None:
        lexer.fail(f"{word} wants the name of a file, as in: {word} layout")
    lexer.put(word, path[1].strip("\"'"))
    lexer.at = path.end()
    return True


def _read_mixin(lexer: PugLexer) -> bool:
    match = _MIXIN.match(lexer.text, lexer.at)
    if match is None:
        return False
    parameters = ""
    end = match.end()
    if match[2]:
        end = lexer.close(match.end(), ")")
        parameters = lexer.text[match.end() : end]
        end += 1
    lexer.put("mixin", match[1], parameters=parameters)
    lexer.at = end
    return True


def _read_condition(lexer: PugLexer) -> bool:
    match = _CONDITION.match(lexer.text, lexer.at)
    if match is None:
        return False
    spot = lexer.spot()
    lexer.at = match.end()
    test = lexer.take_line()
    word = match[1]
    if word == "else":
        if test.text:
            lexer.fail("else has no condition: write else if")
        lexer.put("else")
        return True
    if not test.text:
        lexer.fail(f"{word} wants a condition")
    kind = {"if": "if", "unless": "if", "while": "while"}.get(word, "elseif")
    lexer.put(kind, Expression(test.text, spot), negated=word == "unless")
    return True


def _read_elif(lexer: PugLexer) -> bool:
    lexer.fail("there is no elif: write else if")


def _read_each(lexer: PugLexer) -> bool:
    if match := _EACH_IN.match(lexer.text, lexer.at):
        value, key, of = match[1], match[2], False
    elif match := _EACH_OF.match(lexer.text, lexer.at):
        value, key, of = match[1] or match[3], match[2], True
    elif re.match(r"(?:each|for)(?=[ \n]|\Z)", lexer.text[lexer.at : lexer.at + 5]):
        lexer.fail("write it as: each item in items - or each value, key in items")
    else:
        return False
    at, lexer.at = lexer.at, match.end()
    lexer.put("each", lexer.take_line(), at=at, value=value, key=key, of=of)
    return True


def _read_case(lexer: PugLexer) -> bool:
    if lexer.text[lexer.at + 4 : lexer.at + 5] not in (" ", "\n", ""):
        return False
    lexer.at += 4
    value = lexer.take_line()
    if not value.text:
        lexer.fail("case wants a value")
    lexer.put("case", value)
    return True


def _read_when(lexer: PugLexer) -> bool:
    if lexer.text[lexer.at + 4 : lexer.at + 5] not in (" ", "\n", ""):
        return False
    begin = lexer.at + 4
    try:
        _, text = next(split(lexer.text[begin : lexer.line_end()], ":"))
    except Unreadable as error:
        lexer.fail(error.reason)
    if not text.strip():
        lexer.fail("when wants a value")
    lexer.put("when", Expression(text.strip(), lexer.spot()))
    lexer.at = begin + len(text)
    return True


def _read_default(lexer: PugLexer) -> bool:
    match = _LONE_OR_COLON.match(lexer.text, lexer.at)
    if match is None:
        if lexer.text.startswith("default ", lexer.at):
            lexer.fail("default has no value: write when")
        return False
    lexer.put("default")
    lexer.at = match.end()
    return True


_READERS: Mapping[str, Callable[[PugLexer], bool]] = {
    "yield": _read_yield,
    "doctype": _read_doctype,
    "block": _read_block,
    "append": _read_block,
    "prepend": _read_block,
    "extend": _read_path,
    "extends": _read_path,
    "include": _read_path,
    "mixin": _read_mixin,
    "if": _read_condition,
    "unless": _read_condition,
    "else": _read_condition,
    "while": _read_condition,
    "elif": _read_elif,
    "each": _read_each,
    "for": _read_each,
    "case": _read_case,
    "when": _read_when,
    "default": _read_default,
}
