"""The template engine: plain names behind a $, and nothing else."""

from string import Template as StringTemplate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler_ext.renderer import Template, TemplateError
from growler_ext.renderer.engines.template import TemplateEngine
from growler_ext.renderer.testing import MemoryLoader, make_source


def compile(text: str) -> Template:
    engine = TemplateEngine()
    return engine.compile(make_source(text), MemoryLoader(engine, {}), escape=False)


@pytest.mark.parametrize(
    "field", ["$", "$ v", "$5", "${}", "${v.name}", "${v[0]}", "${v", "${v\n}", "$größe", "${v!r}"]
)
def test_everything_but_a_plain_name_is_refused_with_its_line(field: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile("one\ntwo\nthree " + field)
    assert (caught.value.name, caught.value.line, caught.value.column) == ("page", 3, 7)
    assert "$$" in caught.value.reason


@given(st.text(alphabet="${}ab_ .\n", max_size=30))
def test_what_is_accepted_reads_as_string_template_does(text: str) -> None:
    names = {
        letters: letters.upper()
        for letters in ("a", "b", "ab", "ba", "a_", "_a", "_", "_b", "b_", "aa", "bb")
    }
    try:
        shown = compile(text).render(names)
    except (TemplateError, KeyError):
        return
    assert shown == StringTemplate(text).substitute(names)
