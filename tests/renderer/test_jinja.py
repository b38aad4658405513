"""Jinja behind the Renderer: escaping in every construct, names, blocks, lines of every error."""

from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import Markup

from growler.http.errors import HTTPErrorNotFound
from growler_ext.renderer import Renderer, TemplateError

Write = Callable[..., Path]

SCRIPT = "<script>"
SAFE = "&lt;script&gt;"


def render(views: Path, name: str = "home", /, *, block: str | None = None, **values: object) -> str:
    return Renderer(views, "jinja").render(name, values, block=block)


@pytest.mark.parametrize(
    "text",
    [
        "{{ v }}",
        "{% for x in [v] %}{{ x }}{% endfor %}",
        "{% macro show(x) %}{{ x }}{% endmacro %}{{ show(v) }}",
        "{% macro show() %}{{ caller() }}{% endmacro %}{% call show() %}{{ v }}{% endcall %}",
        "{% set x %}{{ v }}{% endset %}{{ x }}",
        "{% set x = v %}{{ x }}",
        "{% block part %}{{ v }}{% endblock %}",
        "{{ v ~ '' }}",
        "{{ [v]|join('') }}",
        "{{ '%s'|format(v) }}",
        "{% filter trim %}{{ v }}{% endfilter %}",
        "{% with x=v %}{{ x }}{% endwith %}",
        "{% include 'part.jinja' %}",
        "{% from 'macros.jinja' import show %}{{ show(v) }}",
        "{% import 'macros.jinja' as macros %}{{ macros.show(v) }}",
        "{% extends 'layout.jinja' %}{% block body %}{{ v }}{% endblock %}",
    ],
)
@pytest.mark.parametrize("name", ["home.jinja", "home.html.jinja2", "home.j2", "home.svg.jinja"])
def test_a_value_is_escaped_once_in_every_construct(views: Path, write: Write, text: str, name: str) -> None:
    write("part.jinja", "{{ v }}")
    write("macros.jinja", "{% macro show(x) %}{{ x }}{% endmacro %}")
    write("layout.jinja", "{% block body %}{% endblock %}")
    write(name, text)
    assert render(views, name, v=SCRIPT).strip() == SAFE


def test_markup_and_safe_leave_a_value_as_it_is(views: Path, write: Write) -> None:
    write("home.jinja", "{{ v }}{{ w|safe }}{{ Markup(w) }}")
    assert render(views, v=Markup("<b>"), w=SCRIPT) == "<b>" + SCRIPT * 2


def test_what_is_rendered_decides_the_escaping_of_what_it_includes(views: Path, write: Write) -> None:
    write("part.jinja", "{{ v }}")
    write("page.jinja", "{% include 'part' %}")
    write("mail.txt.jinja", "{% include 'part' %}")
    renderer = Renderer(views, "jinja")
    for name, text in (("page", SAFE), ("mail.txt", SCRIPT), ("page", SAFE)):
        assert renderer.render(name, {"v": SCRIPT}) == text


def test_names_are_those_of_the_directories_unless_they_begin_with_a_dot(views: Path, write: Write) -> None:
    write("part.jinja", "top")
    write("blog/part.jinja", "blog")
    write(
        "blog/post.jinja", "{% include 'part.jinja' %} {% include './part.jinja' %} {% include '../part' %}"
    )
    assert render(views, "blog/post") == "top blog top"


def test_the_first_of_several_and_what_may_be_missing(views: Path, write: Write) -> None:
    write("part.jinja", "part")
    write(
        "home.jinja",
        "{% include ['nowhere', 'part'] %}{% include 'nowhere' ignore missing %}"
        "{% include '../../secret' ignore missing %}{% include names %}",
    )
    assert render(views, names=["nowhere", "part"]) == "partpart"


def test_the_globals_are_seen_by_imported_macros(views: Path, write: Write) -> None:
    write("macros.jinja", "{% macro title() %}{{ site }}{% endmacro %}")
    write("home.jinja", "{% from 'macros.jinja' import title %}{{ title() }}")
    assert Renderer(views, "jinja", globals={"site": "Growler"}).render("home") == "Growler"


def test_a_macro_of_an_imported_file_that_imports_another_is_new_when_reloading(
    views: Path, write: Write
) -> None:
    write("inner.jinja", "{% macro show() %}old{% endmacro %}")
    write("outer.jinja", "{% from 'inner.jinja' import show %}{% macro wrap() %}{{ show() }}{% endmacro %}")
    write("home.jinja", "{% from 'outer.jinja' import wrap %}{{ wrap() }}")
    reloading, keeping = (Renderer(views, "jinja", reload=reload) for reload in (True, False))
    assert (reloading.render("home"), keeping.render("home")) == ("old", "old")
    write("inner.jinja", "{% macro show() %}newer{% endmacro %}")
    assert (reloading.render("home"), keeping.render("home")) == ("newer", "old")


@pytest.mark.parametrize("changed", ["layout.jinja", "part.jinja", "macros.jinja", "home.jinja"])
def test_a_changed_file_of_the_chain_shows_when_reloading(views: Path, write: Write, changed: str) -> None:
    texts = {
        "layout.jinja": "old {% block body %}{% endblock %}",
        "part.jinja": "old",
        "macros.jinja": "{% macro show() %}old{% endmacro %}",
        "home.jinja": "{% extends 'layout.jinja' %}{% from 'macros.jinja' import show %}"
        "{% block body %}old {% include 'part.jinja' %} {{ show() }}{% endblock %}",
    }
    for name, text in texts.items():
        write(name, text)
    reloading, keeping = (Renderer(views, "jinja", reload=reload) for reload in (True, False))
    assert (reloading.render("home"), keeping.render("home")) == ("old old old old",) * 2
    write(changed, texts[changed].replace("old", "new"))
    assert reloading.render("home").count("new") == 1
    assert keeping.render("home") == "old old old old"


def test_a_missing_value_is_false_and_may_have_a_default(views: Path, write: Write) -> None:
    write(
        "home.jinja", "{% if user %}x{% else %}nobody{% endif %}{{ user|default('!') }}{{ user is defined }}"
    )
    assert render(views) == "nobody!False"


@pytest.mark.parametrize("name", ["self", "super", "loop", "caller", "json", "attrs", "Markup"])
def test_names_that_jinja_uses_are_refused(views: Path, write: Write, name: str) -> None:
    write("home.jinja", "x")
    with pytest.raises(ValueError, match=f"jinja keeps '{name}' for itself"):
        render(views, **{name: "x"})


def failure(views: Path, name: str = "home", /, **values: object) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        render(views, name, **values)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("one\n{{", 2, "unexpected"),
        ("one\n{% if x %}\ntwo", 2, "Unexpected end of template"),
        ("one\n{% nothing %}", 2, "Encountered unknown tag 'nothing'"),
        ("one\n{{ v|nothing }}", 2, "No filter named 'nothing'"),
        ("one\n{% block a %}{% endblock %}\n{% block a %}{% endblock %}", 3, "block 'a' defined twice"),
        ("one\n{{ user }}", 2, "there is no value 'user'"),
        ("one\n{{ user.name }}", 2, "there is no value 'user'"),
        ("one\n{{ user() }}", 2, "there is no value 'user'"),
        ("one\n{{ user|length }}", 2, "there is no value 'user'"),
        ("one\n{{ user|upper }}", 2, "there is no value 'user'"),
        ("one\n{{ user ~ 'x' }}", 2, "there is no value 'user'"),
        ("one\n{% for x in rows %}{% endfor %}", 2, "there is no value 'rows'"),
        ("one\n{{ known.nothing }}", 2, "has no attribute 'nothing'"),
        ("one\n{{ 1 // 0 }}", 2, "ZeroDivisionError"),
        ("one\n{{ helper() }}", 2, "RuntimeError: helper"),
        ("one\n{% macro f() %}\n{{ helper() }}\n{% endmacro %}\n{{ f() }}", 3, "RuntimeError: helper"),
        ("one\n{% block a %}\n{{ helper() }}{% endblock %}", 3, "RuntimeError: helper"),
        ("one\n{% include 'nowhere' %}", 2, "no template 'nowhere'"),
        ("one\n{% include nowhere %}", 2, "there is no value 'nowhere'"),
        ("one\n{% include '../secret' %}", 2, "no template"),
        ("one\n{% extends 5 %}", 2, "the name of a template is a str, not int"),
        ("one\n\n{% extends 'nowhere' %}", 3, "no template 'nowhere'"),
        ("one\n{% from 'nowhere' import x %}", 2, "no template 'nowhere'"),
        ("one\n{% include ['nowhere', 'neither'] %}", 2, "no template is called 'nowhere' or 'neither'"),
    ],
)
def test_an_error_names_template_line_and_reason(
    views: Path, write: Write, text: str, line: int, reason: str
) -> None:
    def helper() -> None:
        raise RuntimeError("helper")

    write("home.jinja", text)
    error = failure(views, helper=helper, known="x")
    assert (error.name, error.line) == ("home.jinja", line)
    assert reason in error.reason
    assert f">    {line} | " in str(error)


@pytest.mark.parametrize(("part", "line"), [("one\ntwo\n{{ 1 // 0 }}", 3), ("one\n{{", 2)])
def test_an_error_in_an_include_a_parent_or_a_macro_names_that_file(
    views: Path, write: Write, part: str, line: int
) -> None:
    write("sub/part.jinja", part)
    write("includes.jinja", "one\n{% include 'sub/part.jinja' %}")
    write("inherits.jinja", "one\n{% extends 'sub/part.jinja' %}\n{% set x = 1 %}")
    for name in ("includes", "inherits"):
        error = failure(views, name)
        assert (error.name, error.line) == ("sub/part.jinja", line)
        assert f"by way of {name}.jinja:2 > sub/part.jinja:{line}" in str(error)


def test_the_way_to_an_error_goes_through_blocks_and_macros(views: Path, write: Write) -> None:
    write("layout.jinja", "<main>\n{% block body %}{% endblock %}</main>")
    write("macros.jinja", "\n{% macro show(x) %}\n{{ 1 // x }}{% endmacro %}")
    write(
        "home.jinja",
        "{% extends 'layout.jinja' %}\n{% from 'macros.jinja' import show %}\n"
        "{% block body %}\n{{ show(0) }}\n{% endblock %}",
    )
    error = failure(views)
    assert (error.name, error.line) == ("macros.jinja", 3)
    assert "by way of home.jinja:1 > layout.jinja:2 > home.jinja:4 > macros.jinja:3" in str(error)


def test_a_value_that_an_imported_macro_does_not_see_is_told_from_one_that_is_missing(
    views: Path, write: Write
) -> None:
    write("macros.jinja", "{% macro show() %}{{ user }}{% endmacro %}")
    write("home.jinja", "{% from 'macros.jinja' import show %}{{ show() }}")
    assert "there is no value 'user' here, though the page has one" in failure(views, user="x").reason


def test_an_include_cycle_is_an_error_that_names_it(views: Path, write: Write) -> None:
    write("a.jinja", "{% include 'b.jinja' %}")
    write("b.jinja", "\n{% include 'a.jinja' %}")
    error = failure(views, "a")
    assert error.reason.startswith("this never ends: ")
    assert "a.jinja:1 > b.jinja:2" in error.reason
    assert len(str(error)) < 1000


def test_an_http_error_in_a_template_stays_one(views: Path, write: Write) -> None:
    def post() -> None:
        raise HTTPErrorNotFound("no such post")

    write("home.jinja", "{{ post() }}")
    with pytest.raises(HTTPErrorNotFound):
        render(views, post=post)


@pytest.mark.parametrize("text", ["{% for x in [1] %}{{ x }}{% break %}{% endfor %}", "{{ 5|double }}"])
def test_extensions_and_filters_are_options(views: Path, write: Write, text: str) -> None:
    write("home.jinja", text)
    options = {"jinja": {"extensions": ["jinja2.ext.loopcontrols"], "filters": {"double": lambda x: x * 2}}}
    assert Renderer(views, "jinja", options=options).render("home") in ("1", "10")
    with pytest.raises(TemplateError):
        render(views)


# One block


def test_a_block_knows_what_the_template_defines_at_its_top(views: Path, write: Write) -> None:
    write("macros.jinja", "{% macro show(x) %}<{{ x }}>{% endmacro %}")
    write(
        "home.jinja",
        "{% from 'macros.jinja' import show %}{% set a = 1 %}{% set b %}2{% endset %}"
        "{% macro own() %}3{% endmacro %}{{ nothing }}"
        "{% block rows %}{{ show(a) }}{{ b }}{{ own() }}{{ v }}{% endblock %}",
    )
    assert render(views, block="rows", v=SCRIPT) == "<1>23" + SAFE


def test_a_block_is_that_of_the_template_or_of_a_parent(views: Path, write: Write) -> None:
    write("base.jinja", "{{ nothing }}{% block title %}base{% endblock %}{% block foot %}foot{% endblock %}")
    write("layout.jinja", "{% extends 'base.jinja' %}{% block title %}layout {{ super() }}{% endblock %}")
    write("home.jinja", "{% extends parent %}{% block title %}home {{ super() }}{% endblock %}")
    values = {"parent": "layout.jinja"}
    assert render(views, block="title", **values) == "home layout base"
    assert render(views, block="foot", **values) == "foot"


@pytest.mark.parametrize(("whole", "text"), [(True, "home layout"), (False, "home ")])
def test_a_block_of_a_template_that_extends_another_by_condition(
    views: Path, write: Write, whole: bool, text: str
) -> None:
    write("layout.jinja", "{% block title %}layout{% endblock %}")
    write(
        "home.jinja",
        "{% if whole %}{% extends 'layout.jinja' %}{% endif %}"
        "{% block title %}home {% if whole %}{{ super() }}{% endif %}{% endblock %}",
    )
    assert render(views, block="title", whole=whole) == text


def test_a_block_inside_a_block_or_a_loop_can_be_had_alone(views: Path, write: Write) -> None:
    write(
        "home.jinja",
        "{% block outer %}x{% block inner %}{{ v }}{% endblock %}{% endblock %}"
        "{% for x in nothing %}{% block looped %}{{ v }}!{% endblock %}{% endfor %}",
    )
    assert (render(views, block="inner", v=1), render(views, block="looped", v=1)) == ("1", "1!")


def test_an_unknown_block_lists_the_known_ones(views: Path, write: Write) -> None:
    write("layout.jinja", "{% block title %}{% endblock %}")
    write("home.jinja", "{% extends 'layout.jinja' %}{% block rows %}{% endblock %}")
    with pytest.raises(
        TemplateError, match=r"home\.jinja: there is no block 'x'; there are: 'rows', 'title'"
    ):
        render(views, block="x")


def test_an_error_in_a_block_names_its_line(views: Path, write: Write) -> None:
    write("home.jinja", "one\n{% block rows %}\n{{ nothing }}{% endblock %}")
    with pytest.raises(TemplateError, match=r"home\.jinja:3: there is no value 'nothing'"):
        render(views, block="rows")
