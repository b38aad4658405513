"""Compiles tags: what is known when the template is compiled becomes text, only the rest is left to the runtime.

Constants are written as pug.js writes them - only `"`, `&`, `<` and `>` are escaped -, values as markupsafe does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import jinja2
from jinja2 import nodes

from growler_ext.renderer.engines.pug import attribute_runtime, runtime
from growler_ext.renderer.engines.pug.expressions import OURS
from growler_ext.renderer.engines.pug.shown import plain
from growler_ext.renderer.engines.pug.tree import Attribute, Expression, Spot, Tag, Text, wrong
from growler_ext.renderer.engines.pug.writer import Writer

VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input"),
        *("link", "meta", "param", "source", "track", "wbr"),
    }
)
"""Tags that have no content (HTML 13.1.2), with `param` of older HTML."""

_DOCTYPES = {
    "html": "<!DOCTYPE html>",
    "xml": '<?xml version="1.0" encoding="utf-8" ?>',
    "transitional": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
    "strict": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">',
    "frameset": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Frameset//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-frameset.dtd">',
    "1.1": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">',
    "basic": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" '
    '"http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">',
    "mobile": '<!DOCTYPE html PUBLIC "-//WAPFORUM//DTD XHTML Mobile 1.2//EN" '
    '"http://www.openmobilealliance.org/tech/DTD/xhtml-mobile12.dtd">',
    "plist": '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
}
_ESCAPED = str.maketrans({'"': "&quot;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})

# Most constants are; reading them as expressions takes a hundred times as long.
_PLAIN_TEXT = re.compile(r"([\"'])([^\"'\\]*)\1")

Read = Callable[[Expression], nodes.Expr]


class NotConstant(Exception):
    """The value of an expression is known only when the template is rendered."""


# What is wrong with a constant is said where it is rendered, with its line.
_NOT_NOW = (NotConstant, jinja2.UndefinedError, TypeError, ValueError)


def constant(node: nodes.Expr) -> object:
    """The value of an expression. Raises NotConstant."""
    try:
        value = node.as_const()
    except Exception as error:
        # Whatever went wrong goes wrong again where it is rendered, and has a line there.
        raise NotConstant from error
    if isinstance(value, jinja2.Undefined):
        raise NotConstant
    return value


def escape_constant(value: object) -> str:
    return value.__html__() if hasattr(value, "__html__") else str(value).translate(_ESCAPED)


def call(value: nodes.Expr, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    """A call of the runtime."""
    return nodes.Filter(value, OURS + name, list(arguments), [], None, None, lineno=value.lineno)


class Tags:
    """Writes tags, in the manner of the doctype that came before them.

    Parameters:
        read: makes an expression of the template one of Jinja's tree.
        line: the number by which the compiled template knows a line.
    """

    def __init__(self, read: Read, line: Callable[[Spot], int]) -> None:
        self._read = read
        self._line = line
        self._terse = False
        self._xml = False
        self._count = 0

    def doctype(self, name: str) -> str:
        """The text of a doctype, which decides how the tags behind it are written."""
        text = _DOCTYPES.get(name.lower(), f"<!DOCTYPE {name}>")
        self._terse = text.lower() == "<!doctype html>"
        self._xml = text.startswith("<?xml")
        return text

    def write(self, out: Writer, tag: Tag, body: Callable[[], None]) -> None:
        """Write a tag, with a function that writes what is in it."""
        write_name = self._name(out, tag)
        out.text("<")
        write_name()
        self._attributes(out, tag)
        is_void = not self._xml and tag.name in VOID
        if tag.self_closing or is_void:
            if not all(isinstance(node, Text) and not node.value.strip() for node in tag.body):
                raise wrong(tag.spot, f"<{tag.name}> has no content: move it behind the tag")
            out.text(">" if self._terse and not tag.self_closing else "/>")
            return
        out.text(">")
        body()
        out.text("</")
        write_name()
        out.text(">")

    def _name(self, out: Writer, tag: Tag) -> Callable[[], None]:
        name = tag.name
        if isinstance(name, str):
            return lambda: out.text(name)
        try:
            text = runtime.tag(self._constant(name))
        except NotConstant:
            node = self._read(name)
            self._count += 1
            variable = f"{OURS}tag{self._count}"
            out.add(nodes.Assign(nodes.Name(variable, "store"), call(node, "tag"), lineno=node.lineno))
            return lambda: out.show(nodes.Name(variable, "load", lineno=node.lineno))
        except ValueError as error:
            raise wrong(name.spot, str(error)) from None
        return lambda: out.text(text)

    # Attributes

    def _attributes(self, out: Writer, tag: Tag) -> None:
        if tag.spreads:
            static, spreads = self.mapping(tag.attributes), self._list(tag.spreads)
            static.lineno = spreads.lineno = self._line(tag.spreads[0].spot)
            out.show(call(static, "attributes", spreads, nodes.Const(self._terse)))
            return
        self._class(out, [one for one in tag.attributes if one.name == "class"])
        for attribute in tag.attributes:
            if attribute.name != "class":
                self._attribute(out, attribute)

    def _attribute(self, out: Writer, attribute: Attribute) -> None:
        name = attribute.name
        before = f' {name}="'
        flag = f" {name}" if self._terse else f'{before}{name}"'
        if isinstance(attribute.value, bool):
            out.text(flag)
            return
        try:
            value = self._constant(attribute.value)
            if name == "style":
                value = attribute_runtime.style(value)
            if attribute.escaped and value is not None and not isinstance(value, bool):
                out.text(f'{before}{escape_constant(plain(value))}"')
            else:
                out.text(attribute_runtime.raw_attribute(value, before, flag))
        except _NOT_NOW:
            node = self._read(attribute.value)
            if name == "style":
                node = call(node, "style")
            kind = "attribute" if attribute.escaped else "raw_attribute"
            out.show(call(node, kind, nodes.Const(before), nodes.Const(flag)))

    def _class(self, out: Writer, attributes: Sequence[Attribute]) -> None:
        if not attributes:
            return
        parts, unescaped = self._class_parts(attributes)
        known = [part.value for part in parts if isinstance(part, nodes.Const)]
        if len(known) == len(parts):
            out.text(attribute_runtime.class_attribute(known, unescaped))
        else:
            names = nodes.List(parts, lineno=self._line(attributes[-1].spot))
            out.show(call(names, "class_attribute", nodes.Const(unescaped)))

    def _class_parts(self, attributes: Iterable[Attribute]) -> tuple[list[nodes.Expr], tuple[bool, ...]]:
        """The values of class attributes - constants as the text they stand for - and which are not escaped."""
        parts: list[nodes.Expr] = []
        unescaped = []
        for one in attributes:
            if isinstance(one.value, bool):
                parts.append(nodes.Const("true"))  # as pug.js has it
                unescaped.append(True)
                continue
            try:
                names = [str(name) for name in attribute_runtime.classes(self._constant(one.value))]
            except _NOT_NOW:
                parts.append(self._read(one.value))
                unescaped.append(not one.escaped)
                continue
            text = " ".join(escape_constant(name) if one.escaped else name for name in names)
            parts.append(nodes.Const(text))
            unescaped.append(True)
        return parts, tuple(unescaped)

    def mapping(self, attributes: Sequence[Attribute]) -> nodes.Expr:
        """Attributes as a mapping: for `&attributes`, and for mixins."""
        pairs = []
        classes = [one for one in attributes if one.name == "class"]
        if classes:
            parts, unescaped = self._class_parts(classes)
            names = call(nodes.List(parts), "class_names", nodes.Const(unescaped))
            pairs.append(nodes.Pair(nodes.Const("class"), names))
        for one in attributes:
            if one.name == "class":
                continue
            value = nodes.Const(one.value) if isinstance(one.value, bool) else self._read(one.value)
            if one.name == "style":
                value = call(value, "style")
            if not one.escaped:
                value = call(value, "unescaped")
            pairs.append(nodes.Pair(nodes.Const(one.name), value))
        return nodes.Dict(pairs)

    def merged(self, attributes: Sequence[Attribute], spreads: Sequence[Expression]) -> nodes.Expr:
        """The attributes of a call, for the mixin."""
        if not attributes and not spreads:
            return nodes.ImportedName(f"{attribute_runtime.__name__}.NO_ATTRIBUTES")
        return call(self.mapping(attributes), "merge", self._list(spreads))

    def _constant(self, expression: Expression) -> object:
        """The value of an expression. Raises NotConstant."""
        plain = _PLAIN_TEXT.fullmatch(expression.text)
        return constant(self._read(expression)) if plain is None else plain[2]

    def _list(self, expressions: Iterable[Expression]) -> nodes.List:
        return nodes.List([self._read(one) for one in expressions])
