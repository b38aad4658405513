"""What is the same whatever the engine: names in templates, escaping and type by the name, files of all kinds."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.renderer import Renderer, TemplateError, TemplateNotFound

Write = Callable[..., Path]

SHOWN = {
    "mako": "${v}",
    "jinja": "{{ v }}",
    "j2": "{{ v }}",
    "pug": "| #{v}",
    "jade": "| #{v}",
    "tmpl": "{v}",
    "tpl": "$v",
}

OUTSIDE = [
    *("../secret", "../../secret", "../secret.SUFFIX", "/../secret.SUFFIX", "//../secret", "//secret.SUFFIX"),
    *(
        "x/../../../secret",
        "..\\\\secret.SUFFIX",
        "%2e%2e/%2e%2e/secret",
        "..%2fsecret.SUFFIX",
        "file:///etc/passwd",
    ),
    *("sub/", ".", "..", "", "ABSOLUTE", "link.SUFFIX", "folder/secret.SUFFIX", "a" * 5000),
]

WAYS = {
    "mako": ['<%include file="NAME"/>', '<%inherit file="NAME"/>', '<%namespace name="n" file="NAME"/>${n.x()}'],
    "jinja": ['{% include "NAME" %}', '{% extends "NAME" %}', '{% import "NAME" as x %}', '{% from "NAME" import x %}'],
    "pug": ["include NAME", "extends NAME", "p\n  include NAME"],
}  # fmt: skip


@pytest.fixture
def outside(views: Path, write: Write) -> Path:
    """A folder with secrets beside the views, and links to it inside."""
    folder = views.parent / "outside"
    for suffix in (*WAYS, "html"):
        for path in (folder, views.parent):
            path.mkdir(exist_ok=True)
            (path / f"secret.{suffix}").write_text("secret")
        (views / f"link.{suffix}").symlink_to(folder / f"secret.{suffix}")
    (views / "folder").symlink_to(folder)
    write("sub/here.mako")
    return folder


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("name", OUTSIDE, ids=lambda name: ascii(name)[:24])
@pytest.mark.parametrize(("suffix", "way"), [(suffix, way) for suffix, ways in WAYS.items() for way in ways])
def test_no_name_in_a_template_leads_outside(
    views: Path, write: Write, name: str, suffix: str, way: str
) -> None:
    name = name.replace("SUFFIX", suffix).replace("ABSOLUTE", str(views.parent / f"secret.{suffix}"))
    write(f"home.{suffix}", way.replace("NAME", name))
    app = App(debug=True)
    app.use(Renderer(views))
    app.get("/", lambda req, res: res.render(f"home.{suffix}"))
    with TestClient(app) as client:
        assert client.get("/").status == 500
    with pytest.raises(TemplateError) as caught:
        Renderer(views).render(f"home.{suffix}")
    assert ">secret" not in str(caught.value)


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize(
    "way", ["include ../outside/secret.html", "include link.html", "include ../secret.html"]
)
def test_no_file_outside_is_put_into_a_pug_template(views: Path, write: Write, way: str) -> None:
    write("home.pug", way)
    with pytest.raises(TemplateError):
        Renderer(views).render("home.pug")


@pytest.mark.parametrize("suffix", SHOWN)
@pytest.mark.parametrize(
    ("inner", "media_type", "text"),
    [
        ("", "text/html; charset=utf-8", "&lt;b&gt;"),
        (".html", "text/html; charset=utf-8", "&lt;b&gt;"),
        (".htm", "text/html; charset=utf-8", "&lt;b&gt;"),
        (".v1", "text/html; charset=utf-8", "&lt;b&gt;"),
        (".xml", "application/xml; charset=utf-8", "&lt;b&gt;"),
        (".svg", "image/svg+xml; charset=utf-8", "&lt;b&gt;"),
        (".txt", "text/plain; charset=utf-8", "<b>"),
    ],
)
def test_the_inner_suffix_decides_type_and_escaping(
    views: Path, write: Write, suffix: str, inner: str, media_type: str, text: str
) -> None:
    write(f"home{inner}.{suffix}", SHOWN[suffix])
    app = App()
    app.use(Renderer(views))
    app.get("/", lambda req, res: res.render(f"home{inner}", {"v": "<b>"}))
    app.get("/as-html", lambda req, res: res.render(f"home{inner}", {"v": "<b>"}, type="text/html"))
    with TestClient(app) as client:
        reply = client.get("/")
        assert (reply.status, reply.headers["content-type"], reply.text) == (200, media_type, text)
        assert client.get("/as-html").status == (500 if inner == ".txt" else 200)


@pytest.mark.parametrize("suffix", SHOWN)
@pytest.mark.parametrize("inner", ["js", "mjs", "json", "css"])
def test_templates_of_code_are_refused(views: Path, write: Write, suffix: str, inner: str) -> None:
    write(f"app.{inner}.{suffix}", "x")
    with pytest.raises(TemplateError, match=rf"app\.{inner}\.{suffix}: no engine escapes for \.{inner}"):
        Renderer(views).render(f"app.{inner}")


@pytest.mark.parametrize("suffix", SHOWN)
def test_a_byte_order_mark_is_dropped_and_an_empty_file_is_an_empty_page(
    views: Path, write: Write, suffix: str
) -> None:
    write(f"home.{suffix}", b"\xef\xbb\xbf" + SHOWN[suffix].encode())
    write(f"empty.{suffix}", b"")
    assert Renderer(views).render("home", {"v": "é"}) == "é"
    assert Renderer(views).render("empty") == ""


@pytest.mark.parametrize("suffix", SHOWN)
def test_a_file_of_another_encoding_is_an_error_with_its_line(views: Path, write: Write, suffix: str) -> None:
    write(f"home.{suffix}", b"| one\n| \xe9\n")
    with pytest.raises(TemplateError, match=rf"home\.{suffix}:2: byte 0xe9 is not UTF-8"):
        Renderer(views).render("home")


def test_an_async_generator_is_refused_as_a_value(views: Path, write: Write) -> None:
    async def rows() -> AsyncIterator[int]:
        yield 1

    write("home.tmpl", "x")
    with pytest.raises(TypeError, match="the value 'rows' has to be awaited"):
        Renderer(views).render("home", {"rows": rows()})


def test_an_object_that_can_be_waited_for_too_is_a_value(views: Path, write: Write) -> None:
    class Request:
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b""

        def __str__(self) -> str:
            return "request"

    write("home.tmpl", "{req}")
    assert Renderer(views).render("home", {"req": Request()}) == "request"


def test_an_async_function_is_refused_as_a_value(views: Path, write: Write) -> None:
    async def load() -> None: ...

    write("home.tmpl", "x")
    with pytest.raises(TypeError, match="the value 'load' has to be awaited, which templates cannot do"):
        Renderer(views).render("home", {"load": load})


@pytest.mark.parametrize("suffix", SHOWN)
def test_unknown_names_take_no_memory(views: Path, suffix: str) -> None:
    renderer = Renderer(views, reload=False)
    for number in range(100):
        with pytest.raises(TemplateNotFound):
            renderer.render(f"unknown{number}.{suffix}")
    templates = renderer.templates(in_development=False)
    assert (len(templates._kept), len(templates._by_file)) == (0, 0)


def test_what_the_client_sent_is_refused_as_the_values(
    views: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write("home.tmpl", "x")
    app = App()
    app.use(Renderer(views))

    async def form(req: Any, res: Any) -> None:
        res.render("home", await req.form())

    async def json(req: Any, res: Any) -> None:
        res.render("home", await req.json())

    app.get("/query", lambda req, res: res.render("home", req.query))
    app.get("/params/:x", lambda req, res: res.render("home", req.params))
    app.get("/headers", lambda req, res: res.render("home", req.headers))
    app.get("/copied/:x", lambda req, res: res.render("home", {**req.params}))
    app.post("/form", form)
    app.post("/json", json)
    with TestClient(app) as client:
        assert client.get("/query?cache=1").status == 500
        assert client.get("/params/1").status == 500
        assert client.get("/headers").status == 500
        assert client.post("/form", form={"x": "1"}).status == 500
        assert client.post("/json", json={"x": "1"}).status == 500
        assert client.get("/copied/1").status == 200
    for remedy in ('{"query": ...}', '{"params": ...}', '{"headers": ...}', '{"form": ...}', '{"json": ...}'):
        assert f"pass it as one of them, {remedy}" in caplog.text
