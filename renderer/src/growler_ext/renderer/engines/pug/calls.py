"""Compiles mixins to macros, and their calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from growler_ext.renderer.engines.pug.expressions import OURS
from growler_ext.renderer.engines.pug.tree import Call, Mixin, MixinBlock, wrong

if TYPE_CHECKING:
    from growler_ext.renderer.engines.pug.compiler import Compiler


def write_mixin(compiler: Compiler, node: Mixin) -> None:
    if compiler.scope is not compiler.scopes.root or compiler.loops:
        raise wrong(node.spot, "a mixin is defined outside of loops, mixins and calls")
    parameters = compiler.mixins.parameters(node)
    with compiler.inside(node, frozenset()):
        names = [nodes.Name("attributes", "param")]
        names += [nodes.Name(one.name, "param") for one in parameters if not one.rest]
        defaults = [compiler.read(one.default) for one in parameters if one.default is not None]
        # Under a name of its own, because the body of a call in this mixin would have another caller.
        body: list[nodes.Node] = [_set("block", "caller")]
        if parameters and parameters[-1].rest:
            body.append(_set(parameters[-1].name, "varargs"))
        body += compiler.new_cells(compiler.scope)
        body += compiler.body(node.body)
    if not compiler.mixins.is_used(node.name):
        return  # it was compiled for the mistakes in it
    name = compiler.mixins.variable(node.name)
    macro = nodes.Macro(name, names, defaults, body, lineno=compiler.line(node.spot))
    # The first one of a name may be called in front of its definition.
    if compiler.mixins.is_first(node):
        compiler.macros.append(macro)
    else:
        compiler.out.add(macro)


def write_mixin_block(compiler: Compiler, node: MixinBlock) -> None:
    lineno = compiler.line(node.spot)
    shown = nodes.Call(compiler.lookup("block"), [], [], None, None, lineno=lineno)
    compiler.out.add(nodes.If(compiler.lookup("block"), [nodes.Output([shown])], [], [], lineno=lineno))


def write_call(compiler: Compiler, node: Call) -> None:
    lineno = compiler.line(node.spot)
    arguments = compiler.mixins.arguments(node)
    missing = compiler.mixins.missing(node.name)
    if missing is not None:
        # An error when it is called: a file that is included may use the mixins of the file that includes it.
        compiler.out.show(
            nodes.Filter(nodes.Const(missing), OURS + "fail", [], [], None, None, lineno=lineno)
        )
        return
    values = [compiler.tags.merged(node.attributes, node.spreads)]
    values += [compiler.read(one) for one in arguments.values]
    spread = compiler.read(arguments.spread) if arguments.spread is not None else None
    call = nodes.Call(_macro(compiler, node), values, [], spread, None, lineno=lineno)
    if not node.body:
        compiler.out.show(call)
        return
    loops, compiler.loops = compiler.loops, 0
    with compiler.inside(node, frozenset()):
        body = [*compiler.new_cells(compiler.scope), *compiler.body(node.body)]
    compiler.loops = loops
    compiler.out.add(nodes.CallBlock(call, [], [], body, lineno=lineno))


def _macro(compiler: Compiler, node: Call) -> nodes.Expr:
    mixins = compiler.mixins
    if isinstance(node.name, str):
        return nodes.Name(mixins.variable(node.name), "load")
    known = [
        nodes.Pair(nodes.Const(name), nodes.Name(mixins.variable(name), "load")) for name in mixins.names
    ]
    return nodes.Getitem(nodes.Dict(known), compiler.read(node.name), "load")


def _set(name: str, value: str) -> nodes.Assign:
    return nodes.Assign(nodes.Name(name, "store"), nodes.Name(value, "load"))
