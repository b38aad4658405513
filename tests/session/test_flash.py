"""Flash messages: shown once, in order, bounded, and never lost to a parallel request."""

import asyncio

from session.kept import on_the_server

from growler.testing import TestClient


def with_flashes(app):
    app.get("/flash", lambda req, res: ([req.session.flash(*text.split(":")) for text in req.query["m"]],
                                        res.redirect("/show"))[1])  # fmt: skip
    app.get("/show", lambda req, res: res.send_json([list(flash) for flash in req.session.flashes()]))
    app.get(
        "/errors", lambda req, res: res.send_json([flash.message for flash in req.session.flashes("error")])
    )
    return app


def test_messages_are_shown_once_in_order(make_app, serve):
    client = serve(with_flashes(make_app()))
    client.get("/flash?m=one&m=two:error")
    client.get("/flash?m=three")
    assert client.get("/show").json() == [["one", "info"], ["two", "error"], ["three", "info"]]
    assert client.get("/show").json() == []


def test_a_category_is_shown_alone(make_app, serve):
    client = serve(with_flashes(make_app()))
    client.get("/flash?m=one&m=two:error")
    assert client.get("/errors").json() == ["two"]
    assert client.get("/errors").json() == []
    assert client.get("/show").json() == [["one", "info"]]


def test_the_last_twenty_are_kept(make_app, serve):
    client = serve(with_flashes(make_app()))
    for number in range(3):
        client.get("/flash?" + "&".join(f"m={number}-{n}" for n in range(10)))
    assert [text for text, _ in client.get("/show").json()] == [f"{x}-{n}" for x in (1, 2) for n in range(10)]


def test_they_are_not_among_the_keys(make_app, serve):
    client = serve(with_flashes(make_app()))
    client.get("/flash?m=one")
    assert client.get("/all").json() == {}


def test_clear_leaves_them(make_app, serve):
    app = with_flashes(make_app())
    app.get("/clear", lambda req, res: (req.session.clear(), res.send_text(""))[1])
    client = serve(app)
    client.get("/set?k=1")
    client.get("/flash?m=one")
    client.get("/clear")
    assert client.get("/all").json() == {}
    assert client.get("/show").json() == [["one", "info"]]


def test_reading_none_writes_nothing(make_app, kept, serve):
    client = serve(with_flashes(make_app()))
    assert client.get("/show").json() == []
    assert kept.count() == 0


@on_the_server("two cookies at once: the last wins")
def test_parallel_requests_do_not_lose_each_others(make_app):
    app = with_flashes(make_app())
    arrived = []

    @app.get("/slow")
    async def slow(req, res):
        req.session.flash(req.query.get_first("m"))
        arrived.append(1)
        while len(arrived) < 10:
            await asyncio.sleep(0)
        res.send_text("")

    async def ten(client):
        await asyncio.gather(*[client.request_async("GET", f"/slow?m={n}") for n in range(10)])

    with TestClient(app) as client:
        client.get("/set?k=1")
        client._runner.run(ten(client))
        assert sorted(text for text, _ in client.get("/show").json()) == [str(n) for n in range(10)]


def test_what_is_no_text_is_refused_where_it_is_given(make_app, serve):
    app, errors = make_app(), []

    @app.get("/")
    def index(req, res):
        for arguments in ((b"bytes",), (7,), ("text", None)):
            try:
                req.session.flash(*arguments)
            except TypeError as error:
                errors.append("are str" in str(error))
        res.send_json(errors)

    assert serve(app).get("/").json() == [True, True, True]
