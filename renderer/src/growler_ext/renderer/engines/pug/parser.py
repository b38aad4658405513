"""Makes the tree of one file: tags, code, mixins, blocks and files. Text is read by `text_parser`."""

from __future__ import annotations

from typing import Any

from growler_ext.renderer.contract import Source
from growler_ext.renderer.engines.pug.text_parser import TextParser
from growler_ext.renderer.engines.pug.tree import (
    Attribute,
    Block,
    Branch,
    Call,
    Case,
    Each,
    Expression,
    Extends,
    Group,
    If,
    Include,
    Mixin,
    MixinBlock,
    Node,
    Script,
    Shown,
    Spot,
    Tag,
    When,
    While,
    wrong,
)

# What may stand behind a tag without being a part of it.
_BEHIND_TAG = frozenset({"newline", "indent", "outdent", "eos", "startblock", "endinline"})


def parse(source: Source, via: Spot | None = None) -> list[Node]:
    """The tree of a file. Raises TemplateError.

    Parameters:
        via: the line of another file that wants this one.
    """
    body: list[Node] = PugParser(source, via).parse()
    return body


class PugParser(TextParser):
    def __init__(self, source: Source, via: Spot | None) -> None:
        super().__init__(source, via)
        self._in_mixin = False

    # Tags

    def parseTag(self) -> Node:
        token = self.advance()
        return self._tag(Tag(token.spot, token.val))

    parseInterpolation = parseTag

    def parseClass(self) -> Node:
        return self._tag(Tag(self.peek().spot, "div"))

    parseId = parseClass

    def parseCall(self) -> Node:
        token = self.advance()
        return self._tag(Call(token.spot, token.val, token.arguments))

    def _tag(self, tag: Tag | Call) -> Node:
        self._attributes(tag)
        is_text = self.accept("dot") is not None
        token = self.peek()
        if token.type in ("text", "interpolated", "inline"):
            tag.body += self._text(goes_on=False).body
        elif token.type == "code":
            self.advance()
            tag.body.append(Shown(token.spot, token.val, token.escaped))
        elif token.type == ":":
            tag.body += self._expansion()
        elif token.type == "slash" and isinstance(tag, Tag):
            self.advance()
            tag.self_closing = True
        elif token.type not in _BEHIND_TAG:
            raise wrong(token.spot, "a blank is missing between the tag and its text")
        while self.accept("newline") is not None:
            pass
        if is_text:
            tag.body += self._text_block()
        elif self._has_block():
            tag.body += self.block()
        return tag

    def _attributes(self, tag: Tag | Call) -> None:
        seen = set()
        while self.peek().type in ("id", "class", "attrs", "spread"):
            token = self.advance()
            if token.type == "spread":
                tag.spreads.append(token.val)
                continue
            if token.type == "attrs":
                attributes = token.val
            else:
                value = Expression(f'"{token.val}"', token.spot)
                attributes = [Attribute(token.type, value, False, token.spot)]
            for attribute in attributes:
                if attribute.name != "class" and attribute.name in seen:
                    raise wrong(attribute.spot, f"the attribute {attribute.name} is there twice")
                seen.add(attribute.name)
            tag.attributes += attributes

    # Code

    def parseCode(self) -> Node:
        token = self.advance()
        if self.peek().type == "indent":
            raise wrong(self.peek().spot, "what shows a value has no lines below it")
        return Shown(token.spot, token.val, token.escaped)

    def parseScript(self) -> Node:
        token = self.advance()
        # In JavaScript the lines below would be a block of their own, which shows what is in it.
        return Group(token.spot, [Script(token.spot, token.val), *self._maybe_block()])

    def parseIf(self) -> Node:
        token = self.advance()
        node = If(token.spot, [Branch(token.val, token.negated, self._maybe_block())], [])
        while True:
            if self.accept("newline") is not None:
                continue
            token = self.peek()
            if token.type == "elseif":
                self.advance()
                node.branches.append(Branch(token.val, False, self._maybe_block()))
                continue
            if self.accept("else") is not None:
                node.orelse = self.block() if self._has_block() else []
            return node

    def parseEach(self) -> Node:
        token = self.advance()
        body = self._body_of(token, "each")
        while self.peek().type == "newline":
            self.advance()
        orelse = self.block() if self.accept("else") is not None else []
        return Each(token.spot, token.value, token.key, token.val, token.of, body, orelse)

    def parseWhile(self) -> Node:
        token = self.advance()
        return While(token.spot, token.val, self._maybe_block())

    def parseCase(self) -> Node:
        token = self.advance()
        node = Case(token.spot, token.val, [])
        self._needs_indent(token, "case")
        self.expect("indent")
        while self.accept("outdent") is None:
            kind = self.peek().type
            if kind in ("newline", "comment"):
                # A comment for the browser has no place between cases; pug.js drops it too.
                self.parseComment() if kind == "comment" else self.advance()
            elif kind in ("when", "default"):
                when = self.advance()
                falls_through = kind == "when" and self.peek().type in ("newline", "outdent")
                node.whens.append(When(when.spot, when.val, None if falls_through else self._expansion()))
            else:
                raise wrong(self.peek().spot, "in a case there are only when and default")
        return node

    # Mixins, blocks, files

    def parseMixin(self) -> Node:
        token = self.advance()
        was, self._in_mixin = self._in_mixin, True
        body = self._body_of(token, f"the mixin {token.val}")
        self._in_mixin = was
        return Mixin(token.spot, token.val, token.parameters, body)

    def parseMixinblock(self) -> Node:
        token = self.advance()
        if not self._in_mixin:
            raise wrong(token.spot, "a block without a name belongs into a mixin: write block NAME")
        return MixinBlock(token.spot)

    def parseBlock(self) -> Node:
        token = self.advance()
        return Block(token.spot, token.val, token.mode, self._maybe_block())

    def parseExtends(self) -> Node:
        token = self.advance()
        return Extends(token.spot, token.val)

    def parseInclude(self) -> Node:
        token = self.advance()
        if self.peek().type == "indent":
            raise wrong(
                self.peek().spot,
                "an include has no lines below it: call a mixin of that file, which has a block",
            )
        return Include(token.spot, token.val)

    def _maybe_block(self) -> list[Node]:
        return self.block() if self._has_block() else []

    def _body_of(self, token: Any, what: str) -> list[Node]:
        self._needs_indent(token, what)
        return self.block()

    def _needs_indent(self, token: Any, what: str) -> None:
        if self.peek().type != "indent":
            raise wrong(token.spot, f"{what} wants indented lines below it")
