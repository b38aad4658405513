"""Names of templates as plain values."""

import pytest

from growler_ext.renderer.errors import TemplateNotFound
from growler_ext.renderer.names import Form, candidates, check_type, form_of, join, normalise, raw

HTML = Form("text/html; charset=utf-8", escape=True)

REFUSED = [
    "",
    ".",
    "..",
    "/",
    "sub/",
    "sub/.",
    "sub/..",
    "/home",
    "/etc/passwd",
    "//etc/passwd",
    "//../secret",
    "../secret",
    "../views/home",
    "sub/../../secret",
    "sub//home",
    "..\\secret",
    "sub\\home",
    "C:\\secret",
    "home\0",
    "home\0.mako",
    "file://home",
    "http://example.com/home",
    "\ud800",
    "a" * 5000,
    "a/" * 2500 + "a",
]


@pytest.mark.parametrize("name", REFUSED, ids=lambda name: ascii(name)[:30])
def test_a_hostile_name_is_not_found(name: str) -> None:
    with pytest.raises(TemplateNotFound) as caught:
        normalise(name)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("home", "home"),
        ("blog/post.mako", "blog/post.mako"),
        ("./home", "home"),
        ("blog/../home", "home"),
        ("blog/./post", "blog/post"),
        ("v1.2", "v1.2"),
        ("grüße/日本", "grüße/日本"),
        ("a b?c#d", "a b?c#d"),
        ("...", "..."),
    ],
)
def test_every_name_has_one_spelling(name: str, normal: str) -> None:
    assert normalise(name) == normal


def test_percent_escapes_are_not_decoded() -> None:
    assert normalise("%2e%2e/secret") == "%2e%2e/secret"
    assert raw("%2e") == b"/%252e"


def test_a_name_is_a_string() -> None:
    with pytest.raises(TypeError, match="the name of a template is a str, not bytes"):
        normalise(b"home")  # type: ignore[arg-type]  # the mistake itself


@pytest.mark.parametrize(
    ("name", "parent", "joined"),
    [
        ("part", None, "part"),
        ("/part", None, "/part"),
        ("part", "home.mako", "part"),
        ("part", "blog/post.mako", "blog/part"),
        ("../part", "blog/post.mako", "part"),
        ("../part", "blog/2015/post.mako", "blog/part"),
        ("../../part", "blog/post.mako", "../part"),
        ("..//part", "blog/post.mako", "/part"),
        ("x/../part", "blog/post.mako", "blog/x/../part"),
        ("/part", "blog/post.mako", "part"),
        ("//part", "blog/post.mako", "/part"),
    ],
)
def test_a_name_in_a_template_is_relative_to_its_folder(name: str, parent: str | None, joined: str) -> None:
    assert join(name, parent) == joined


def test_a_name_without_suffix_is_tried_with_each_suffix_in_order() -> None:
    suffixes = (".mako", ".html.mako", ".tmpl")
    assert candidates("home", suffixes) == ("home.mako", "home.html.mako", "home.tmpl")
    assert candidates("v1.2", suffixes) == ("v1.2.mako", "v1.2.html.mako", "v1.2.tmpl")
    assert candidates("home.mako", suffixes) == ("home.mako",)
    assert candidates("home.html.tmpl", suffixes) == ("home.html.tmpl",)


@pytest.mark.parametrize(
    ("filename", "form"),
    [
        ("home.mako", HTML),
        ("home.html.mako", HTML),
        ("home.HTML.mako", HTML),
        ("v1.2.mako", HTML),
        ("txt.mako", HTML),
        ("txt/home.mako", HTML),
        ("a.txt/home.mako", HTML),
        ("note.md.mako", HTML),
        ("feed.xml.mako", Form("application/xml; charset=utf-8", escape=True)),
        ("icon.svg.mako", Form("image/svg+xml; charset=utf-8", escape=True)),
        ("note.txt.mako", Form("text/plain; charset=utf-8", escape=False)),
        ("blog/note.TXT.tmpl", Form("text/plain; charset=utf-8", escape=False)),
    ],
)
def test_the_inner_suffix_decides_type_and_escaping(filename: str, form: Form) -> None:
    assert form_of(filename) == form


@pytest.mark.parametrize("inner", ["js", "mjs", "json", "css", "JS"])
def test_templates_of_code_are_refused(inner: str) -> None:
    with pytest.raises(ValueError, match=r"send data by res\.json\(\)"):
        form_of(f"app.{inner}.mako")


@pytest.mark.parametrize("media_type", ["text/html", "application/atom+xml", "text/plain", "image/svg+xml"])
def test_escaped_text_may_have_any_type_of_markup_or_text(media_type: str) -> None:
    check_type(media_type, escape=True)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "text/markdown; charset=utf-8", "text/calendar", "text/csv", "TEXT/plain"]
)
def test_unescaped_text_may_be_sent_as_text(media_type: str) -> None:
    check_type(media_type, escape=False)


@pytest.mark.parametrize(
    "media_type",
    ["text/html", "TEXT/HTML; charset=utf-8", " text/html", "application/xhtml+xml", "text/xml", "image/svg+xml",
     "application/rss+xml", "text/xsl", "multipart/x-mixed-replace", "foo", "*/*", "application/octet-stream"],
)  # fmt: skip
def test_unescaped_text_is_not_sent_as_anything_a_browser_may_run(media_type: str) -> None:
    with pytest.raises(ValueError, match="not escaped"):
        check_type(media_type, escape=False)


@pytest.mark.parametrize("escape", [True, False])
@pytest.mark.parametrize(
    "media_type", ["text/javascript", "application/json", "text/css", "application/ld+json"]
)
def test_nothing_is_sent_as_code(media_type: str, escape: bool) -> None:
    with pytest.raises(ValueError, match="no engine escapes"):
        check_type(media_type, escape)
