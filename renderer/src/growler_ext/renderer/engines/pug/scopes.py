"""Finds out which variables of a template can be Jinja's own, and which need a cell.

In JavaScript a loop may set a variable that stands around it; in Jinja that setting is gone after the round, without
a word. So a variable that a loop, a mixin or the body of a call sets for a scope around it becomes an attribute of a
`namespace` of that scope, and so does what a `while` sets. All others stay as they are, and fast.
"""

from __future__ import annotations

from growler_ext.renderer.engines.pug.mixins import Mixins
from growler_ext.renderer.engines.pug.statements import Set, Statement, check_name, statements
from growler_ext.renderer.engines.pug.traversal import bodies
from growler_ext.renderer.engines.pug.tree import Call, Each, Mixin, Node, Script, While


class Scope:
    """A function of pug.js: the template, a mixin, an `each`, the body of a call.

    Attributes:
        names: variables that belong to it. The template has all that belong to nobody else.
        cells: those among them that need a cell.
        parameters: those that are there from the beginning.
    """

    def __init__(self, parent: Scope | None, parameters: tuple[str, ...] = ()) -> None:
        self.parent = parent
        self.parameters = parameters
        self.names: set[str] = set(parameters)
        self.cells: set[str] = set()

    def find(self, name: str) -> Scope:
        """The scope that a name belongs to."""
        scope = self
        while name not in scope.names and scope.parent is not None:
            scope = scope.parent
        return scope


class Scopes:
    """The scopes of a tree, by the nodes that make them, and the code in it, read."""

    def __init__(self, body: list[Node], mixins: Mixins) -> None:
        self._mixins = mixins
        self.root: Scope = Scope(None)
        self.of: dict[Node, Scope] = {}
        self.code: dict[Script, list[Statement]] = {}
        self._set: list[tuple[Scope, Set, bool]] = []
        self._read(body, self.root, in_while=False)
        for scope, setting, _ in self._set:
            if setting.declares:
                scope.names.add(setting.name)
        for scope, setting, in_while in self._set:
            owner = scope.find(setting.name)
            owner.names.add(setting.name)
            if owner is not scope or in_while:
                owner.cells.add(setting.name)

    def _read(self, body: list[Node], scope: Scope, *, in_while: bool) -> None:
        for node in body:
            inner, is_while = scope, in_while
            match node:
                case Script():
                    self.code[node] = statements(node.text, node.spot)
                    self._set += [(scope, one, in_while) for one in self.code[node] if isinstance(one, Set)]
                case Each():
                    names = [name for name in (node.value, node.key) if name is not None]
                    for name in names:
                        check_name(name, node.spot)
                    inner, is_while = self._scope(node, scope, *names), False
                case Mixin():
                    names = [one.name for one in self._mixins.parameters(node)]
                    inner, is_while = self._scope(node, scope, *names, "block", "attributes"), False
                case Call():
                    inner, is_while = self._scope(node, scope), False
                case While():
                    is_while = True
                case _:
                    pass
            for one in bodies(node):
                self._read(one, inner, in_while=is_while)

    def _scope(self, node: Node, parent: Scope, *parameters: str) -> Scope:
        scope = self.of[node] = Scope(parent, parameters)
        return scope
