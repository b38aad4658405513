"""Finds where an expression ends, without understanding it: strings, brackets, names and operators.

pug ends an expression at a bracket, a comma, the end of the line or - among attributes - at a blank after which the
next attribute begins. Every text is gone through once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_DEPTH = 40
"""Brackets in brackets of one expression."""

_LEXEME = re.compile(
    r"""
      (?P<blank>[ \t\n]+)
    | (?P<string>"(?>[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*)"|'(?>[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*)')
    | (?P<name>[^\W\d]\w*)
    | (?P<number>\d[\w]*(?:\.\d\w*)?)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<operator>===|!==|&&|\|\||=>|\+\+|--|\*\*|//|[=!<>]=|\.\.\.|.)
    """,
    re.VERBOSE,
)
_CLOSES = {"(": ")", "[": "]", "{": "}"}
# Angular's names, which otherwise would be calls, indexes and products.
_ANGULAR = re.compile(r"(?:\[[^\s\[\]=]*\]|\([^\s()=]*\)|\*[\w.-]+)[ \t\n]*!?=(?!=)")
_NEXT_IS_VALUE = re.compile(r"[ \t\n]*!?=(?!=)")

# Words that join two values; behind one of these an expression goes on.
WORDS = frozenset({"and", "or", "not", "in", "is", "if", "else"})


class Unreadable(Exception):
    """No expression ends here; `at` is where it went wrong."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Lexeme(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def lexemes(text: str, at: int, end: int) -> Iterator[Lexeme]:
    """The pieces of an expression. Raises Unreadable for a string that is not closed in its line."""
    while at < end:
        match = _LEXEME.match(text, at, end)
        # The last alternative takes any character but a newline, which the first takes.
        assert match is not None
        assert match.lastgroup is not None
        if match[0] in ('"', "'"):
            raise Unreadable(f"a string that begins with {match[0]} is not closed in its line", at)
        yield Lexeme(match.lastgroup, match[0], at, match.end())
        at = match.end()


class Brackets:
    """Which brackets are open."""

    def __init__(self) -> None:
        self._open: list[Lexeme] = []

    def __bool__(self) -> bool:
        return bool(self._open)

    def see(self, lexeme: Lexeme) -> None:
        """Raises Unreadable for a bracket that closes none, or another one, and for too many."""
        if lexeme.kind == "open":
            self._open.append(lexeme)
            if len(self._open) > MAX_DEPTH:
                raise Unreadable(f"there are more than {MAX_DEPTH} brackets in brackets", lexeme.start)
        elif lexeme.kind == "close":
            if not self._open:
                raise Unreadable(f"{lexeme.text} closes nothing", lexeme.start)
            opened = self._open.pop()
            if lexeme.text != _CLOSES[opened.text]:
                raise Unreadable(f"{opened.text} is closed by {lexeme.text}", lexeme.start)

    def check_closed(self) -> None:
        if self._open:
            raise Unreadable(f"{self._open[-1].text} is not closed", self._open[-1].start)


def find_close(text: str, at: int, end: int, closer: str) -> int:
    """Where the bracket `closer` stands that belongs to the one in front of `at`."""
    brackets = Brackets()
    for lexeme in lexemes(text, at, end):
        if lexeme.text == closer and not brackets:
            return lexeme.start
        brackets.see(lexeme)
    brackets.check_closed()
    raise Unreadable(f"{closer} is missing", at - 1)


def split(text: str, separators: str) -> Iterator[tuple[int, str]]:
    """The parts of a text between separators that stand in no brackets, each with the place it begins at."""
    brackets = Brackets()
    begin = 0
    for lexeme in lexemes(text, 0, len(text)):
        if not brackets:
            # A blank lexeme may hold newlines among other blanks.
            cut = next((sign for sign in separators if sign in lexeme.text), None)
            if cut is not None and lexeme.kind in ("operator", "blank"):
                yield begin, text[begin : lexeme.start]
                begin = lexeme.end
                continue
        brackets.see(lexeme)
    brackets.check_closed()
    yield begin, text[begin:]


def find_value_end(text: str, at: int, end: int) -> int:
    """Where the value of an attribute ends: at `,` or `)`, or at a blank with the next attribute behind it."""
    brackets = Brackets()
    is_complete = False
    blank: int | None = None
    before = ""
    for lexeme in lexemes(text, at, end):
        if lexeme.kind == "blank":
            blank = lexeme.start
            continue
        if not brackets:
            if lexeme.text in (",", ")"):
                return lexeme.start
            if is_complete and blank is not None and _begins_attribute(text, lexeme):
                return blank
        brackets.see(lexeme)
        is_complete = lexeme.kind in ("string", "number", "close") or (
            lexeme.kind == "name" and (lexeme.text not in WORDS or before in (".", "|"))
        )
        before = lexeme.text
        blank = None
    brackets.check_closed()
    raise Unreadable("the ) of the attributes is missing", at)


def _begins_attribute(text: str, lexeme: Lexeme) -> bool:
    """Whether what follows a complete value and a blank is no continuation of it."""
    if lexeme.kind == "name" and lexeme.text in WORDS:
        return _NEXT_IS_VALUE.match(text, lexeme.end) is not None
    if lexeme.kind in ("open", "close") or lexeme.text == "*":
        return _ANGULAR.match(text, lexeme.start) is not None
    return lexeme.kind != "operator" or lexeme.text in (":", "@", "#", "$")
