"""The tests of every engine, for pug; and what an engine promises beyond the language."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pypugjs")

from growler_ext.renderer import Place, Renderer, TemplateError
from growler_ext.renderer.engines.pug import PugEngine
from growler_ext.renderer.testing import EngineContract, MemoryLoader, make_source

Write = Callable[..., Path]

SCRIPT = "<script>"
SAFE = "&lt;script&gt;"


class TestPug(EngineContract):
    engine = PugEngine()
    broken = "p= ("

    def shown(self, expression: str) -> str:
        return "#{" + expression + "}"

    def raw(self, name: str) -> str:
        return f"p!= {name}"

    def included(self, name: str) -> str:
        return f"include {name}"

    def block(self, name: str, text: str) -> str:
        return f"block {name}\n  {text}"

    def literal(self, text: str) -> str:
        return "| !{" + json.dumps(text) + "}"


def render(views: Path, name: str = "home", /, *, block: str | None = None, **values: object) -> str:
    return Renderer(views, "pug").render(name, values, block=block)


def test_the_engine_has_two_names(views: Path, write: Write) -> None:
    write("home.jade", "p one")
    write("page.pug", "p two")
    for name in ("jade", "pug"):
        renderer = Renderer(views, name)
        assert (renderer.render("home"), renderer.render("page")) == ("<p>one</p>", "<p>two</p>")


@pytest.mark.parametrize("name", ["home.pug", "home.jade", "home.html.jade", "home.xml.pug", "home.svg.jade"])
def test_values_are_escaped_whatever_the_suffix(views: Path, write: Write, name: str) -> None:
    write(name, "p(title=v)= v")
    assert render(views, name, v=SCRIPT) == f'<p title="{SAFE}">{SAFE}</p>'


def test_plain_text_is_not_escaped(views: Path, write: Write) -> None:
    write("mail.txt.pug", "| Hello #{v},\n| !{v}\ninclude part")
    write("part.pug", "= v")
    assert render(views, "mail.txt", v=SCRIPT) == f"Hello {SCRIPT},\n{SCRIPT}{SCRIPT}"


def test_escaping_is_turned_off_by_its_name_only(views: Path, write: Write) -> None:
    write("home.pug", "p(title=v)= v")
    renderer = Renderer(views, "pug", options={"pug": {"escape": False}})
    # Not in attributes: a quote would end them.
    assert renderer.render("home", {"v": SCRIPT}) == f'<p title="{SAFE}">{SCRIPT}</p>'
    with pytest.raises(ValueError, match="autoescape"):
        Renderer(views, "pug", options={"pug": {"autoescape": False}})


def test_filters_and_tests_of_ones_own(views: Path, write: Write) -> None:
    write("home.pug", "if v is loud\n  p= v|twice")
    options = {"pug": {"filters": {"twice": lambda v: v + v}, "tests": {"loud": str.isupper}}}
    assert Renderer(views, "pug", options=options).render("home", {"v": "A"}) == "<p>AA</p>"


@pytest.mark.parametrize(
    "text",
    [
        "= v", "| #{v}", "| #[= v]", "each x in [v]\n  = x", "each x, k in {a: v}\n  = x", "- var x = v\n= x",
        "mixin m(x)\n  = x\n+m(v)", "mixin m\n  block\n+m= v", "mixin m(x=v)\n  = x\n+m", "block b\n  = v",
        "mixin m(...x)\n  = x[0]\n+m(v)", "if v\n  = v", "case 1\n  when 1\n    = v", "include part",
        "extends layout\nblock b\n  = v", "= v ~ ''", "= [v]|join", "= {a: v}.a",
        "- var x = 0\neach y in [v]\n  - x = y\n= x", "include mixins\n+show(v)",
    ],
)  # fmt: skip
def test_a_value_is_escaped_once_in_every_construct(views: Path, write: Write, text: str) -> None:
    write("part.pug", "= v")
    write("mixins.pug", "mixin show(x)\n  = x")
    write("layout.pug", "block b")
    write("home.pug", text)
    assert render(views, v=SCRIPT) == SAFE


def test_one_block_is_rendered_with_what_it_needs(views: Path, write: Write) -> None:
    write("layout.pug", "doctype html\n- var t = 'x'\nbody\n  block content\n  p= absent")
    write(
        "home.pug",
        "extends layout\ninclude mixins\nblock content\n  +show(t)\n  block rows\n    input(checked)= ''",
    )
    write("mixins.pug", "mixin show(x)\n  b= x")
    write(
        "rows.pug",
        "doctype html\n- var t = 'x'\ndiv\n  block rows\n    input(checked)\n    b= t\n  p= absent",
    )
    assert render(views, "rows", block="rows") == "<input checked><b>x</b>"
    write("home.pug", "extends layout\ninclude mixins\nblock content\n  +show(t)\n  block rows\n    | r")
    assert render(views, block="content") == "<b>x</b>r"
    assert render(views, block="rows") == "r"
    write("other.pug", "#{absent}\ncase absent\n  when 1\n    p\nblock rows\n  p r")
    assert render(views, "other", block="rows") == "<p>r</p>"
    with pytest.raises(TemplateError, match="there are: 'content', 'rows'"):
        render(views, block="nothing")


def test_what_is_compiled_in_is_looked_at_when_reloading(views: Path, write: Write) -> None:
    write("layout.pug", "block b\ninclude a/part\ninclude a/text.txt")
    write("a/part.pug", "i one")
    write("a/text.txt", "one")
    write("home.pug", "extends layout\nblock b\n  b one")
    renderer = Renderer(views, "pug", reload=True)
    assert renderer.render("home") == "<b>one</b><i>one</i>one"
    write("a/part.pug", "i two")
    assert renderer.render("home") == "<b>one</b><i>two</i>one"
    write("a/text.txt", "two")
    write("layout.pug", "p\nblock b\ninclude a/part\ninclude a/text.txt")
    assert renderer.render("home") == "<p></p><b>one</b><i>two</i>two"


def test_what_is_compiled_in_is_read_once_in_production(views: Path, write: Write) -> None:
    write("home.pug", "include part")
    path = write("part.pug", "i one")
    renderer = Renderer(views, "pug", reload=False)
    assert renderer.render("home") == "<i>one</i>"
    path.unlink()
    assert renderer.render("home") == "<i>one</i>"


def test_two_renderers_do_not_see_each_others_templates(views: Path, write: Write) -> None:
    for folder in ("one", "two"):
        write(f"{folder}/part.pug", f"p {folder}\nmixin m\n  b {folder}")
        write(f"{folder}/home.pug", "include part\n+m\np= x")
    one, two = Renderer(views / "one", "pug"), Renderer(views / "two", "pug", globals={"x": "global"})
    assert one.render("home", {"x": "1"}) == "<p>one</p><b>one</b><p>1</p>"
    assert two.render("home") == "<p>two</p><b>two</b><p>global</p>"
    assert one.render("home", {"x": "2"}) == "<p>one</p><b>one</b><p>2</p>"


def test_uses_of_raw_values_are_found() -> None:
    text = "\n".join(
        [
            "p= v", "p!= v", "| #{v} !{v}", "a(href!=v)", "a(href=v|safe)", "if Markup(v)", "  p", "- x = v|safe",
            "mixin m(a)", "  p= a", "+m(v|safe)", "a&attributes({a: Markup(v)})", ".a(b!='c')", "each v in x|safe",
            "  p", "p= 'unsafe'",
        ]
    )  # fmt: skip
    found = PugEngine().inspect(make_source(text)).unescaped
    assert [place.line for place in found] == [2, 3, 4, 5, 6, 8, 11, 12, 14]
    assert all(isinstance(place, Place) for place in found)


def test_a_partial_file_that_uses_mixins_of_others_compiles() -> None:
    engine = PugEngine()
    source = make_source("p\n+card('x')\n+crad\nmixin card(x)\n  b= x")
    assert engine.compile(make_source("p\n+card('x')"), MemoryLoader(engine, {}), escape=True)
    template = engine.compile(source, MemoryLoader(engine, {}), escape=True)
    with pytest.raises(Exception, match="there is no mixin crad: did you mean card"):
        template.render({})
