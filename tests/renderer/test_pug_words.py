"""Words of pug begin names of tags, too: `blockquote` is no block and `iframe` no if. And which words there are not."""

from __future__ import annotations

import pytest

pytest.importorskip("pypugjs")

from growler_ext.renderer import TemplateError
from growler_ext.renderer.engines.pug import PugEngine
from growler_ext.renderer.testing import MemoryLoader, make_source

ENGINE = PugEngine()


def render(text):
    return ENGINE.compile(make_source(text), MemoryLoader(ENGINE, {}), escape=True).render({})


def refused(text):
    with pytest.raises(TemplateError) as caught:
        render(text)
    return caught.value.reason


@pytest.mark.parametrize(
    "tag",
    [
        "blockquote", "case-study", "caseless", "default-slot", "doctypes", "each-row", "eachone", "else-where",
        "extends-it", "for-all", "format", "iframe", "if-not", "included", "mixin-of", "mixins", "unless-not",
        "when-ever", "whenever", "while-away", "yielded",
    ],
)  # fmt: skip
def test_a_tag_whose_name_begins_with_a_word_is_a_tag(tag):
    assert render(f"{tag} text") == f"<{tag}>text</{tag}>"
    assert render(f"div: {tag}") == f"<div><{tag}></{tag}></div>"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("yield", "there is no yield"),
        ("if true\n  p\nelse true\n  p", "else has no condition"),
        ("if true\n  p\nelif true\n  p", "there is no elif"),
    ],
)
def test_words_of_other_languages_say_how_to_write_it_here(text, reason):
    assert reason in refused(text)
