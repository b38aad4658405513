"""Sphinx's settings of the documentation site; `python3 run.py docs` builds it.

Sphinx reads pages that `_machinery.pages` has filled in. Nothing in the built site comes from another host.
"""

import sys
from pathlib import Path

from sphinx.errors import ExtensionError

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from _machinery import pages  # noqa: E402 - the path is needed for it

project = "Growler"
author = "the Growler authors"
copyright = "the Growler authors. Apache License 2.0"

extensions = ["myst_parser"]
exclude_patterns = ["_machinery"]
source_suffix = {".md": "markdown"}
default_role = "literal"
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False
toc_object_entries_show_parents = "hide"
pygments_style = "tango"
pygments_dark_style = "github-dark"

smartquotes = False  # quotes in the text are often those of code
html_theme = "furo"
html_title = "Growler"
html_static_path = ["_static"]
html_css_files = ["growler.css"]
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#8a4b08", "color-brand-content": "#8a4b08"},
    "dark_css_variables": {"color-brand-primary": "#e9a552", "color-brand-content": "#e9a552"},
}


def _fill_in(app, docname, source):
    page = Path(app.srcdir) / f"{docname}.md"
    try:
        source[0] = pages.expand(source[0], page)
    except (LookupError, ValueError, OSError, ImportError) as error:
        raise ExtensionError(f"{page.relative_to(app.srcdir)}: {error}") from error


def setup(app):
    app.connect("source-read", _fill_in)
