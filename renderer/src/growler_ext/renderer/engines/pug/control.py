"""Compiles `if`, `each`, `while` and `case`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jinja2 import nodes

from growler_ext.renderer.engines.pug import runtime
from growler_ext.renderer.engines.pug.expressions import OURS
from growler_ext.renderer.engines.pug.statements import Jump
from growler_ext.renderer.engines.pug.tags import call
from growler_ext.renderer.engines.pug.tree import Case, Each, If, Node, Script, While, wrong

if TYPE_CHECKING:
    from growler_ext.renderer.engines.pug.compiler import Compiler

MAX_LOOPS = 15
"""Loops in loops; Python takes 20 of its blocks."""

_JUMPS = frozenset({"break", "continue"})


def write_if(compiler: Compiler, node: If) -> None:
    tests: list[nodes.Expr] = []
    branches = []
    with compiler.inside(node):
        for branch in node.branches:
            test = compiler.read(branch.test)
            tests.append(nodes.Not(test, lineno=test.lineno) if branch.negated else test)
            branches.append(compiler.body(branch.body))
        orelse = compiler.body(node.orelse)
    compiler.out.add(_conditions(tests, branches, orelse))


def write_each(compiler: Compiler, node: Each) -> None:
    items = compiler.read(node.items)  # in the scope around
    target: nodes.Expr = nodes.Name(node.value, "store")
    kind = "values"
    if node.key is not None:
        names = (node.key, node.value) if node.of else (node.value, node.key)
        target = nodes.Tuple([nodes.Name(name, "store") for name in names], "store")
        kind = "entries" if node.of else "pairs"
    with compiler.inside(node, _JUMPS):
        body = [*compiler.new_cells(compiler.scope), *_loop(compiler, node, node.body)]
    with compiler.inside(node):
        orelse = [*compiler.new_cells(compiler.scope), *compiler.body(node.orelse)] if node.orelse else []
    lineno = compiler.line(node.spot)
    compiler.out.add(nodes.For(target, call(items, kind), body, orelse, None, False, lineno=lineno))


def write_while(compiler: Compiler, node: While) -> None:
    lineno = compiler.line(node.spot)
    end = nodes.If(nodes.Not(compiler.read(node.test)), [nodes.Break()], [], [], lineno=lineno)
    with compiler.inside(node, _JUMPS):
        body = _loop(compiler, node, node.body)
    target = nodes.Name(f"{OURS}round", "store")
    rounds = nodes.Call(nodes.ImportedName(f"{runtime.__name__}.rounds"), [], [], None, None)
    compiler.out.add(nodes.For(target, rounds, [end, *body], [], None, False, lineno=lineno))


def write_case(compiler: Compiler, node: Case) -> None:
    lineno = compiler.line(node.spot)
    value = f"{OURS}case{lineno}"
    compiler.out.add(nodes.Assign(nodes.Name(value, "store"), compiler.read(node.value), lineno=lineno))
    tests: list[nodes.Expr] = []
    branches: list[list[nodes.Node]] = []
    orelse: list[nodes.Node] = []
    falling: list[nodes.Expr] = []  # this value, and those above that have no body of their own
    is_default = False
    with compiler.inside(node, compiler.jumps - {"break"}):
        for when in node.whens:
            if when.test is None:
                is_default = True
            else:
                falling.append(compiler.read(when.test))
            if when.body is None:
                continue
            body = compiler.body(_without_break(compiler, when.body))
            if is_default:
                orelse = body
            if falling:
                tests.append(_is_one_of(value, falling))
                branches.append(body)
            falling, is_default = [], False
    if tests:
        compiler.out.add(_conditions(tests, branches, orelse))
    else:
        for one in orelse:
            compiler.out.add(one)


def _loop(compiler: Compiler, node: Node, body: list[Node]) -> list[nodes.Node]:
    compiler.loops += 1
    if compiler.loops > MAX_LOOPS:
        raise wrong(node.spot, f"loops stand in loops more than {MAX_LOOPS} deep")
    statements = compiler.body(body)
    compiler.loops -= 1
    return statements


def _without_break(compiler: Compiler, body: list[Node]) -> list[Node]:
    """The body of a case without the `- break` it may end in, as in JavaScript."""
    last = body[-1] if body else None
    if isinstance(last, Script):
        statements = compiler.scopes.code[last]
        if len(statements) == 1 and isinstance(statements[0], Jump) and statements[0].word == "break":
            return body[:-1]
    return body


def _conditions(
    tests: Sequence[nodes.Expr], branches: Sequence[list[nodes.Node]], orelse: list[nodes.Node]
) -> nodes.If:
    """`if`, and as many `elif` as there are more tests."""
    first, *others = (
        nodes.If(test, body, [], [], lineno=test.lineno) for test, body in zip(tests, branches, strict=True)
    )
    first.elif_ = others
    first.else_ = orelse
    return first


def _is_one_of(name: str, values: list[nodes.Expr]) -> nodes.Compare:
    is_one = len(values) == 1
    operand = nodes.Operand("eq", values[0]) if is_one else nodes.Operand("in", nodes.Tuple(values, "load"))
    return nodes.Compare(nodes.Name(name, "load"), [operand], lineno=values[0].lineno)
