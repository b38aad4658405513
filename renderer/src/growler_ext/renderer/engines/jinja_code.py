"""`Environment` of jinja2 whose templates escape what they show by our `show`, at a quarter of the price.

jinja2's own generated code makes `Markup` of each value, which nothing looks at: the pieces are joined, and what a
macro or a block gives is `Markup` as a whole.
"""

from __future__ import annotations

from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

from growler_ext.renderer.escaping import show


class ShowingCodeGenerator(CodeGenerator):
    """jinja2's generator of code, but for what it calls to escape.

    Should a later jinja2 not ask for it any more, templates are escaped by jinja2's own function.
    """

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.show(")
        else:
            super()._output_child_pre(node, frame, finalize)


class ShowingEnvironment(jinja2.Environment):
    """An environment of jinja2 that escapes by `show`."""

    code_generator_class = ShowingCodeGenerator
    show = staticmethod(show)
