"""Cuts a pug file into the tokens of pypugjs, with a reading of its own wherever pypugjs reads otherwise than pug.js.

Of pypugjs's lexer it keeps tokens and their queue (`tok`, `defer`, `advance`, `lookahead`). That one cuts the text
shorter with each token, which takes the square of a file's length, and knows neither the ends of expressions nor
text blocks as pug has them. This one moves a place through the text, line by line; `words`, `marks` and `text` read
what stands there.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple, NoReturn

from pypugjs.lexer import Lexer

from growler_ext.renderer.contract import Source
from growler_ext.renderer.engines.pug import marks, words
from growler_ext.renderer.engines.pug.scan import Unreadable, find_close
from growler_ext.renderer.engines.pug.tree import MAX_CHARACTERS, MAX_DEPTH, Expression, Spot, wrong

_BLANK_LINE = re.compile(r"[ \t]*(?:\n|\Z)")
_INDENT = re.compile(r"[ \t]*")
_TAG = re.compile(r"[A-Za-z0-9_](?:[-:A-Za-z0-9_]*[A-Za-z0-9_])?")


class Line(NamedTuple):
    """Where a line begins and ends."""

    begin: int
    end: int
    spot: Spot


class PugLexer(Lexer):  # type: ignore[misc]  # pypugjs ships no types
    """The tokens of one file.

    Parameters:
        via: the line of another file that wants this one.

    Attributes:
        text: the whole file.
        at: how far it is read.
        inline: how many inline tags are open.
    """

    def __init__(self, source: Source, via: Spot | None = None) -> None:
        super().__init__(source.text)  # which makes every line end a newline
        self.text: Final[str] = self.input
        self.at: int = 0
        self.inline = 0
        self._source = source
        self._via = via
        self._line_now = Line(0, -1, Spot(source, 1, via))
        self._indents = [0]
        self._unit = ""
        self._started = False
        self._ended = False

    def next(self) -> Any:
        """The next token; called by pypugjs's `advance` and `lookahead`."""
        while not self.deferredTokens:
            self._read_line()
        return self.deferred()

    def put(self, kind: str, value: Any = None, /, at: int | None = None, **more: Any) -> None:
        """Queue a token that stands at a place - where the lexer is, unless it is given."""
        token = self.tok(kind, value)
        token.spot = self.spot(at)
        for name, one in more.items():
            setattr(token, name, one)
        self.defer(token)

    def fail(self, reason: str, at: int | None = None) -> NoReturn:
        raise wrong(self.spot(at), reason)

    # Places

    def spot(self, at: int | None = None) -> Spot:
        """The line of a place."""
        return self._line_of(self.at if at is None else at).spot

    def line_end(self) -> int:
        """Where the line ends: at its newline, or at the end of the text."""
        return self._line_of(self.at).end

    def limit(self) -> int:
        """How far brackets may reach: to the end of the line in an inline tag."""
        return self.line_end() if self.inline else len(self.text)

    def rest(self) -> str:
        """What is left of the line."""
        return self.text[self.at : self.line_end()]

    def take_line(self) -> Expression:
        """The rest of the line as an expression."""
        expression = Expression(self.rest().strip(), self.spot())
        self.at = self.line_end()
        return expression

    def close(self, at: int, closer: str, end: int | None = None) -> int:
        """Where the bracket stands that closes the one in front of a place; in the same line, if no end is given."""
        try:
            return find_close(self.text, at, self.line_end() if end is None else end, closer)
        except Unreadable as error:
            self.fail(error.reason, error.at)

    def _line_of(self, at: int) -> Line:
        """The line of a place: almost always the last one asked for, and counted from there."""
        line = self._line_now
        if not line.begin <= at <= line.end:
            text = self.text
            begin = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            if begin > line.begin:
                number = line.spot.line + text.count("\n", line.begin, begin)
            else:
                number = line.spot.line - text.count("\n", begin, line.begin)
            spot = Spot(self._source, number, self._via)
            line = self._line_now = Line(begin, len(text) if end < 0 else end, spot)
        return line

    # Lines

    def _read_line(self) -> None:
        """Queue the tokens of the next line that is not blank."""
        text = self.text
        while self.at < len(text) and (blank := _BLANK_LINE.match(text, self.at)):
            self.at = blank.end()
        if self.at >= len(text):
            self._end()
            return
        if self.at > MAX_CHARACTERS:
            self.fail(f"the file has more than {MAX_CHARACTERS} characters")
        self._read_indent()
        while self.at < len(text) and text[self.at] != "\n":
            self.read_token()
        self.at += 1

    def _end(self) -> None:
        self.at = len(self.text)
        if not self._ended:
            for _ in self._indents[1:]:
                self.put("outdent")
            self._ended = True
        self.put("eos")

    def _read_indent(self) -> None:
        width = self._measure(self.at)
        if width and not self._started:
            self.fail("the first line is indented, but there is nothing for it to stand in")
        self._started = True
        self.at += width
        if width > self._indents[-1]:
            if len(self._indents) > MAX_DEPTH:
                self.fail(f"tags stand in tags more than {MAX_DEPTH} deep")
            self._indents.append(width)
            self.put("indent")
        elif width == self._indents[-1]:
            self.put("newline")
        while width < self._indents[-1]:
            deepest = self._indents.pop()
            if self._indents[-1] < width:
                self.fail(
                    f"an indentation of {width} fits to no line above: {self._indents[-1]} or {deepest} would"
                )
            self.put("outdent")

    def _measure(self, at: int) -> int:
        """The indentation of the line at a place. The first one that there is decides between tabs and blanks."""
        indent = _whole(_INDENT.match(self.text, at))
        if not indent:
            return 0
        self._unit = self._unit or indent[0]
        if indent.strip(self._unit):
            self.fail("tabs and blanks are mixed in the indentation: use one of them in the whole file", at)
        return len(indent)

    def read_token(self) -> None:
        """Queue what stands at the place of the lexer; what it is, the first character tells."""
        char = self.text[self.at]
        if not (char.isascii() and (char.isalnum() or char == "_")):
            marks.read(self)
        elif not words.read(self):
            name = _whole(_TAG.match(self.text, self.at))
            self.put("tag", name)
            self.at += len(name)

    # Text below a line

    def take_block(self) -> list[tuple[int, int]]:
        """Where the lines indented deeper than this one begin - behind the indentation they share - and end."""
        text = self.text
        found: list[tuple[int, int, int]] = []  # begin, end, and indentation or -1
        blanks: list[tuple[int, int, int]] = []
        position = self.at
        while position < len(text):
            begin = position + 1
            end = text.find("\n", begin)
            end = len(text) if end < 0 else end
            if _BLANK_LINE.match(text, begin):
                blanks.append((begin, end, -1))
            else:
                width = self._measure_text(begin)
                if width <= self._indents[-1]:
                    break
                # Blank lines in front of the text are none of it.
                found += [*blanks, (begin, end, width)] if found else [(begin, end, width)]
                blanks = []
            position = end
        if not found:
            return []
        shared = min(width for _, _, width in found if width >= 0)
        lines = [(min(begin + shared, end), end) for begin, end, _ in [*found, *blanks]]
        # At the end of the file, empty lines are none.
        while position >= len(text) and lines[-1][0] == lines[-1][1]:
            lines.pop()
        self.at = position
        return lines

    def _measure_text(self, at: int) -> int:
        """The indentation of a line of text; what is mixed into it is text."""
        indent = _whole(_INDENT.match(self.text, at))
        self._unit = self._unit or indent[:1]
        return len(indent) - len(indent.lstrip(self._unit)) if self._unit else 0


def _whole(match: re.Match[str] | None) -> str:
    assert match is not None  # the pattern fits to what is there, or to nothing
    return match[0]
