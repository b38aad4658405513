"""An app's routers as a printed tree, in the layout that old Growler gave it.

blog
├── ALL / <growler.middleware.logger.Logger object at 0x7f...>
├── ALL /news <Router>
│   └── GET /:id <function show at 0x7f...>
┴
"""

from __future__ import annotations

from collections.abc import Iterator

from growler.http.methods import METHODS, HTTPMethod
from growler.router.router import Router


def tree(name: str, router: Router) -> list[str]:
    """The lines of the tree of a router, under a name."""
    return [name, *_below(router, 0), "┴"]


def _below(router: Router, level: int) -> Iterator[str]:
    nodes = router.nodes()
    for number, node in enumerate(nodes, 1):
        # As it always was: the outermost branch goes on to the last line.
        branch = "└" if level and number == len(nodes) else "├"
        yield "│   " * level + f"{branch}── {_methods(node.mask)} {node.pattern} {node.func}"
        if isinstance(node.func, Router):
            yield from _below(node.func, level + 1)


def _methods(mask: HTTPMethod) -> str:
    if mask == HTTPMethod.ALL:
        return "ALL"
    return "+".join(name for name, method in METHODS.items() if method & mask)
