"""What pug promises where the reference has no word: attributes of values, variables of Python, JavaScript's habits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

pytest.importorskip("pypugjs")

from markupsafe import Markup

from growler_ext.renderer import TemplateError
from growler_ext.renderer.engines.pug import PugEngine
from growler_ext.renderer.testing import MemoryLoader, make_source

ENGINE = PugEngine()

HOSTILE = """<script>"x' onload=y &amp;"""
ESCAPED = "&lt;script&gt;&#34;x&#39; onload=y &amp;amp;"


def render(text: str, values: Mapping[str, object] = {}, files: Mapping[str, str] = {}) -> str:
    return ENGINE.compile(make_source(text), MemoryLoader(ENGINE, files), escape=True).render(dict(values))


def refused(text: str, values: Mapping[str, object] = {}) -> str:
    try:
        render(text, values)
    except TemplateError as error:
        return error.reason
    except Exception as error:
        return ENGINE.explain(error).reason
    raise AssertionError("it rendered")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("p= v", f"<p>{ESCAPED}</p>"),
        ("p #{v}", f"<p>{ESCAPED}</p>"),
        ("p(title=v)", f'<p title="{ESCAPED}"></p>'),
        ("p(title='x' + v)", f'<p title="x{ESCAPED}"></p>'),
        ("p(class=v)", f'<p class="{ESCAPED}"></p>'),
        ("p.a(class=[v, 'b'])", f'<p class="a {ESCAPED} b"></p>'),
        ("p(class={a: v, b: no})", '<p class="a"></p>'),
        ("p(class=d)", f'<p class="{ESCAPED}"></p>'),
        ("p(style=v)", f'<p style="{ESCAPED}"></p>'),
        ("p(style={color: v})", f'<p style="color:{ESCAPED};"></p>'),
        ("p(data-x=[v])", '<p data-x="[&#34;&lt;script&gt;\\&#34;x&#39; onload=y &amp;amp;&#34;]"></p>'),
        ("p&attributes({title: v})", f'<p title="{ESCAPED}"></p>'),
        ("p(class='a')&attributes({class: v})", f'<p class="a {ESCAPED}"></p>'),
        ("p&attributes({style: {a: v}})", f'<p style="a:{ESCAPED};"></p>'),
        ("mixin m\n  p&attributes(attributes)\n+m(title=v class=v)", f'<p class="{ESCAPED}" title="{ESCAPED}"></p>'),
        ("mixin m\n  p(title=attributes.title)\n+m(title=v)", f'<p title="{ESCAPED}"></p>'),
        ("mixin m\n  p(class=attributes.class)\n+m(class=v)", f'<p class="{ESCAPED}"></p>'),
        ("// #{v}\n  #{v}", f"<!-- #{{v}}{ESCAPED}-->"),
        ("script= json(v)", "<script>\"\\u003cscript\\u003e\\\"x\\u0027 onload=y \\u0026amp;\"</script>"),
        ("p(data-x=json(v))", '<p data-x="&#34;\\u003cscript\\u003e\\&#34;x\\u0027 onload=y \\u0026amp;&#34;"></p>'),
    ],
)  # fmt: skip
def test_a_hostile_value_stays_in_its_place(text: str, html: str) -> None:
    assert render(text, {"v": HOSTILE, "no": False, "d": {HOSTILE: 1, "off": 0}}) == html


def test_quotes_of_markup_are_escaped_in_attributes() -> None:
    v = Markup("""<b>"x" onload='y'</b>""")
    quoted = "<b>&#34;x&#34; onload=&#39;y&#39;</b>"
    assert render("p= v", {"v": v}) == f"<p>{v}</p>"
    for text in (
        "p(a=v)",
        "p&attributes({a: v})",
        "mixin m\n  p&attributes(attributes)\n+m(a=v)",
        "p(a=v|safe)",
    ):
        assert render(text, {"v": v}) == f'<p a="{quoted}"></p>'
    assert render("p(class=v)", {"v": v}) == f'<p class="{quoted}"></p>'
    # As it is only where the author says so.
    assert render("p(a!=v)", {"v": "<&>"}) == '<p a="<&>"></p>'
    assert render("mixin m\n  p&attributes(attributes)\n+m()(a!=v)", {"v": "<&>"}) == '<p a="<&>"></p>'


@pytest.mark.parametrize(
    "name", ["a b", "a/b", "a>b", 'a"b', "a=b", "", "é", "img src=x onerror=y", "1a", "a:b"]
)
def test_the_name_of_a_tag_is_checked(name: str) -> None:
    assert "is no name for a tag" in refused("#{v} x", {"v": name})


@pytest.mark.parametrize("name", ["a b", "a/b", "a>b", 'a"b', "a=b", "", "é", "onload=alert(1) x"])
def test_names_of_attributes_are_checked(name: str) -> None:
    assert "is no name for an attribute" in refused("p&attributes(v)", {"v": {name: 1}})
    assert render("p&attributes(v)", {"v": {"@click.x:y-z_1": 1}}) == '<p @click.x:y-z_1="1"></p>'


def test_text_that_looks_like_jinja_stays_text() -> None:
    for text in ("{{ v }}", "{% if v %}", "{# v #}", "{{{{", "}} %} #}", "{{ '{{' }}", "{%- raw -%}"):
        assert render(f"| {text}\np(a='{text.replace(chr(39), '')}') {text}\n// {text}") == (
            f'{text}<p a="{text.replace(chr(39), "")}">{text}</p><!-- {text}-->'
        )
    assert render("p= v\np(a=v)", {"v": "{{ 7 * 7 }}"}) == '<p>{{ 7 * 7 }}</p><p a="{{ 7 * 7 }}"></p>'


def test_values_of_python_in_attributes() -> None:
    class Shown:
        def __str__(self) -> str:
            return "<b>"

    for value, text in (
        (5, "5"),
        (0, "0"),
        (1.5, "1.5"),
        (Decimal("1.10"), "1.10"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        ((1, "a"), "[1,&#34;a&#34;]"),
        ({"ä": None}, "{&#34;ä&#34;:null}"),
        (Shown(), "&lt;b&gt;"),
        ("", ""),
    ):
        assert render("p(a=v)", {"v": value}) == f'<p a="{text}"></p>'
    assert "decode it first" in refused("p(a=v)", {"v": b"x"})


async def later() -> str:
    return "x"


def test_what_cannot_have_been_meant_is_refused() -> None:
    for text in ("p= v", "p!= v", "p(a=v)", "p(a!=v)", "each x in [v]\n  p= x"):
        assert "decode it first" in refused(text, {"v": b"x"})
        coroutine = later()
        assert "await it first" in refused(text, {"v": coroutine})
        coroutine.close()


def test_a_missing_name_is_an_error_where_it_is_shown_and_false_where_it_is_tested() -> None:
    for text in ("p= v", "p #{v}", "p!= v", "p(a=v)", "p(a!=v)", "p(class=v)", "p(style=v)", "p&attributes(v)",
                 "each x in v\n  p", "each x, k in v\n  p", "p= v.x", "p(a='x' ~ v)", "#{v} x"):  # fmt: skip
        assert refused(text) == "there is no value 'v'", text
    for text in ("if v\n  p", "unless not v\n  p", "p(class={a: v})", "p= 'x' if v else ''", "- x = v"):
        assert render(text) in ("", "<p></p>"), text


def test_expressions_are_those_of_jinja() -> None:
    values = {"v": [3, 1, 2], "name": "ann", "d": {"k": 1, "items": 2}}
    for text, html in (
        ("v|sort|join('-')", "1-2-3"),
        ("name|upper ~ '!'", "ANN!"),
        ("'yes' if 3 in v and not 4 in v else 'no'", "yes"),
        ("v[0] ** 2 // 2", "4"),
        ("v|length", "3"),
        ("d['items']", "2"),
        ("d.k", "1"),
        ("name is string", "true"),
        ("range(3)|list|length", "3"),
        ("v[1:]|join", "12"),
        ("{'a': 1}.a + {b: 2}.b", "3"),
        ("null is none", "true"),
    ):
        assert render(f"p= {text}", values) == f"<p>{html}</p>", text


def test_values_have_any_name_but_those_of_jinja() -> None:
    for name in (
        "block",
        "attributes",
        "mixin",
        "each",
        "name",
        "namespace",
        "context",
        "environment",
        "class",
    ):
        assert render(f"p= {name}", {name: "x"}) == "<p>x</p>"
        assert render(f"mixin m\n  b y\np= {name}\n+m", {name: "x"}) == "<p>x</p><b>y</b>"


def test_loops_set_variables_outside_and_only_there() -> None:
    assert render("- var n = 0\neach x in v\n  - n = n + x\n  | #{n} \n= n", {"v": [1, 2, 3]}) == "1 3 6 6"
    # One for each call of a mixin.
    text = "mixin m(v)\n  - var n = 0\n  each x in v\n    - n += x\n  b= n\n+m([1, 2])\n+m([3])\n= n"
    assert render(text, {"n": "outer"}) == "<b>3</b><b>3</b>outer"
    # A parameter, and the variable of a loop.
    assert render("mixin m(n)\n  each x in [1, 2]\n    - n += x\n  b= n\n+m(10)") == "<b>13</b>"
    assert render("each n in [1, 2]\n  each x in [10]\n    - n += x\n  b= n") == "<b>11</b><b>12</b>"
    # The name of a variable of a loop is another one outside.
    assert render("- var x = 'out'\neach x in [1]\n  - x = 5\n  b= x\n= x") == "<b>5</b>out"
    assert "there is no value 'n'" in refused("each x in [1]\n  - var n = x\n= n")


def test_a_while_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("growler_ext.renderer.engines.pug.runtime.MAX_ROUNDS", 10)
    assert "a while does not end" in refused("while true\n  p")


def test_line_ends_and_byte_order_marks() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert render(end.join(["p.", "  a", "  b", "i c"])) == "<p>a\nb</p><i>c</i>"


def test_attributes_of_two_lines_and_more() -> None:
    text = "a(class='x'\n  href=u,\n  title='y'\n) z\n  b w"
    assert render(text, {"u": "/"}) == '<a class="x" href="/" title="y">z<b>w</b></a>'


@pytest.mark.parametrize(
    ("attributes", "html"),
    [
        ("a=x if y else z b=1", 'a="X" b="1"'),
        ("a=x if not y else z b=1", 'a="Z" b="1"'),
        ("a=x is defined b=1", 'a="a" b="1"'),
        ("a=x in [x] b", 'a="a" b="b"'),
        ("a=x not in [x] b=1", 'b="1"'),
        ("a=x and z b=1", 'a="Z" b="1"'),
        ("a=not x b=1", 'b="1"'),
        ("a=x|upper b=1", 'a="X" b="1"'),
        ("a=x | upper b=1", 'a="X" b="1"'),
        ("a=x ~ z b=1", 'a="XZ" b="1"'),
        ("a=[x, z] b=1", 'a="[&#34;X&#34;,&#34;Z&#34;]" b="1"'),
        ("a=x,b=1,c", 'a="X" b="1" c="c"'),
        ("a=x.lower() b=1", 'a="x" b="1"'),
        ("a=-1 b=- 1", 'a="-1" b="-1"'),
        ("in=x is=z if='i' else='e'", 'in="X" is="Z" if="i" else="e"'),
        ("a=x in='y' and='z'", 'a="X" in="y" and="z"'),
        ("a=x (b)='c' [d]='e' *f='g'", 'a="X" (b)="c" [d]="e" *f="g"'),
        ("a=x @b='c' :d='e' #f", 'a="X" @b="c" :d="e" #f="#f"'),
        ("a='it\\'s' b=\"\\\"\"", "a=\"it's\" b=\"&quot;\""),
        ("a=\"#{{x}}\"", 'a="#{{x}}"'),
        ("a='\\#{x}'", 'a="#{x}"'),
    ],
)  # fmt: skip
def test_where_the_value_of_an_attribute_ends(attributes: str, html: str) -> None:
    assert render(f"p({attributes})", {"x": "X", "y": True, "z": "Z"}) == f"<p {html}></p>"


def test_blocks_of_mixins_belong_to_the_mixin_they_stand_in() -> None:
    text = (
        "mixin a\n  .a\n    block\nmixin b\n  .b\n    +a\n      block\n      +a\n        | inner\n"
        "+b\n  | outer\n+b"
    )
    full = '<div class="b"><div class="a">{}<div class="a">inner</div></div></div>'
    assert render(text) == full.format("outer") + full.format("")


def test_a_mixin_that_has_no_block_ignores_what_it_is_called_with() -> None:
    assert render("mixin a\n  p x\n+a\n  b y") == "<p>x</p>"
    assert render("mixin a(x)\n  p= x\n+#{'a'}(1)\n  b y") == "<p>1</p>"


def test_too_many_arguments_are_refused() -> None:
    assert "takes 1 arguments, and not 2" in refused("mixin a(x)\n  p\n+a(1, 2)")


def test_an_unescaped_text_template_may_have_markup() -> None:
    template = ENGINE.compile(make_source("| #{v}"), MemoryLoader(ENGINE, {}), escape=False)
    assert template.render({"v": Markup("<b>")}) == "<b>"
