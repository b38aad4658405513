"""Renders one block of a Jinja template, by a second compilation in which nothing but the blocks shows anything.

`template.blocks[name](context)`, as other libraries do it, knows neither what the template imports or sets at its
top, nor the blocks of its parents. The outline of a template runs exactly these: definitions, and `extends` - to
the outline of the parent - without a word of what stands around the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import Environment, nodes

_DEFINITIONS = (nodes.Import, nodes.FromImport, nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.ExprStmt)


def make_outline(environment: Environment, tree: nodes.Template, parent: str) -> nodes.Template:
    """The outline of a template; makes it of the tree itself.

    Parameters:
        parent: the attribute of the environment that gives the outline of a template by its name.
    """
    blocks = list(_outermost_blocks(tree.body))
    body = list(_definitions(tree.body, parent))
    # jinja2 compiles the blocks that it finds in the tree, wherever they stand.
    body.append(nodes.If(nodes.Const(False), blocks, [], []))
    tree.body = body
    tree.set_lineno(1)
    tree.set_environment(environment)
    return tree


def _definitions(body: Iterable[nodes.Node], parent: str) -> Iterator[nodes.Node]:
    for node in body:
        if isinstance(node, _DEFINITIONS):
            yield node
        elif isinstance(node, nodes.Extends):
            outline = nodes.EnvironmentAttribute(parent)
            yield nodes.Extends(nodes.Call(outline, [node.template], [], None, None), lineno=node.lineno)
        elif isinstance(node, nodes.If):
            inner = list(_definitions(node.body, parent))
            others = [part for one in node.elif_ for part in _definitions([one], parent)]
            rest = list(_definitions(node.else_, parent))
            if inner or others or rest:
                yield nodes.If(node.test, inner, others, rest, lineno=node.lineno)


def _outermost_blocks(body: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    for node in body:
        if isinstance(node, nodes.Block):
            yield node
        else:
            yield from _outermost_blocks(node.iter_child_nodes())
