"""The format engine: plain names in braces, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler_ext.renderer import Renderer, Source, Template, TemplateError
from growler_ext.renderer.contract import Stamp
from growler_ext.renderer.engines.format import FormatEngine
from growler_ext.renderer.testing import MemoryLoader

Write = Callable[..., Path]


def source(text: str) -> Source:
    return Source("page.tmpl", text, "/page.tmpl", Stamp(0, 0, 0, 0, 0))


def compile(source: Source) -> Template:
    engine = FormatEngine()
    return engine.compile(source, MemoryLoader(engine, {}), escape=True)


@pytest.mark.parametrize(
    "field",
    [
        "{user.__init__.__globals__[SECRET]}",
        "{user[0]}",
        "{v!r}",
        "{v:>9999999999}",
        "{v:.100000000f}",
        "{v:{w}}",
        "{}",
        "{0}",
        "{ v }",
        "{v",
        "v}",
        "body { color: red }",
        "{v\n}",
    ],
)
def test_everything_but_a_plain_name_is_refused_with_its_line(field: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile(source("one\ntwo\nthree " + field))
    assert (caught.value.name, caught.value.line) == ("page.tmpl", 3)
    assert "{{" in caught.value.reason or "}}" in caught.value.reason


def test_an_error_tells_the_column() -> None:
    with pytest.raises(TemplateError) as caught:
        compile(source("one\ntwo {0}"))
    assert (caught.value.line, caught.value.column) == (2, 5)


@pytest.mark.parametrize(
    "text", ["", "{a}", "{a}{b}", "x{a}y{b}z", "{{}}", "{{a}}", "{{{a}}}", "{größe}", "a{{b}}{a}"]
)
def test_it_reads_as_str_format_does(text: str) -> None:
    values = {"a": 1, "b": "two", "größe": 3.5}
    assert render(text, values) == text.format(**values)


def render(text: str, values: dict[str, object], *, escape: bool = False) -> str:
    engine = FormatEngine()
    return engine.compile(source(text), MemoryLoader(engine, {}), escape=escape).render(values)


@given(st.text(alphabet="{}ab .\n", max_size=30))
def test_what_is_accepted_reads_as_str_format_does(text: str) -> None:
    values: dict[str, object] = {"a": "1", "b": "2", "ab": "3", "ba": "4"}
    try:
        shown = render(text, values)
    except (TemplateError, KeyError):
        return
    assert shown == text.format(**values)


def test_a_missing_value_is_told_from_an_error_inside_a_value(views: Path, write: Write) -> None:
    class Failing:
        def __str__(self) -> str:
            raise KeyError("inside")

    write("home.tmpl", "one\n{v}")
    renderer = Renderer(views)
    with pytest.raises(TemplateError, match=r"home\.tmpl:2: there is no value 'v'"):
        renderer.render("home")
    with pytest.raises(TemplateError, match=r"home\.tmpl:2: KeyError: 'inside'"):
        renderer.render("home", {"v": Failing()})


def test_no_name_is_reserved(views: Path, write: Write) -> None:
    write("home.tmpl", "{self} {values} {field} {show}")
    values = {"self": 1, "values": 2, "field": 3, "show": 4}
    assert Renderer(views).render("home", values) == "1 2 3 4"
