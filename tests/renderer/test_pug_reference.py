"""Pug behind the engine against pug.js itself: what it made of some hundred snippets, byte for byte.

`pug_reference.js` holds the snippets and makes `pug_reference.json` of them. Two things differ everywhere: values
are escaped by markupsafe, which writes `&#34;` for a quote and escapes apostrophes, too.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from posixpath import normpath
from typing import Any

import pytest

pytest.importorskip("pypugjs")

from growler_ext.renderer import Source, TemplateError
from growler_ext.renderer.engines.pug import PugEngine
from growler_ext.renderer.names import join
from growler_ext.renderer.testing import MemoryLoader, make_source

REFERENCE = json.loads((Path(__file__).parent / "pug_reference.json").read_text(encoding="utf-8"))

SNIPPETS = {one["name"]: one for one in REFERENCE["snippets"]}

ENGINE = PugEngine()


class Loader(MemoryLoader):
    """Names as the renderer understands them: without suffix, and relative to the file they stand in."""

    def load(self, name: str, parent: str | None = None) -> Source:
        wanted = normpath(join(name, parent))
        known = next((one for one in (wanted, wanted + ".pug") if one in self.files), wanted)
        return super().load(known)


def outcome(snippet: Mapping[str, Any]) -> str | int | None:
    """What our pug makes of it: HTML, or the line of its error."""
    loader = Loader(ENGINE, snippet.get("files", {}))
    source = make_source(snippet.get("python", snippet["pug"]), "page.pug")
    try:
        template = ENGINE.compile(source, loader, escape=True)
        text = template.render(dict(snippet.get("values", {})))
    except TemplateError as error:
        return error.line
    except Exception as error:
        return ENGINE.explain(error).places[-1].line
    return text.replace("&#34;", "&quot;").replace("&#39;", "'")


def test_the_reference_is_large_and_says_what_made_it() -> None:
    assert REFERENCE["pug"] == "3.0.4"
    assert len(SNIPPETS) == len(REFERENCE["snippets"]) > 300


@pytest.mark.parametrize("name", [name for name, one in SNIPPETS.items() if "differs" not in one])
def test_it_is_as_in_pug_js(name: str) -> None:
    snippet = SNIPPETS[name]
    assert outcome(snippet) == snippet.get("html", snippet.get("error"))


@pytest.mark.parametrize("name", [name for name, one in SNIPPETS.items() if "differs" in one])
def test_it_differs_from_pug_js_on_purpose(name: str) -> None:
    snippet = SNIPPETS[name]
    assert outcome(snippet) == snippet["ours"]
    assert snippet["ours"] != snippet.get("html", snippet.get("error"))
