"""Mako behind the Renderer: escaping in every construct of the language, lines of every error."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import Markup

from growler.http.errors import HTTPErrorNotFound
from growler_ext.renderer import Renderer, TemplateError

Write = Callable[..., Path]

SCRIPT = "<script>"
SAFE = "&lt;script&gt;"


def render(views: Path, name: str = "home", **values: object) -> str:
    return Renderer(views, "mako").render(name, values)


@pytest.mark.parametrize(
    "text",
    [
        "${v}",
        "% for x in [v]:\n${x}\n% endfor",
        '<%def name="show(x)">${x}</%def>${show(v)}',
        '<%def name="show(x)" buffered="True">${x}</%def>${show(v)}',
        '<%def name="show(x)" filter="trim">${x}</%def>${show(v)}',
        '<%def name="show()">${caller.body()}</%def><%call expr="show()">${v}</%call>',
        '<%def name="show()">${caller.body()}</%def><%self:show>${v}</%self:show>',
        '<%block name="part">${v}</%block>',
        '<%block filter="trim">${v}</%block>',
        "<% x = v %>${x}",
        "${'%s' % v}",
        "${v | trim}",
        '<%page args="v"/>${v}',
        '<%include file="part.mako"/>',
        '<%include file="args.mako" args="w=v"/>',
        '<%namespace name="part" file="defs.mako"/>${part.show(v)}',
        '<%namespace file="defs.mako" import="show"/>${show(v)}',
        '<%inherit file="layout.mako"/>${v}',
        '<%! from markupsafe import Markup %>${Markup("{}").format(v)}',
    ],
)
def test_a_value_is_escaped_once_in_every_construct(views: Path, write: Write, text: str) -> None:
    write("part.mako", "${v}")
    write("args.mako", '<%page args="w"/>${w}')
    write("defs.mako", '<%def name="show(x)">${x}</%def>')
    write("layout.mako", "${self.body()}")
    write("home.mako", text)
    assert render(views, v=SCRIPT).strip() == SAFE


def test_markup_is_not_escaped(views: Path, write: Write) -> None:
    write("home.mako", "${v}")
    assert render(views, v=Markup("<b>")) == "<b>"


@pytest.mark.parametrize("name", ["id", "type", "filter", "object", "max"])
def test_a_builtin_of_python_is_not_shown_for_a_missing_value(views: Path, write: Write, name: str) -> None:
    write("home.mako", f"one\n${{{name}}} ${{len([1])}}")
    error = failure(views)
    assert (error.line, error.reason) == (2, f"there is no value {name!r}")
    assert render(views, **{name: SCRIPT}) == f"one\n{SAFE} 1"


@pytest.mark.parametrize(
    "text", ['<%block name="title">${title}</%block>', '<%def name="title()"></%def>${title | trim}']
)
def test_a_block_or_def_is_not_shown_for_a_value_of_its_name(views: Path, write: Write, text: str) -> None:
    write("home.mako", text)
    assert failure(views, title="x").reason.startswith("'title' is a block or def here, and no value")


def test_lines_of_python_at_the_top_are_an_option(views: Path, write: Write) -> None:
    write("home.mako", "${sqrt(v)}")
    options = {"mako": {"imports": ["from math import sqrt"]}}
    assert Renderer(views, "mako", options=options).render("home", {"v": 9}) == "3.0"


def test_a_block_is_that_of_the_template_or_of_a_parent(views: Path, write: Write) -> None:
    write("layout.mako", '${nothing}<%block name="foot">foot ${v}</%block><%block name="title">base</%block>')
    write(
        "home.mako",
        '<%inherit file="layout.mako"/>${nothing}<%block name="title">${v} ${parent.title()}</%block>',
    )
    renderer = Renderer(views, "mako")
    assert renderer.render("home", {"v": SCRIPT}, block="title").strip() == f"{SAFE} base"
    assert renderer.render("home", {"v": SCRIPT}, block="foot") == f"foot {SAFE}"
    with pytest.raises(
        TemplateError, match=r"home\.mako: there is no block 'body'; there are: 'foot', 'title'"
    ):
        renderer.render("home", block="body")


def test_the_filter_n_leaves_a_value_as_it_is(views: Path, write: Write) -> None:
    write("home.mako", "${v | n}")
    assert render(views, v=SCRIPT) == SCRIPT


def test_what_is_rendered_decides_the_escaping_of_what_it_includes(views: Path, write: Write) -> None:
    includes = '<%include file="part"/><%include file="note.txt"/>'
    write("part.mako", "${v}")
    write("note.txt.mako", "${v}")
    write("page.mako", includes)
    write("mail.txt.mako", includes)
    renderer = Renderer(views, "mako")
    # One after the other: what is kept for one must not serve the other.
    for name, text in (
        ("page", SAFE * 2),
        ("mail.txt", SCRIPT * 2),
        ("part", SAFE),
        ("note.txt", SCRIPT),
        ("page", SAFE * 2),
    ):
        assert renderer.render(name, {"v": SCRIPT}) == text


def test_names_in_templates_are_relative_to_their_folder(views: Path, write: Write) -> None:
    write("blog/post.mako", '<%inherit file="../layout.mako"/><%include file="part.mako"/>')
    write("blog/part.mako", 'blog <%include file="/part.mako"/>')
    write("part.mako", "top")
    write("layout.mako", '[${next.body()} <%include file="part.mako"/>]')
    assert render(views, "blog/post") == "[blog top top]"


def test_two_renderers_do_not_see_each_others_templates(views: Path, write: Write) -> None:
    write("one/layout.mako", "one:${next.body()}")
    write("two/layout.mako", "two:${next.body()}")
    for folder in ("one", "two"):
        write(f"{folder}/home.mako", '<%inherit file="layout.mako"/>home')
    one, two = Renderer(views / "one"), Renderer(views / "two")
    assert [one.render("home"), two.render("home"), one.render("home")] == [
        "one:home",
        "two:home",
        "one:home",
    ]


@pytest.mark.parametrize(
    "name",
    ["self", "context", "loop", "UNDEFINED", "next", "caller", "buffer", "tmpl", "print", "__M_writer"],
)
def test_names_that_mako_uses_are_refused(views: Path, write: Write, name: str) -> None:
    write("home.mako", "x")
    with pytest.raises(ValueError, match=f"mako keeps '{name}' for itself"):
        render(views, **{name: "x"})


def test_a_missing_value_may_be_tested(views: Path, write: Write) -> None:
    write("home.mako", "% if user:\n${user}\n% else:\nnobody\n% endif\n")
    assert render(views) == "nobody\n"


def failure(views: Path, name: str = "home", **values: object) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        render(views, name, **values)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("one\n${", 2, "Expected"),
        ("one\n${1 +}", 2, "invalid syntax"),
        ("one\n% if x:\n", 2, "Unterminated control keyword"),
        ("one\n<%\na b\n%>", 3, "invalid syntax"),
        ("one\n<%nothing/>", 2, "No such tag"),
        ("one\n<%!\nimport no_such_module\n%>", 3, "ModuleNotFoundError: No module named 'no_such_module'"),
        ("one\n${user}", 2, "there is no value 'user'"),
        ("one\n${user.name}", 2, "there is no value 'user'"),
        ("one\n${known} ${user}", 2, "there is no value 'user'"),
        ("one\n% for x in rows:\n${x}\n% endfor", 2, "there is no value 'rows'"),
        ("one\n${\nuser\n}", 2, "there is no value 'user'"),
        ("one\n${1 / 0}", 2, "ZeroDivisionError: division by zero"),
        ("one\n% if 1 / 0:\n% endif", 2, "ZeroDivisionError"),
        ("one\n<%\nx = 1\ny = 1 / 0\n%>", 4, "ZeroDivisionError"),
        ('one\n<%def name="f()">\n${1 / 0}\n</%def>\ntwo\n${f()}', 3, "ZeroDivisionError"),
        ("one\n${helper()}", 2, "RuntimeError: helper"),
        ('one\n<%include file="nowhere"/>', 2, "no template 'nowhere'"),
        ('one\n\n<%inherit file="nowhere"/>', 3, "no template 'nowhere'"),
        ('one\n\n<%namespace name="n" file="nowhere"/>${n.f()}', 3, "no template 'nowhere'"),
    ],
)
def test_an_error_names_template_line_and_reason(
    views: Path, write: Write, text: str, line: int, reason: str
) -> None:
    def helper() -> None:
        raise RuntimeError("helper")

    write("home.mako", text)
    error = failure(views, helper=helper, known="x")
    assert (error.name, error.line) == ("home.mako", line)
    assert reason in error.reason
    assert f">    {line} | " in str(error)


def test_of_several_missing_values_that_of_the_line_is_named(views: Path, write: Write) -> None:
    write("home.mako", "${first}\n${second}\n${third}")
    assert failure(views, first="x").reason == "there is no value 'second'"


@pytest.mark.parametrize(
    ("part", "line"), [("one\ntwo\n${1 / 0}", 3), ("one\n${", 2), ("<%!\n1 / 0\n%>", 2)]
)  # fmt: skip
def test_an_error_in_an_include_or_a_parent_names_that_file(
    views: Path, write: Write, part: str, line: int
) -> None:
    write("sub/part.mako", part)
    write("includes.mako", 'one\n<%include file="sub/part.mako"/>')
    write("inherits.mako", 'one\n<%inherit file="sub/part.mako"/>')
    error = failure(views, "includes")
    assert (error.name, error.line) == ("sub/part.mako", line)
    assert f"by way of includes.mako:2 > sub/part.mako:{line}" in str(error)
    error = failure(views, "inherits")
    assert (error.name, error.line) == ("sub/part.mako", line)


def test_lines_are_right_where_names_differ_in_punctuation_only(views: Path, write: Write) -> None:
    # mako's own register would know both as "a_b_mako".
    write("a-b.mako", "one\ntwo\n${1 / 0}")
    write("a_b.mako", "one\n${1 / 0}")
    renderer = Renderer(views, "mako")
    for name, line in (("a-b", 3), ("a_b", 2), ("a-b", 3)):
        with pytest.raises(TemplateError) as caught:
            renderer.render(name)
        assert (caught.value.name, caught.value.line) == (f"{name}.mako", line)


def test_a_traceback_shows_the_lines_of_this_template(views: Path, write: Write) -> None:
    for text in ("${first()}", "${second()}"):
        write("home.mako", text)
        error = failure(views, first=lambda: 1 / 0, second=lambda: 1 / 0)
        assert text[2:-1] in "".join(traceback.format_exception(error.__cause__))


def test_namespaces_of_one_name_are_not_mixed_up(views: Path, write: Write) -> None:
    for name in ("a-b", "a_b"):
        write(f"{name}.defs.mako", f'<%def name="show()">{name}</%def>')
        write(f"{name}.mako", f'<%namespace name="n" file="{name}.defs.mako"/>${{n.show()}}')
    write("home.mako", '<%include file="a-b.mako"/> <%include file="a_b.mako"/>')
    assert render(views) == "a-b a_b"


def test_a_template_knows_its_name(views: Path, write: Write) -> None:
    write("sub/home.mako", "${self.uri} ${local.uri}")
    assert render(views, "sub/home") == "sub/home.mako sub/home.mako"


def test_an_include_cycle_is_an_error_that_shows_it(views: Path, write: Write) -> None:
    write("a.mako", '<%include file="b.mako"/>')
    write("b.mako", '<%include file="a.mako"/>')
    error = failure(views, "a")
    assert error.reason.startswith("this never ends: ")
    assert "a.mako:1 > b.mako:1" in error.reason
    assert len(str(error)) < 1000


def test_the_text_of_an_error_has_no_values(views: Path, write: Write) -> None:
    write("home.mako", "${password} ${missing}")
    assert "hunter2" not in str(failure(views, password="hunter2"))


def test_an_http_error_in_a_template_stays_one(views: Path, write: Write) -> None:
    def post() -> None:
        raise HTTPErrorNotFound("no such post")

    write("home.mako", "${post()}")
    with pytest.raises(HTTPErrorNotFound):
        render(views, post=post)


def test_nothing_is_written(views: Path, write: Write) -> None:
    write("home.mako", "home")
    render(views)
    assert [path.name for path in views.rglob("*")] == ["home.mako"]


def test_a_template_may_render_another_one_while_it_is_compiled(views: Path, write: Write) -> None:
    write("inner.mako", "inner")
    write(
        "outer.mako",
        f"<%!\nfrom growler_ext.renderer import Renderer\nx = Renderer({str(views)!r}).render('inner')\n%>${{x}}",
    )
    assert render(views, "outer").strip() == "inner"
