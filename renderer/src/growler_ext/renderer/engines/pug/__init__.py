"""The "pug" engine: from text to tokens (`lexer`), to a tree (`parser`), to one tree of all files (`linker`), to a
template of jinja2 (`compiler`), which calls `runtime` when it is rendered.
"""

from growler_ext.renderer.engines.pug.engine import PugEngine

__all__ = ["PugEngine"]
