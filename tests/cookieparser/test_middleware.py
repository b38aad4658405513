"""CookieParser through HTTP, over every adapter."""

from datetime import timedelta

import pytest

from growler import App, HTTPError
from growler.testing import TestClient
from growler_ext.cookieparser import CookieParser

SECRET = "a secret for the tests"


@pytest.fixture
def app():
    app = App()
    app.use(CookieParser(SECRET))
    return app


def test_cookies_are_read(app, serve):
    app.get("/", lambda req, res: res.send_json(dict(req.cookies)))
    assert serve(app).get("/", headers={"Cookie": "a=1; {bad}=2; b=3"}).json() == {"a": "1", "b": "3"}


def test_repeated_cookie_lines_are_all_read(app, serve):
    app.get("/", lambda req, res: res.send_json(dict(req.cookies)))
    assert serve(app).get("/", headers=[("Cookie", "a=1"), ("Cookie", "b=2")]).json() == {"a": "1", "b": "2"}


def test_a_hostile_header_is_no_500(app, serve):
    app.get("/", lambda req, res: res.send_json(dict(req.cookies)))
    client = serve(app)
    for header in ('a="' + '\\"' * 8000 + '"', "=" * 5000, ";" * 5000, "a=\xff\xfe", "a=" + "[" * 15000):
        assert client.get("/", headers={"Cookie": header}).status == 200


def test_each_cookie_leaves_in_a_line_of_its_own(app, serve):
    @app.get("/")
    def index(req, res):
        res.cookies["a"] = "1"
        res.cookies.set("b", "2", max_age=timedelta(minutes=1), httponly=False, samesite="Strict", path="/x")
        res.send_text("")

    assert serve(app).get("/").getall("set-cookie") == [
        "a=1; Path=/; HttpOnly; SameSite=Lax",
        "b=2; Max-Age=60; Path=/x; SameSite=Strict",
    ]


def test_cookies_survive_a_redirect_and_an_error(app, serve):
    @app.get("/go")
    def go(req, res):
        res.cookies["a"] = "1"
        res.redirect("/")

    @app.get("/fail")
    def fail(req, res):
        res.cookies["a"] = "1"
        raise HTTPError[403]("no")

    client = serve(app)
    for target, status in (("/go", 302), ("/fail", 403)):
        reply = client.get(target)
        assert (reply.status, reply.cookies) == (status, {"a": "1"})


def test_setting_again_replaces(app, serve):
    @app.get("/")
    def index(req, res):
        res.cookies["a"] = "1"
        res.cookies["a"] = "2"
        res.cookies.set("a", "3", path="/other")
        res.send_text("")

    assert [line.partition(";")[0] for line in serve(app).get("/").getall("set-cookie")] == ["a=2", "a=3"]


def test_delete_makes_the_browser_forget(app, serve):
    @app.get("/")
    def index(req, res):
        res.cookies.delete("a", path="/x", domain="example.com")
        res.send_text("")

    assert serve(app).get("/").getall("set-cookie") == [
        "a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/x; Domain=example.com; HttpOnly; SameSite=Lax"
    ]


def test_delete_undoes_what_the_same_answer_was_about_to_set(serve):
    app = App()
    app.use(CookieParser())

    @app.get("/")
    def index(req, res):
        res.cookies.set("a", "1", path="/app", domain="example.com")
        res.cookies.set("b", "1")
        res.cookies.set("b", "2", path="/app")
        res.cookies.delete("a")
        res.cookies.delete("b", path="/app")
        res.cookies.set("c", "3", host=True)
        res.cookies.delete("c", host=True)
        res.cookies.delete("d")
        res.send_text("")

    lines = [line.split("; ") for line in serve(app).get("/").getall("set-cookie")]
    gone = [line[0] for line in lines if "Max-Age=0" in line]
    assert gone == ["a=", "b=", "__Host-c=", "d="]
    assert {"Path=/app", "Domain=example.com"} <= set(lines[0])
    assert [line[0] for line in lines if "Max-Age=0" not in line] == ["b=1"]


@pytest.mark.parametrize("trusted", [True, False])
def test_behind_a_trusted_proxy_that_speaks_https_cookies_are_secure(trusted):
    app = App(trust_proxy=["127.0.0.1"] if trusted else [])
    app.use(CookieParser())
    app.get("/", lambda req, res: (res.cookies.set("a", "1"), res.send_text(""))[1])
    with TestClient(app) as client:
        assert "Secure" not in client.get("/").headers["set-cookie"]
        line = client.get("/", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
        assert ("; Secure; " in line) is trusted


def test_no_cookie_set_is_no_header_and_no_hook(app, serve):
    hooks = []

    @app.get("/")
    def index(req, res):
        res.on = lambda name, hook: hooks.append(name)
        res.send_text(req.cookies.get("a", "none"))

    assert serve(app).get("/").getall("set-cookie") == []
    assert hooks == []


def test_a_signed_cookie_is_opened(app, serve):
    app.get("/in", lambda req, res: (res.cookies.set("user", "alice b", signed=True), res.send_text(""))[1])
    app.get("/", lambda req, res: res.send_text(str(req.cookies.signed("user", max_age=timedelta(hours=1)))))
    client = serve(app)
    assert client.get("/").text == "None"
    client.get("/in")
    assert client.get("/").text == "alice b"


@pytest.mark.parametrize(
    "change", [lambda value: "alice", lambda value: value[:-4], lambda value: "bob" + value[5:]]
)
def test_a_forged_cookie_is_absent(app, serve, change):
    app.get("/in", lambda req, res: (res.cookies.set("user", "alice", signed=True), res.send_text(""))[1])
    app.get("/", lambda req, res: res.send_text(req.cookies.signed("user", default="nobody")))
    client = serve(app)
    value = client.get("/in").cookies["user"]
    assert client.get("/", headers={"Cookie": f"user={value}"}).text == "alice"
    assert client.get("/", headers={"Cookie": f"user={change(value)}"}).text == "nobody"


@pytest.mark.parametrize(
    "text", ['Zoë, 100 %; "quoted"', "日本", "a%20b", "", "line\r\nbreak", "plain-1.2:3"]
)
def test_any_text_can_be_signed(serve, text):
    app = App()
    app.use(CookieParser("0123456789abcdef"))
    app.get("/set", lambda req, res: (res.cookies.set("v", text, signed=True), res.send(204))[1])
    app.get("/get", lambda req, res: res.send_json(req.cookies.signed("v")))
    client = serve(app)
    client.get("/set")
    assert client.get("/get").json() == text


def test_a_signed_value_cannot_be_moved_to_another_cookie(app, serve):
    app.get("/in", lambda req, res: (res.cookies.set("color", "admin", signed=True), res.send_text(""))[1])
    app.get("/", lambda req, res: res.send_text(str(req.cookies.signed("role"))))
    client = serve(app)
    value = client.get("/in").cookies["color"]
    assert client.get("/", headers={"Cookie": f"role={value}"}).text == "None"


def test_forged_cookies_in_front_do_not_hide_the_right_one(app, serve):
    app.get("/in", lambda req, res: (res.cookies.set("user", "alice", signed=True), res.send_text(""))[1])
    app.get("/", lambda req, res: res.send_text(str(req.cookies.signed("user"))))
    client = serve(app)
    value = client.get("/in").cookies["user"]
    assert client.get("/", headers={"Cookie": f"user=x; user=y; user={value}"}).text == "alice"
    assert client.get("/", headers={"Cookie": f"user=x; user=y; user=z; user={value}"}).text == "None"


def https(app):
    return TestClient(app, scheme="https")


def test_secure_is_automatic_on_https(app):
    app.get("/", lambda req, res: (res.cookies.set("a", "1"), res.send_text(""))[1])
    with https(app) as client:
        assert client.get("/").getall("set-cookie") == ["a=1; Path=/; Secure; HttpOnly; SameSite=Lax"]


def test_secure_is_automatic_where_browsers_demand_it(app, serve):
    @app.get("/")
    def index(req, res):
        res.cookies.set("a", "1", samesite="None")
        res.cookies.set("b", "1", host=True)
        res.cookies.delete("__Host-c")
        res.send_text("")

    lines = serve(app).get("/").getall("set-cookie")
    assert [line.partition("=")[0] for line in lines] == ["a", "__Host-b", "__Host-c"]
    assert all("; Secure" in line for line in lines)


def test_a_host_cookie_needs_no_path_spelled_out(serve):
    app = App()
    app.use(CookieParser(path="/app", domain="example.com"))
    app.get("/", lambda req, res: (res.cookies.set("a", "1", host=True), res.send_text(""))[1])
    assert serve(app).get("/").getall("set-cookie") == ["__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax"]


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b=1", "a;b", "x" * 5000])
def test_a_wrong_cookie_is_the_handlers_error_and_nothing_leaves(app, serve, value):
    app.get("/", lambda req, res: res.cookies.set("a", value))
    reply = serve(app).get("/")
    assert reply.status == 500
    assert reply.getall("set-cookie") == []


def test_existing_cookies_are_not_touched(serve):
    app = App()
    app.use(lambda req, res: setattr(req, "cookies", {"mine": "1"}))
    app.use(CookieParser())
    app.get("/", lambda req, res: res.send_json(req.cookies))
    assert serve(app).get("/", headers={"Cookie": "a=1"}).json() == {"mine": "1"}


def test_used_twice_is_used_once(app, serve):
    app.use(CookieParser())
    app.get("/", lambda req, res: (res.cookies.set("a", "1", signed=True), res.send_text(""))[1])
    assert len(serve(app).get("/").getall("set-cookie")) == 1


def test_cookies_can_be_set_until_the_first_byte(app, serve):
    outcomes = []

    @app.get("/")
    async def index(req, res):
        res.cookies["a"] = "1"
        await res.write("x")
        try:
            res.cookies["b"] = "2"
        except RuntimeError as error:
            outcomes.append(str(error))

    reply = serve(app).get("/")
    assert (reply.text, reply.cookies) == ("x", {"a": "1"})
    assert "before the first res.write" in outcomes[0]


def test_a_hook_may_still_set_cookies(app, serve):
    @app.get("/")
    def index(req, res):
        res.on("headers", lambda: res.cookies.set("b", "2"))
        res.cookies["a"] = "1"
        res.send_text("")

    assert serve(app).get("/").cookies == {"a": "1", "b": "2"}


def test_signing_without_a_secret_names_the_fix(serve):
    app = App(debug=True)
    app.use(CookieParser())
    app.get("/", lambda req, res: res.cookies.set("a", "1", signed=True))
    reply = serve(app).get("/")
    assert reply.status == 500
    assert "CookieParser(secret=...)" in reply.text


def test_repr_shows_no_values(app, serve):
    @app.get("/")
    def index(req, res):
        res.cookies["a"] = "hidden"
        res.send_text(repr(res.cookies))

    assert serve(app).get("/").text == "<ResponseCookies a>"
