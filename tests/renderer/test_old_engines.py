"""Engines of old Growler beside the Renderer: they share `res.render`, in the order in which they are used."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from growler import App, Request, Response
from growler.middleware.renderer import RenderEngine, StringRenderer
from growler.testing import TestClient
from growler_ext.renderer import Renderer

Write = Callable[..., Path]


class Shouting(RenderEngine):
    """As somebody wrote it in 2016."""

    default_file_extensions = [".shout"]

    def render_source(self, filename: Path, obj: Any) -> str:
        return filename.read_text().upper() + obj.get("mark", "!")


@pytest.fixture(params=["old first", "ours first"])
def app(request: pytest.FixtureRequest, views: Path, write: Write) -> App:
    write("old/home.shout", "old home")
    write("new/page.mako", "new ${mark}")
    middleware = [Shouting(views / "old"), Renderer(views / "new", "mako")]
    app = App()
    for one in middleware if request.param == "old first" else reversed(middleware):
        app.use(one)
    return app


def answer(app: App, handler: Callable[[Request, Response], Any]) -> Any:
    app.get("/", handler)
    with TestClient(app) as client:
        return client.get("/")


@pytest.mark.parametrize(("name", "text"), [("home", "OLD HOME?"), ("page", "new ?"), ("page.mako", "new ?")])
def test_both_answer_on_one_app(app: App, name: str, text: str) -> None:
    reply = answer(app, lambda req, res: res.render(name, {"mark": "?"}))
    assert (reply.status, reply.text) == (200, text)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_locals_are_seen_by_both(app: App) -> None:
    def home(req: Request, res: Response) -> None:
        res.locals["mark"] = "."
        res.render(req.query.get_first("name") or "")

    app.get("/", home)
    with TestClient(app) as client:
        assert client.get("/?name=home").text == "OLD HOME."
        assert client.get("/?name=page").text == "new ."


@pytest.mark.parametrize("status", [None, 404])
def test_a_status_may_be_given_to_ours(app: App, status: int | None) -> None:
    reply = answer(app, lambda req, res: res.render("page", {"mark": "?"}, status=status))
    assert reply.status == (status or 200)


def test_a_name_that_nobody_has_is_a_500_and_both_are_in_the_log(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    reply = answer(app, lambda req, res: res.render("nothing"))
    assert reply.status == 500
    assert "no template 'nothing'" in caplog.text


def test_where_both_have_the_name_the_first_answers(views: Path, write: Write) -> None:
    write("old/home.shout", "old")
    write("new/home.mako", "new")
    for middleware, text in (
        ([Shouting(views / "old"), Renderer(views / "new", "mako")], "OLD!"),
        ([Renderer(views / "new", "mako"), Shouting(views / "old")], "new"),
    ):
        app = App()
        for one in middleware:
            app.use(one)
        assert answer(app, lambda req, res: res.render("home")).text == text


def test_an_engine_in_front_takes_status_and_type_and_knows_no_blocks(views: Path, write: Write) -> None:
    write("old/home.html.tmpl", "<p>{v}</p>")
    (views / "new").mkdir()
    app = App()
    app.use(StringRenderer(views / "old"))
    app.use(Renderer(views / "new", "format"))
    app.get(
        "/typed", lambda req, res: res.render("home", {"v": "<"}, status=410, type="application/xhtml+xml")
    )
    app.get("/block", lambda req, res: res.render("home", {"v": "<"}, block="rows"))
    with TestClient(app) as client:
        reply = client.get("/typed")
        assert (reply.status, reply.text) == (410, "<p>&lt;</p>")
        assert reply.headers["content-type"] == "application/xhtml+xml; charset=utf-8"
        assert client.get("/block").status == 500
