"""Reads what begins with a mark and not with a word: `#id`, `.class`, `(attributes)`, `= code`, `| text`, `+mixin`.

Each reader looks at the place of the lexer, queues its token and moves the place behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

from growler_ext.renderer.engines.pug import text, words
from growler_ext.renderer.engines.pug.attributes import OLD_INTERPOLATION, read_attributes
from growler_ext.renderer.engines.pug.scan import Unreadable
from growler_ext.renderer.engines.pug.tree import Attribute, Expression

if TYPE_CHECKING:
    from growler_ext.renderer.engines.pug.lexer import PugLexer

_ID = re.compile(r"#([A-Za-z0-9_-]+)")
_CLASS = re.compile(r"\.([_A-Za-z0-9-]*[_A-Za-z][_A-Za-z0-9-]*)")
_NEARLY = re.compile(r".[^ \t(#.:\n]*")
_DOT = re.compile(r"\.[ \t]*(?=\n|\Z)")
_LONE_DASH = re.compile(r"-[ \t]*(?=\n|\Z)")
_CODE = re.compile(r"(!?=|-)[ \t]*(?=\S)")
_CALL = re.compile(r"\+[ \t]*([-A-Za-z0-9_]+|(?=#\{))")
_ARGUMENTS = re.compile(r" *\((?!\s*[-A-Za-z0-9_]+ *=(?!=))")  # with a name and a = they are attributes
_COLON = re.compile(r": +")
_FILTER = re.compile(r":[\w-]+")
_SPREAD = "&attributes("


def read(lexer: PugLexer) -> None:
    """Queue what stands at the lexer's place. Raises TemplateError for what cannot stand there."""
    reader = _READERS.get(lexer.text[lexer.at])
    if reader is None:
        _unexpected(lexer)
    reader(lexer)


def _unexpected(lexer: PugLexer) -> NoReturn:
    if lexer.text.startswith("!!!", lexer.at):
        lexer.fail("!!! is the doctype of an older language: write doctype html")
    lexer.fail(
        f"nothing begins or goes on with {lexer.rest()[:5]!r} here: text needs a | in front, or a blank behind its tag"
    )


def _read_hash(lexer: PugLexer) -> None:
    at = lexer.at
    if lexer.text.startswith("#{", at):
        end = lexer.close(at + 2, "}")
        lexer.put("interpolation", Expression(lexer.text[at + 2 : end], lexer.spot()))
        lexer.at = end + 1
    elif match := _ID.match(lexer.text, at):
        lexer.put("id", match[1])
        lexer.at = match.end()
    else:
        lexer.fail(f"{_nearly(lexer)} is no id: letters, digits, - and _ make one")


def _read_dot(lexer: PugLexer) -> None:
    if match := _DOT.match(lexer.text, lexer.at):
        lexer.put("dot")
        lexer.at = match.end()
        text.read_block(lexer)
    elif match := _CLASS.match(lexer.text, lexer.at):
        lexer.put("class", match[1])
        lexer.at = match.end()
    else:
        lexer.fail(
            f"{_nearly(lexer)} is no class: letters, digits, - and _ make one, but not without a letter"
        )


def _nearly(lexer: PugLexer) -> str:
    match = _NEARLY.match(lexer.text, lexer.at)
    assert match is not None  # there is a mark at least
    return match[0]


def _read_attributes(lexer: PugLexer) -> None:
    at = lexer.at
    attributes = []
    try:
        for read in read_attributes(lexer.text, at + 1, lexer.limit()):
            if isinstance(read, int):
                lexer.at = read
                break
            value: Expression | bool = True
            if read.value is not None:
                if OLD_INTERPOLATION.search(read.value):
                    lexer.fail(
                        f'nothing is filled in here: write {read.name}="..." ~ value, '
                        r"or \#{ for the signs themselves",
                        read.value_at,
                    )
                value = Expression(read.value, lexer.spot(read.value_at))
            attributes.append(Attribute(read.name, value, read.escaped, lexer.spot(read.at)))
    except Unreadable as error:
        lexer.fail(error.reason, error.at)
    lexer.put("attrs", attributes, at=at)


def _read_spread(lexer: PugLexer) -> None:
    begin = lexer.at + len(_SPREAD)
    if not lexer.text.startswith(_SPREAD, lexer.at):
        _unexpected(lexer)
    end = lexer.close(begin, ")", lexer.limit())
    lexer.put("spread", Expression(lexer.text[begin:end], lexer.spot()))
    lexer.at = end + 1


def _read_colon(lexer: PugLexer) -> None:
    match = _COLON.match(lexer.text, lexer.at)
    if match is None:
        if filter := _FILTER.match(lexer.text, lexer.at):
            lexer.fail(f"there are no filters, such as {filter[0]}: write HTML, or show a value by !=")
        lexer.fail("a blank is missing behind the :, as in li: a")
    lexer.put(":")
    lexer.at = match.end()


def _read_call(lexer: PugLexer) -> None:
    match = _CALL.match(lexer.text, lexer.at)
    if match is None:
        lexer.fail("the name of a mixin is missing behind the +")
    at = lexer.at
    name: str | Expression = match[1]
    lexer.at = match.end()
    if not name:
        end = lexer.close(lexer.at + 2, "}")
        name = Expression(lexer.text[lexer.at + 2 : end], lexer.spot())
        lexer.at = end + 1
    arguments = None
    if match := _ARGUMENTS.match(lexer.text, lexer.at, lexer.limit()):
        end = lexer.close(match.end(), ")", lexer.limit())
        arguments = Expression(lexer.text[match.end() : end], lexer.spot())
        lexer.at = end + 1
    lexer.put("call", name, at=at, arguments=arguments)


def _read_code(lexer: PugLexer) -> None:
    if match := _LONE_DASH.match(lexer.text, lexer.at):
        at, lexer.at = lexer.at, match.end()
        lines = lexer.take_block()
        code = "\n".join(lexer.text[begin:end] for begin, end in lines)
        lexer.put("script", code, at=lines[0][0] if lines else at)
        return
    match = _CODE.match(lexer.text, lexer.at)
    if match is None:
        if lexer.text.startswith("!", lexer.at) and not lexer.text.startswith("!=", lexer.at):
            _unexpected(lexer)
        lexer.fail("a value is missing behind the =")
    if match[1] == "-" and words.read_code(lexer, match.end()):
        return
    lexer.at = match.end()
    if lexer.inline:
        end = lexer.close(lexer.at, "]")
        expression = Expression(lexer.text[lexer.at : end].strip(), lexer.spot())
        lexer.at = end
    else:
        expression = lexer.take_line()
    if match[1] == "-":
        lexer.put("script", expression.text)
    else:
        lexer.put("code", expression, escaped=match[1] == "=")


def _read_pipe(lexer: PugLexer) -> None:
    lexer.at += 1
    # One blank belongs to the pipe, unless it is all there is.
    if lexer.text.startswith(" ", lexer.at) and lexer.at + 1 < lexer.line_end():
        lexer.at += 1
    if lexer.at == lexer.line_end():
        lexer.put("text", "")  # which puts a newline between what is above and below
    text.read(lexer, "text")


def _read_blank(lexer: PugLexer) -> None:
    if lexer.at + 1 < lexer.line_end():
        lexer.at += 1
    text.read(lexer, "text")


def _read_html(lexer: PugLexer) -> None:
    text.read(lexer, "html")


def _read_slash(lexer: PugLexer) -> None:
    at = lexer.at
    if not lexer.text.startswith("//", at):
        lexer.put("slash")
        lexer.at += 1
        return
    value = lexer.text[at + 2 : lexer.line_end()]
    lexer.at = lexer.line_end()
    if value.startswith("-"):
        lexer.take_block()
    else:
        lexer.put("comment", value, at=at)
        text.read_block(lexer)


_READERS: Mapping[str, Callable[[PugLexer], None]] = {
    "#": _read_hash,
    ".": _read_dot,
    "(": _read_attributes,
    "&": _read_spread,
    ":": _read_colon,
    "+": _read_call,
    "=": _read_code,
    "-": _read_code,
    "!": _read_code,
    "|": _read_pipe,
    " ": _read_blank,
    "<": _read_html,
    "/": _read_slash,
}
