"""`res.render` in an application, over every adapter."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from growler import App, Request, Response
from growler.http.response import ResponseEnded
from growler.testing import TestClient
from growler_ext.renderer import Render, Renderer

Write = Callable[..., Path]
Handler = Callable[[Request, Response], Any]


def app_with(renderer: Renderer, handler: Handler, *, debug: bool = False) -> App:
    app = App(debug=debug)
    app.use(renderer)
    app.get("/", handler)
    return app


def test_a_template_becomes_the_answer(serve: Any, views: Path, write: Write) -> None:
    write("home.mako", "<p>${title} ü</p>")
    reply = serve(
        app_with(Renderer(views, "mako"), lambda req, res: res.render("home", {"title": "<x>"}))
    ).get("/")
    assert (reply.status, reply.text) == (200, "<p>&lt;x&gt; ü</p>")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-length"] == str(len(reply.body))


def test_the_first_program_of_old_growler(
    serve: Any, views: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from growler.middleware import Renderer as FromMiddleware

    write("home.jade", "h1 Hello World!!")
    write("homepage.mako", "mako")
    monkeypatch.chdir(views.parent)
    app = App("GrowlerServer")
    app.use(FromMiddleware("views/", ["jade", "mako"]))
    app.get("/", lambda req, res: res.render("home"))
    app.get("/mako", lambda req, res: res.render("homepage.mako"))
    client = serve(app)
    reply = client.get("/")
    assert (reply.status, reply.text) == (200, "<h1>Hello World!!</h1>")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert client.get("/mako").text == "mako"


def test_head_has_the_length_and_no_body(serve: Any, views: Path, write: Write) -> None:
    write("home.mako", "ünï")
    app = App()
    app.use(Renderer(views))
    app.all("/", lambda req, res: res.render("home"))
    reply = serve(app).request("HEAD", "/")
    assert (reply.status, reply.headers["content-length"], reply.body) == (200, "5", b"")


def test_an_empty_template_is_an_empty_answer(serve: Any, views: Path, write: Write) -> None:
    write("home.mako")
    reply = serve(app_with(Renderer(views), lambda req, res: res.render("home"))).get("/")
    assert (reply.status, reply.body) == (200, b"")


@pytest.mark.parametrize(
    ("name", "media_type", "text"),
    [
        ("feed.xml", "application/xml; charset=utf-8", "&lt;x&gt;"),
        ("icon.svg", "image/svg+xml; charset=utf-8", "&lt;x&gt;"),
        ("note.txt", "text/plain; charset=utf-8", "<x>"),
        ("page.html", "text/html; charset=utf-8", "&lt;x&gt;"),
    ],
)
@pytest.mark.parametrize(("suffix", "value"), [("mako", "${v}"), ("tmpl", "{v}")])
def test_the_name_decides_type_and_escaping(
    views: Path, write: Write, name: str, media_type: str, text: str, suffix: str, value: str
) -> None:
    write(f"{name}.{suffix}", value)
    with TestClient(app_with(Renderer(views), lambda req, res: res.render(name, {"v": "<x>"}))) as client:
        reply = client.get("/")
    assert (reply.status, reply.headers["content-type"], reply.text) == (200, media_type, text)


def answer(views: Path, handler: Handler, **options: Any) -> Any:
    with TestClient(app_with(Renderer(views, **options), handler)) as client:
        return client.get("/")


def test_status_and_type_may_be_given(views: Path, write: Write) -> None:
    write("gone.xml.mako", "gone")
    reply = answer(views, lambda req, res: res.render("gone.xml", status=410, type="application/atom+xml"))
    assert (reply.status, reply.headers["content-type"]) == (410, "application/atom+xml; charset=utf-8")


def test_a_status_set_before_is_kept(views: Path, write: Write) -> None:
    write("gone.mako", "gone")

    def gone(req: Request, res: Response) -> None:
        res.status_code = 410
        res.render("gone")

    assert answer(views, gone).status == 410


def test_a_type_set_before_is_kept(views: Path, write: Write) -> None:
    write("feed.xml.mako", "feed")

    def feed(req: Request, res: Response) -> None:
        res.set_type("application/rss+xml")
        res.render("feed.xml")

    assert answer(views, feed).headers["content-type"] == "application/rss+xml"


def set_type_first(req: Request, res: Response) -> None:
    res.set_type("text/html")
    res.render("note.txt")


@pytest.mark.parametrize(
    "handler", [lambda req, res: res.render("note.txt", type="text/html"), set_type_first, ]
)  # fmt: skip
def test_an_unescaped_template_is_never_sent_as_html(views: Path, write: Write, handler: Handler) -> None:
    write("note.txt.mako", "note")
    reply = answer(views, handler)
    assert reply.status == 500
    assert reply.text.startswith("500")


def test_locals_of_any_middleware_are_values(serve: Any, views: Path, write: Write) -> None:
    write("home.mako", "${a}${b}${c}${d}")
    app = App()

    def before(req: Request, res: Response) -> None:
        res.locals["b"] = res.locals["c"] = res.locals["d"] = 2

    async def after(req: Request, res: Response) -> None:
        res.locals["d"] = 3

    seen = {}

    @app.get("/")
    def home(req: Request, res: Response) -> None:
        values = {"c": 4}
        res.render("home", values)
        seen.update(values=values, locals=dict(res.locals))

    app.use(before)
    app.use(Renderer(views, globals={"a": 1, "b": 1}))
    app.use(after)
    app.get("/late", home)
    assert serve(app).get("/late").text == "1243"
    assert seen == {"values": {"c": 4}, "locals": {"b": 2, "c": 2, "d": 3}}


def test_to_string_gives_the_text_and_answers_nothing(views: Path, write: Write) -> None:
    write("part.mako", "<b>${a}${b}</b>")

    def home(req: Request, res: Response) -> None:
        res.locals["a"] = 1
        res.send_json({"html": res.render.to_string("part", {"b": 2})})

    assert answer(views, home).json() == {"html": "<b>12</b>"}


def test_option_names_are_only_values(views: Path, write: Write) -> None:
    names = [
        "settings",
        "cache",
        "layout",
        "options",
        "filename",
        "debug",
        "block",
        "status",
        "type",
        "reload",
    ]
    write("home.mako", "".join(f"${{{name}}} " for name in names))
    reply = answer(views, lambda req, res: res.render("home", dict.fromkeys(names, 404)))
    assert (reply.status, reply.text) == (200, "404 " * len(names))
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_the_query_as_values_is_a_500_and_the_log_says_what_to_write(
    views: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write("home.mako", "home")
    assert answer(views, lambda req, res: res.render("home", req.query)).status == 500
    assert 'pass it as one of them, {"query": ...}' in caplog.text


def test_a_second_answer_raises_at_the_call(views: Path, write: Write) -> None:
    write("home.mako", "home")
    raised = []

    def twice(req: Request, res: Response) -> None:
        res.render("home")
        try:
            res.render("home")
        except ResponseEnded as error:
            raised.append(error)

    assert answer(views, twice).text == "home"
    assert [str(error) for error in raised] == [
        "the response is decided already by res.render('home'): return after it, or do not render 'home'"
    ]


def test_an_answer_after_another_kind_of_answer_raises_too(
    views: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write("home.mako", "home")

    def both(req: Request, res: Response) -> None:
        res.send_text("text")
        res.render("home")

    assert answer(views, both).status == 500
    assert "the response is decided already: return after it" in caplog.text


def test_production_shows_nothing_of_an_error_and_the_log_its_line(
    serve: Any, views: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write("home.mako", "source of the page\n${secret_name}")
    reply = serve(app_with(Renderer(views), lambda req, res: res.render("home"))).get("/")
    assert reply.status == 500
    for hidden in ("home", "secret_name", "source of the page", str(views)):
        assert hidden not in reply.text
    assert "TemplateError: home.mako:2: there is no value 'secret_name'" in caplog.text
    assert [record.levelno for record in caplog.records if record.name == "growler"] == [logging.ERROR]


def test_development_shows_name_line_and_source_escaped(serve: Any, views: Path, write: Write) -> None:
    write("home.mako", "<script>1st</script>\n<b>${missing}</b>")
    app = app_with(Renderer(views), lambda req, res: res.render("home"), debug=True)
    reply = serve(app).get("/", headers={"Accept": "text/html"})
    assert reply.status == 500
    assert "home.mako:2: there is no value &#x27;missing&#x27;" in reply.text
    assert "&lt;script&gt;1st&lt;/script&gt;" in reply.text
    assert "<script>" not in reply.text


def test_an_unknown_template_is_a_500_that_names_no_path(serve: Any, views: Path) -> None:
    reply = serve(app_with(Renderer(views), lambda req, res: res.render("../secret"))).get("/")
    assert reply.status == 500
    assert "secret" not in reply.text


@pytest.mark.parametrize("debug", [True, False])
def test_edits_show_in_development_only(views: Path, write: Write, debug: bool) -> None:
    write("home.mako", "old")
    app = app_with(Renderer(views), lambda req, res: res.render("home"), debug=debug)
    with TestClient(app) as client:
        assert client.get("/").text == "old"
        write("home.mako", "newer")
        assert client.get("/").text == ("newer" if debug else "old")


def test_two_applications_have_their_own_renderers(views: Path, write: Write) -> None:
    write("admin/home.mako", "admin")
    write("site/home.mako", "site")
    app = App()
    app.use("/admin", Renderer(views / "admin"))
    app.use("/site", Renderer(views / "site"))
    app.get("/admin", lambda req, res: res.render("home"))
    app.get("/site", lambda req, res: res.render("home"))
    with TestClient(app) as client:
        assert (client.get("/admin").text, client.get("/site").text) == ("admin", "site")


def test_lone_surrogates_are_shown_as_question_marks(views: Path, write: Write) -> None:
    write("home.mako", "${name}")
    reply = answer(
        views, lambda req, res: res.render("home", {"name": b"caf\xe9".decode("utf-8", "surrogateescape")})
    )
    assert (reply.status, reply.text) == (200, "caf?")


def test_a_handler_may_be_async(serve: Any, views: Path, write: Write) -> None:
    write("home.mako", "home")

    async def home(req: Request, res: Response) -> None:
        res.render("home")

    assert serve(app_with(Renderer(views), home)).get("/").text == "home"


def test_without_the_middleware_the_error_names_it(caplog: pytest.LogCaptureFixture) -> None:
    app = App()
    app.get("/", lambda req, res: res.render("home"))
    with TestClient(app) as client:
        assert client.get("/").status == 500
    assert 'app.use(Renderer("views/"))' in caplog.text


def test_render_does_not_keep_the_response_alive(views: Path) -> None:
    kept: list[Render] = []

    def keep(req: Request, res: Response) -> None:
        kept.append(res.render)
        res.send_text("done")

    answer(views, keep)
    with pytest.raises(RuntimeError, match="the request is over"):
        kept[0]("home")
