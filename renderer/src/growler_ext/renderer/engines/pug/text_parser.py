"""Reads the queue of tokens, and all that is text, for the parser of tags and code which is made on top of it.

Of pypugjs's parser it keeps the queue (`peek`, `advance`, `accept`) and the choice of a method by the kind of a
token (`parseExpr`); the methods are ours, because pypugjs reads comments as tags and forgets the lines.
"""

from __future__ import annotations

from typing import Any, NoReturn

from pypugjs.parser import Parser

from growler_ext.renderer.contract import Source
from growler_ext.renderer.engines.pug.lexer import PugLexer
from growler_ext.renderer.engines.pug.tree import (
    MAX_DEPTH,
    Comment,
    Doctype,
    Group,
    Node,
    Script,
    Shown,
    Spot,
    Text,
    wrong,
)

_SHOWN = {
    "indent": "an indented line has nothing to stand in",
    "else": "else belongs behind an if or an each, indented as that is",
    "elseif": "else if belongs behind an if, indented as that is",
    "when": "when belongs into a case",
    "default": "default belongs into a case",
    "attrs": "attributes belong to a tag",
    "spread": "&attributes belongs to a tag",
    "slash": "a single / belongs to a tag, as in foo/",
    ":": "a : belongs behind a tag, as in li: a",
}


class TextParser(Parser):  # type: ignore[misc]  # pypugjs ships no types
    """The tokens of a file, the bodies they make, and text.

    A method `parseX` reads what begins with a token of the kind x, as in pypugjs.
    """

    def __init__(self, source: Source, via: Spot | None) -> None:
        super().__init__("", source.name)
        self.lexer: PugLexer = PugLexer(source, via)
        self._depth = 0

    def parse(self) -> list[Node]:
        """The whole file."""
        return self._until("eos")

    def parseExpr(self) -> Node:
        token = self.peek()
        method = getattr(self, f"parse{token.type.capitalize()}", None)
        if method is None:
            self._unexpected(token)
        self._depth += 1
        if self._depth > MAX_DEPTH + 1:  # one for the text in the last tag
            raise wrong(token.spot, f"tags stand in tags more than {MAX_DEPTH} deep")
        node: Node = method()
        self._depth -= 1
        return node

    def expect(self, kind: str) -> Any:
        token = self.peek()
        if token.type != kind:
            self._unexpected(token)
        return self.advance()

    def _unexpected(self, token: Any) -> NoReturn:
        reason = _SHOWN.get(token.type, f"a {token.type} cannot stand here")
        raise wrong(token.spot, reason)

    # Bodies

    def _until(self, end: str) -> list[Node]:
        body: list[Node] = []
        while (kind := self.peek().type) != end:
            if kind == "newline":
                self.advance()
            elif kind == "html":
                body += self._html()
            else:
                node = self.parseExpr()
                if isinstance(node, Group):
                    body += node.body
                else:
                    body.append(node)
        return body

    def block(self) -> list[Node]:
        """The body that is indented below."""
        self.expect("indent")
        body = self._until("outdent")
        self.advance()
        return body

    def _has_block(self) -> bool:
        kind: str = self.peek().type
        return kind == "indent"

    def _expansion(self) -> list[Node]:
        """What follows a `:`, or the body below."""
        if self.accept(":") is None:
            return self.block()
        node = self.parseExpr()
        return node.body if isinstance(node, Group) else [node]

    # Text

    def parseText(self) -> Node:
        return self._text(goes_on=True)

    parseInterpolated = parseInline = parseText

    def _text(self, *, goes_on: bool) -> Group:
        """Text with what is interpolated in it; over several lines if it goes on."""
        first = self.peek()
        body: list[Node] = []
        while True:
            token = self.peek()
            if token.type == "newline" and goes_on:
                self.advance()
                if self.peek().type in ("text", "interpolated"):
                    body.append(Text(token.spot, "\n"))
            elif not self._text_piece(body):
                return Group(first.spot, body)

    def _text_piece(self, body: list[Node]) -> bool:
        token = self.peek()
        match token.type:
            case "text":
                body.append(Text(token.spot, token.val))
            case "interpolated":
                body.append(Shown(token.spot, token.val, token.escaped))
            case "inline":
                self.advance()
                node = self.parseExpr()
                body += node.body if isinstance(node, Group) else [node]
                if self.peek().type != "endinline":
                    raise wrong(
                        self.peek().spot, "behind an inline tag stands something that does not belong to it"
                    )
            case _:
                return False
        self.advance()
        return True

    def _html(self) -> list[Node]:
        """Lines that begin with `<`, and those indented below them: text, joined by newlines."""
        body: list[Node] = []
        is_html = False  # whether the last line was
        while True:
            token = self.peek()
            match token.type:
                case "html":
                    self.advance()
                    _join(body, Text(token.spot, token.val, "begins"), is_html)
                    is_html = True
                case "indent":
                    for node in self.block():
                        if isinstance(node, Text) and node.html:
                            _join(body, node, is_html)
                            is_html = True
                        else:
                            body.append(node)
                            is_html = False
                case "code" | "script":
                    self.advance()
                    if token.type == "script":
                        body.append(Script(token.spot, token.val))
                    else:
                        body.append(Shown(token.spot, token.val, token.escaped))
                    is_html = False
                case "newline":
                    self.advance()
                case _:
                    return body

    def parseHtml(self) -> Node:
        return Group(self.peek().spot, self._html())

    def _text_block(self) -> list[Node]:
        """The text below a `.`, a comment or a tag that ends in a dot."""
        body: list[Node] = []
        if self.accept("startblock") is None:
            return body
        while self.peek().type != "endblock":
            token = self.peek()
            if not self._text_piece(body):
                self.expect("newline")
                body.append(Text(token.spot, "\n"))
        self.advance()
        return body

    def parseDot(self) -> Node:
        spot = self.advance().spot
        return Group(spot, self._text_block())

    def parseComment(self) -> Node:
        token = self.advance()
        return Comment(token.spot, token.val, self._text_block())

    def parseDoctype(self) -> Node:
        token = self.advance()
        return Doctype(token.spot, token.val)


def _join(body: list[Node], text: Text, is_html: bool) -> None:
    """Add lines of HTML, on a line of their own if there are some before."""
    if is_html and text.html == "begins":
        text.html = "goes on"
        text.value = "\n" + text.value
    body.append(text)
