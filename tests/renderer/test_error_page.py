"""What is told of an error: a page in development, nothing in production, a line in the log."""

import logging
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.renderer import Renderer
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.servers import Running

Write = Callable[..., Path]

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"

ENGINES = {
    "mako": ("home.mako", f"<p>one</p>\n${{absent}} {HOSTILE}\n", 2),
    "jinja": ("home.jinja", f"<p>one</p>\n{{{{ absent }}}} {HOSTILE}\n", 2),
    "pug": ("home.pug", f"p one\np= absent\np {HOSTILE}\n", 2),
    "format": ("home.tmpl", f"<p>one</p>\n{{absent}} {HOSTILE}\n", 2),
    "template": ("home.tpl", f"<p>one</p>\n${{absent}} {HOSTILE}\n", 2),
}
VALUES = {"absence": "the secret", "<b>name": HOSTILE, "password": "hunter2"}


def app_for(views: Path, name: str = "home", *, debug: bool, **values: object) -> App:
    app = App(debug=debug)
    app.use(Renderer(views))
    app.get("/", lambda req, res: res.render(name, {**VALUES, **values}))
    return app


def get(app: App, **headers: str) -> Any:
    with TestClient(app) as client:
        return client.get("/", headers=headers)


@pytest.mark.parametrize("engine", ENGINES)
def test_production_shows_nothing_and_the_log_has_one_line_without_values(
    views: Path, write: Write, engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    name, text, line = ENGINES[engine]
    write(name, text)
    reply = get(app_for(views, debug=False))
    assert reply.status == 500
    for hidden in (name, "absent", "one", "script", str(views), "password"):
        assert hidden not in reply.text
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert f"TemplateError: {name}:{line}: there is no value 'absent'; did you mean 'absence'?" in caplog.text
    for secret in ("hunter2", "the secret"):
        assert secret not in caplog.text
    assert record.levelno == logging.ERROR


@pytest.mark.parametrize("engine", ENGINES)
def test_development_shows_line_source_names_and_types_but_no_values(
    views: Path, write: Write, engine: str
) -> None:
    name, text, line = ENGINES[engine]
    write(name, text)
    reply = get(app_for(views, debug=True), accept="text/html")
    assert reply.status == 500
    assert f"{name}:{line}: there is no value 'absent'; did you mean 'absence'?" in unescape(reply.text)
    assert f"<span class=failing><i>{line}</i>" in reply.text
    assert "<tr><th>password</th><td>str</td></tr>" in reply.text
    assert "<tr><th>&lt;b&gt;name</th><td>str</td></tr>" in reply.text
    for secret in ("hunter2", "the secret"):
        assert secret not in reply.text
    assert "<script" not in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


@pytest.mark.parametrize("engine", ENGINES)
def test_whoever_wants_no_html_gets_the_same_as_text(views: Path, write: Write, engine: str) -> None:
    name, text, line = ENGINES[engine]
    write(name, text)
    reply = get(app_for(views, debug=True), accept="text/plain")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"{name}:{line}: there is no value 'absent'" in reply.text
    assert f">    {line} | " in reply.text


@pytest.mark.parametrize(
    ("name", "layout", "page"),
    [
        ("mako", "<main>\n${next.body()}", '<%inherit file="layout.mako"/>\n${helper()}'),
        (
            "jinja",
            "<main>\n{% block body %}{% endblock %}",
            "{% extends 'layout.jinja' %}\n{% block body %}\n{{ helper() }}{% endblock %}",
        ),
    ],
)  # fmt: skip
def test_the_page_shows_the_way_through_templates_and_the_helper_below(
    views: Path, write: Write, name: str, layout: str, page: str
) -> None:
    def helper() -> None:
        raise LookupError("nothing on the shelf")

    write(f"layout.{name}", layout)
    write(f"home.{name}", page)
    text = unescape(get(app_for(views, debug=True, helper=helper), accept="text/html").text)
    assert "LookupError: nothing on the shelf" in text
    assert (
        text.index(f"<b>home.{name}</b>") < text.index(f"<b>layout.{name}</b>") < text.index("<b>helper</b>")
    )


def test_a_name_that_is_not_there_is_shown_with_those_that_are_nearly_so(views: Path, write: Write) -> None:
    write("home.mako")
    reply = get(app_for(views, "hoem", debug=True), accept="text/html")
    assert "no template 'hoem'; did you mean home.mako?" in unescape(reply.text)
    assert str(views) in reply.text


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_the_page_is_readable_and_hostile_text_is_only_text(
    browser,  # noqa: F811 - the fixture
    views: Path,
    write: Write,
    engine: str,
    scheme: str,
) -> None:
    name, text, line = ENGINES[engine]
    write(name, text)
    with Running("native", app_for(views, debug=True)) as port:
        page = browser.new_page(color_scheme=scheme, viewport={"width": 400, "height": 800})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{port}/")
        assert page.title().endswith(f"{name}:{line}: there is no value 'absent'; did you mean 'absence'?")
        assert page.locator(".failing").first.is_visible()
        assert page.locator("script, img").count() == 0
        assert HOSTILE in page.locator("main").inner_text()
        # Nothing sticks out to the right, on a telephone either.
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # What the browser says of the status of the page itself.
        assert [text for text in complaints if "500" not in text] == []
