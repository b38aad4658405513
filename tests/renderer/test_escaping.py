"""`show`, and that mako and jinja, which write by it, escape as markupsafe does and once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from growler_ext.renderer import Renderer
from growler_ext.renderer.escaping import show

Write = Callable[..., Path]

HOSTILE = """<script>"&'"""
SAFE = "&lt;script&gt;&#34;&amp;&#39;"


class Html:
    def __html__(self) -> str:
        return "<hr>"


class Shout(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "<shout>"


class Marked(Markup):
    __slots__ = ()

    def __html__(self) -> str:
        return "<marked>"


class Number(int):
    def __str__(self) -> str:
        return "<number>"


@pytest.mark.parametrize(
    "value",
    ["", "plain", HOSTILE, 0, -1, 1.5, float("nan"), True, None, [HOSTILE], {"<": 1}, Markup("<b>"),
     Html(), Shout("<"), Marked("<"), Number(3)],
)  # fmt: skip
def test_show_gives_what_markupsafe_gives(value: object) -> None:
    assert str(show(value)) == str(escape(value))


@given(st.text())
def test_show_escapes_every_text_as_markupsafe_does(value: str) -> None:
    assert show(value) == escape(value)


@pytest.mark.parametrize(
    "text",
    [
        "${v}",
        "${v | h}",
        "${v | trim}",
        "${v | h, trim}",
        '<%page expression_filter="h"/>${v}',
        '${v}<%page expression_filter="trim"/>',
        '<%def name="show()">${v}</%def>${show()}',
        '<%def name="show()" filter="trim" buffered="True">${v}</%def>${show()}',
        "<% show = v %>${show}",
        "${capture(lambda: context.write(v))}",
        '<%! from markupsafe import Markup %>${Markup("{}").format(v)}',
        '${"".join([v])}',
    ],
)
def test_mako_escapes_once_with_filters_and_without(views: Path, write: Write, text: str) -> None:
    write("home.mako", text)
    assert Renderer(views, "mako").render("home", {"v": HOSTILE}).strip() == SAFE


def test_the_filters_of_a_mako_page_are_kept(views: Path, write: Write) -> None:
    write("home.mako", '[${v}]<%page expression_filter="trim"/>')
    assert Renderer(views, "mako").render("home", {"v": " < "}) == "[&lt;]"


def test_a_value_called_like_our_function_is_a_value(views: Path, write: Write) -> None:
    for name in ("home.mako", "home.jinja"):
        write(name, "${show}" if name.endswith("mako") else "{{ show }}")
        assert Renderer(views).render(name, {"show": HOSTILE}) == SAFE


@pytest.mark.parametrize(
    "text",
    [
        "{{ v }}",
        "{{ v|e }}",
        "{{ v|trim }}",
        "{{ v ~ '' }}",
        "{% macro m() %}{{ v }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ v }}{% endcall %}",
        "{% set x %}{{ v }}{% endset %}{{ x }}",
        "{% filter trim %}{{ v }}{% endfilter %}",
        "{% block b %}{{ v }}{% endblock %}",
        "{% block b %}{% set x %}{{ v }}{% endset %}{{ x }}{% endblock %}",
        "{% autoescape true %}{{ v }}{% endautoescape %}",
        "{% autoescape yes %}{{ v }}{% endautoescape %}",
        "{% autoescape false %}{% autoescape true %}{{ v }}{% endautoescape %}{% endautoescape %}",
        "{% for x in [v] recursive %}{{ x }}{% endfor %}",
        "{{ '%s'|format(v) }}",
        "{{ [v]|join }}",
    ],
)
def test_jinja_escapes_once_in_every_construct(views: Path, write: Write, text: str) -> None:
    write("home.jinja", text)
    assert Renderer(views, "jinja").render("home", {"v": HOSTILE, "yes": True}) == SAFE


def test_a_text_template_of_each_engine_is_not_escaped(views: Path, write: Write) -> None:
    write("mail.txt.mako", "${v}")
    write("mail.txt.jinja", "{{ v }}")
    for suffix in ("mako", "jinja"):
        assert Renderer(views).render(f"mail.txt.{suffix}", {"v": HOSTILE}) == HOSTILE
    write("mail.txt.mako", "${str}, ${n} and ${3}")
    assert Renderer(views).render("mail.txt.mako", {"str": HOSTILE, "n": None}) == f"{HOSTILE}, None and 3"


@pytest.mark.parametrize(("wanted", "text"), [(True, SAFE), (False, HOSTILE)])
def test_autoescape_may_hang_on_a_value(views: Path, write: Write, wanted: bool, text: str) -> None:
    write("home.jinja", "{% autoescape wanted %}{{ v }}{% endautoescape %}")
    assert Renderer(views, "jinja").render("home", {"v": HOSTILE, "wanted": wanted}) == text
