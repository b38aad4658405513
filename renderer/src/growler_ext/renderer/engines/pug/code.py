"""Compiles the lines of code in pug files, `- x = 1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from growler_ext.renderer.engines.pug.statements import Jump, Run, Set
from growler_ext.renderer.engines.pug.tree import Script, wrong

if TYPE_CHECKING:
    from growler_ext.renderer.engines.pug.compiler import Compiler

_OPERATORS: dict[str, type[nodes.BinExpr]] = {
    "+": nodes.Add,
    "-": nodes.Sub,
    "*": nodes.Mul,
    "/": nodes.Div,
    "%": nodes.Mod,
}


def write_script(compiler: Compiler, node: Script) -> None:
    """Lines of code. Raises TemplateError for a jump out of nothing."""
    for statement in compiler.scopes.code[node]:
        match statement:
            case Jump(word, spot):
                if word not in compiler.jumps:
                    raise wrong(spot, f"{word} belongs into each and while, and not into a case in them")
                jump = nodes.Break if word == "break" else nodes.Continue
                compiler.out.add(jump(lineno=compiler.line(spot)))
            case Run(value):
                compiler.out.add(nodes.ExprStmt(compiler.read(value), lineno=compiler.line(value.spot)))
            case Set():
                _write_set(compiler, statement)


def _write_set(compiler: Compiler, statement: Set) -> None:
    value = compiler.read(statement.value)
    if statement.operator == "~":
        value = nodes.Concat([compiler.lookup(statement.name), value])
    elif statement.operator:
        value = _OPERATORS[statement.operator](compiler.lookup(statement.name), value)
    owner = compiler.scope.find(statement.name)
    target: nodes.Expr = nodes.Name(statement.name, "store")
    if statement.name in owner.cells:
        target = nodes.NSRef(compiler.cells_of(owner), statement.name)
    compiler.out.add(nodes.Assign(target, value).set_lineno(compiler.line(statement.spot)))
