"""Answers of every kind carry the session: with other cookies, redirects, errors, files, and nobody to read them."""

import asyncio

import pytest
from session.kept import on_the_server

from growler import App, HTTPError
from growler.testing import TestClient
from growler_ext.cookieparser import CookieParser
from growler_ext.session import Session
from support.raw import Raw


@pytest.mark.parametrize("order", ["before", "after", "without"])
def test_cookieparser_may_come_before_after_or_not_at_all(kept, serve, order):
    app = App()
    if order == "before":
        app.use(CookieParser())
    app.use(Session(kept.store))
    if order == "after":
        app.use(CookieParser())

    @app.get("/set")
    def put(req, res):
        if order != "without":
            res.cookies.set("theme", "dark")
        res.headers.append("Set-Cookie", "own=1")
        req.session["k"] = 1
        res.redirect("/")

    app.get(
        "/", lambda req, res: res.send_json([dict(req.session), order == "without" or "theme" in req.cookies])
    )
    client = serve(app)
    reply = client.get("/set")
    names = sorted(line.partition("=")[0] for line in reply.getall("set-cookie"))
    assert names == (["own", "sid"] if order == "without" else ["own", "sid", "theme"])
    assert (reply.status, reply.headers["location"]) == (302, "/")
    assert client.get("/").json() == [{"k": 1}, True]


def test_cookies_that_were_read_already_are_not_read_again(kept, serve):
    app = App()
    app.use(CookieParser())
    app.use(Session(kept.store))
    app.get("/set", lambda req, res: (len(req.cookies), req.session.update(k=1), res.send_text(""))[2])
    app.get("/", lambda req, res: (len(req.cookies), res.send_json(dict(req.session)))[1])
    client = serve(app)
    client.get("/set")
    assert client.get("/", headers={"Cookie": f"a=1; {'sid'}={client.cookies['sid']}; b=2"}).json() == {
        "k": 1
    }


@pytest.mark.parametrize("status", [400, 404, 418])
def test_a_raised_client_error_saves_and_sends_the_cookie(make_app, serve, status):
    app = make_app()

    @app.get("/raise")
    def fail(req, res):
        req.session["tries"] = 1
        raise HTTPError[status]("no")

    client = serve(app)
    reply = client.get("/raise")
    assert reply.status == status
    assert "sid" in reply.cookies
    assert client.get("/all").json() == {"tries": 1}


def test_commit_on_says_which_answers_save(make_app, serve):
    app = make_app(commit_on=lambda status: status < 400 or status == 500)

    @app.get("/answer")
    def answer(req, res):
        status = int(req.query.get_first("status"))
        req.session[str(status)] = 1
        res.send_text("", status)

    client = serve(app)
    for status in (200, 404, 500, 503):
        client.get(f"/answer?status={status}")
    assert client.get("/all").json() == {"200": 1, "500": 1}


def test_a_file_carries_the_cookie(make_app, serve, tmp_path):
    (tmp_path / "a.txt").write_text("text")
    app = make_app()
    app.get("/file", lambda req, res: (req.session.update(k=1), res.send_file(tmp_path / "a.txt"))[1])
    client = serve(app)
    reply = client.get("/file")
    assert (reply.text, "sid" in reply.cookies) == ("text", True)


def test_a_long_life_is_sent_as_it_is(make_app, serve):
    assert (
        "Max-Age=3153600000;" in serve(make_app(idle=100 * 365 * 86400)).get("/set?k=1").headers["set-cookie"]
    )


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH"])
def test_every_method_has_a_session(make_app, serve, method):
    app = make_app()
    app.all("/any", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])
    assert "sid" in serve(app).request(method, "/any").cookies


@on_the_server("it is the answer that saves")
def test_a_client_that_has_gone_does_not_keep_its_session_from_being_saved(make_app, serve_live):
    app, entered, opened, done = make_app(), [], [], []

    @app.get("/slow")
    async def slow(req, res):
        req.session["k"] = "saved"
        entered.append(1)
        while not opened:
            await asyncio.sleep(0.001)
        res.on("after_send", lambda: done.append(1))
        res.send_text("")

    @app.get("/wait")
    async def wait(req, res):
        while not (done if "done" in req.query else entered):
            await asyncio.sleep(0.001)
        res.send_text("")

    client = serve_live(app)
    client.get("/set?k=1")
    with Raw(client.port) as raw:
        raw.send(f"GET /slow HTTP/1.1\r\nHost: x\r\nCookie: sid={client.cookies['sid']}\r\n\r\n".encode())
        client.get("/wait")
    opened.append(1)
    client.get("/wait?done=1")
    assert client.get("/all").json() == {"k": "saved"}


@on_the_server("each change is a new cookie")
def test_parallel_clients_do_not_see_each_other(make_app):
    app = make_app()
    with TestClient(app) as client:

        async def many():
            new = {"headers": {"Cookie": ""}}
            replies = await asyncio.gather(
                *[client.request_async("GET", f"/set?k={n}", **new) for n in range(20)]
            )
            return [reply.cookies["sid"] for reply in replies]

        ids = client._runner.run(many())
        assert len(set(ids)) == 20
        shown = [client.get("/all", headers={"Cookie": f"sid={id}"}).json() for id in ids]
        assert shown == [{"k": str(n)} for n in range(20)]
