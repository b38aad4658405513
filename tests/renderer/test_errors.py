"""What the errors say."""

from growler_ext.renderer import Place, Source, TemplateError, TemplateNotFound
from growler_ext.renderer.contract import Stamp


def source(name: str, text: str) -> Source:
    return Source(name, text, f"/views/{name}", Stamp(0, 0, 0, 0, 0))


def test_the_text_has_name_line_and_the_lines_around() -> None:
    page = source("home.mako", "1st\n2nd\n3rd\n4th\n5th\n6th\n7th")
    assert str(TemplateError("home.mako", "it broke", [Place(page, 4)])).splitlines() == [
        "home.mako:4: it broke",
        "     2 | 2nd",
        "     3 | 3rd",
        ">    4 | 4th",
        "     5 | 5th",
        "     6 | 6th",
    ]


def test_the_text_names_the_way_to_the_template() -> None:
    layout, part = source("layout.mako", "a"), source("part.mako", "b\nc")
    error = TemplateError("layout.mako", "it broke", [Place(layout, 1), Place(part, 2, 3)])
    assert (error.name, error.line, error.column, error.reason) == ("part.mako", 2, 3, "it broke")
    assert str(error).splitlines()[:2] == ["part.mako:2: it broke", "by way of layout.mako:1 > part.mako:2"]


def test_a_cycle_of_includes_is_shown_in_short() -> None:
    places = [Place(source(name, "x"), 1) for name in ("a", "b")] * 200
    second = str(TemplateError("a", "too deep", places)).splitlines()[1]
    assert second == "by way of a:1 > b:1 > a:1 > b:1 > ... > a:1 > b:1 > a:1 > b:1"


def test_an_unknown_line_is_left_out() -> None:
    page = source("home.mako", "1st")
    assert str(TemplateError("home.mako", "it broke")) == "home.mako: it broke"
    assert str(TemplateError("home.mako", "it broke", [Place(page, None)])) == "home.mako: it broke"


def test_lines_are_counted_as_engines_do() -> None:
    page = source("home.mako", "1st\r\n2nd\f2nd\u2028 2nd\r\n3rd")
    assert str(TemplateError("home.mako", "it broke", [Place(page, 3)])).split("\n")[1:] == [
        "     1 | 1st",
        "     2 | 2nd\f2nd\u2028 2nd",
        ">    3 | 3rd",
    ]


def test_long_lines_are_cut() -> None:
    page = source("home.mako", "x" * 10_000)
    assert len(str(TemplateError("home.mako", "it broke", [Place(page, 1)]))) < 300


def test_not_found_is_a_lookup_error_and_a_value_error() -> None:
    error = TemplateNotFound("x" * 5000, "gone", ["a", "b"])
    assert isinstance(error, LookupError)
    assert isinstance(error, ValueError)
    assert error.tried == ("a", "b")
    assert len(str(error)) < 300
