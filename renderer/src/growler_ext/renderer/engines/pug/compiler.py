"""Compiles a linked tree of pug to one template of Jinja, and says of each of its lines where that comes from.

It makes Jinja's tree and not its source: text stays text whatever it holds, and expressions are read one by one. The
numbers of lines in that tree are those of a list of spots, so errors of jinja2 and tracebacks lead back to the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import jinja2
from jinja2 import nodes

from growler_ext.renderer.engines.pug import calls, code, control
from growler_ext.renderer.engines.pug.expressions import OURS, parse
from growler_ext.renderer.engines.pug.mixins import Mixins
from growler_ext.renderer.engines.pug.scopes import Scope, Scopes
from growler_ext.renderer.engines.pug.shown import shown
from growler_ext.renderer.engines.pug.tags import NotConstant, Tags, call, constant, escape_constant
from growler_ext.renderer.engines.pug.tree import (
    Block,
    Call,
    Case,
    Comment,
    Doctype,
    Each,
    Expression,
    Group,
    If,
    Mixin,
    MixinBlock,
    Node,
    Script,
    Shown,
    Spot,
    Tag,
    Text,
    While,
    wrong,
)
from growler_ext.renderer.engines.pug.writer import Writer

MAX_CONTROL = 40
"""Loops, conditions and calls with a body in each other; Python takes 100 levels of indentation."""


class Compiled(NamedTuple):
    """A template of Jinja, the spots that the numbers of its lines stand for - 1 is the first -, its blocks."""

    tree: nodes.Template
    spots: Sequence[Spot]
    blocks: frozenset[str]


def compile_tree(environment: jinja2.Environment, body: list[Node], block: str | None = None) -> Compiled:
    """Compile a linked tree. Raises TemplateError.

    Parameters:
        environment: has the filters of the runtime.
        block: the one block that is to be shown, with the mixins and variables of the whole template.
    """
    return Compiler(environment, body, block).compile(body)


class Compiler:
    """One compilation.

    Attributes:
        out: where nodes are written now.
        mixins, scopes: what is known of the whole tree.
        scope: the function of pug.js we are in.
        macros: mixins, which stand in front of all else.
        loops: how many loops of this scope's function are open.
        jumps: which of `break` and `continue` have a meaning.
    """

    def __init__(self, environment: jinja2.Environment, body: list[Node], block: str | None) -> None:
        self.out: Writer = Writer()
        self.mixins: Mixins = Mixins(body)
        self.scopes: Scopes = Scopes(body, self.mixins)
        self.scope: Scope = self.scopes.root
        self.macros: list[nodes.Node] = []
        self.loops = 0
        self.jumps: frozenset[str] = frozenset()
        self.tags: Tags = Tags(self.read, self.line)
        self._environment = environment
        self._only = block
        self._shown: list[nodes.Node] | None = None  # the body of that block
        self._blocks: set[str] = set()
        self._spots: list[Spot] = []
        self._numbers: dict[int, int] = {}
        self._cells: dict[Scope, str] = {}
        self._control = 0

    def compile(self, body: list[Node]) -> Compiled:
        statements = self.body(body)
        if self._only is not None:
            definitions = [one for one in statements if _is_definition(one)]
            statements = [*definitions, *(self._shown or [])]
        tree = nodes.Template([*self.new_cells(self.scopes.root), *self.macros, *statements])
        tree.set_lineno(1)
        tree.set_environment(self._environment)
        return Compiled(tree, self._spots, frozenset(self._blocks))

    # For control, calls and tags

    def line(self, spot: Spot) -> int:
        """The number by which the compiled template knows a line."""
        # By identity: all nodes of a line have the same spot, and the tree keeps them.
        number = self._numbers.get(id(spot))
        if number is None:
            self._spots.append(spot)
            number = self._numbers[id(spot)] = len(self._spots)
        return number

    def read(self, expression: Expression) -> nodes.Expr:
        """An expression, as it is understood here."""
        node = parse(self._environment, expression, self.lookup)
        node.set_lineno(self.line(expression.spot), override=True)
        return node

    def lookup(self, name: str) -> nodes.Expr:
        """A variable or a value."""
        owner = self.scope.find(name)
        if name in owner.cells:
            return nodes.Getattr(nodes.Name(self.cells_of(owner), "load"), name, "load")
        return nodes.Name(name, "load")

    def body(self, body: list[Node]) -> list[nodes.Node]:
        """The statements of a body."""
        outer, self.out = self.out, Writer()
        self._write_all(body)
        inner, self.out = self.out.take(), outer
        return inner

    def new_cells(self, scope: Scope) -> list[nodes.Node]:
        """The statement that makes the cells of a scope, if it has some."""
        if not scope.cells:
            return []
        # Variables of the template may be values that it was given.
        known = scope.cells if scope is self.scopes.root else scope.cells.intersection(scope.parameters)
        values = [nodes.Keyword(name, nodes.Name(name, "load")) for name in sorted(known)]
        namespace = nodes.Call(nodes.ImportedName("jinja2.utils.Namespace"), [], values, None, None)
        return [nodes.Assign(nodes.Name(self.cells_of(scope), "store"), namespace)]

    @contextmanager
    def inside(self, node: Node, jumps: frozenset[str] | None = None) -> Iterator[None]:
        """Within a node that makes Python indent its code, and maybe a scope."""
        before = self.scope, self.jumps
        self.scope = self.scopes.of.get(node, self.scope)
        if jumps is not None:
            self.jumps = jumps
        self._control += 1
        if self._control > MAX_CONTROL:
            raise wrong(
                node.spot, f"loops, conditions and calls stand in each other more than {MAX_CONTROL} deep"
            )
        yield
        self._control -= 1
        self.scope, self.jumps = before

    def cells_of(self, scope: Scope) -> str:
        """The variable that holds the cells of a scope."""
        return self._cells.setdefault(scope, f"{OURS}cells{len(self._cells)}")

    # Nodes

    def _write_all(self, body: list[Node]) -> None:
        for node in body:
            self._write(node)

    def _write(self, node: Node) -> None:
        match node:
            case Text():
                self.out.text(node.value)
            case Shown():
                self._write_shown(node)
            case Tag():
                self.tags.write(self.out, node, lambda: self._write_all(node.body))
            case Group():
                self._write_all(node.body)
            case Comment():
                self.out.text(f"<!--{node.value}")
                self._write_all(node.body)
                self.out.text("-->")
            case Doctype():
                self.out.text(self.tags.doctype(node.value))
            case Block():
                self._write_block(node)
            case Script():
                code.write_script(self, node)
            case If():
                control.write_if(self, node)
            case Each():
                control.write_each(self, node)
            case While():
                control.write_while(self, node)
            case Case():
                control.write_case(self, node)
            case Mixin():
                calls.write_mixin(self, node)
            case MixinBlock():
                calls.write_mixin_block(self, node)
            case Call():
                calls.write_call(self, node)
            case _:
                raise AssertionError("the linker leaves no such node")

    def _write_shown(self, node: Shown) -> None:
        value = self.read(node.value)
        try:
            known = shown(constant(value))
        except NotConstant:
            self.out.show(call(value, "shown" if node.escaped else "raw"))
        else:
            self.out.text(escape_constant(known) if node.escaped else str(known))

    def _write_block(self, node: Block) -> None:
        self._blocks.add(node.name)
        if node.name == self._only and self._shown is None:
            self._shown = []
            self._shown = self.body(node.body)
        else:
            self._write_all(node.body)


def _is_definition(node: nodes.Node) -> bool:
    """Whether a statement sets a variable of the template, and not one of ours."""
    if not isinstance(node, nodes.Assign):
        return False
    return isinstance(node.target, nodes.NSRef) or not getattr(node.target, "name", "").startswith(OURS)
