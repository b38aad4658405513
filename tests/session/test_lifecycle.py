"""Sessions through HTTP: created, kept, changed, renewed, ended. Every adapter, both kinds of store."""

import pytest
from session.kept import on_the_server

from growler import App
from growler.testing import TestClient
from growler_ext.cookieparser import CookieParser
from growler_ext.session import Session


def test_values_come_back(make_app, serve):
    client = serve(make_app())
    assert client.get("/all").json() == {}
    client.get("/set?user=alice&n=1")
    client.get("/set?n=2")
    assert client.get("/all").json() == {"user": "alice", "n": "2"}


def test_a_counter_counts_from_its_first_request(make_app, serve):
    app = make_app()

    @app.get("/count")
    def count(req, res):
        req.session["n"] = req.session.get("n", 0) + 1
        res.send_text(str(req.session["n"]))

    client = serve(app)
    assert [client.get("/count").text for _ in range(4)] == ["1", "2", "3", "4"]


def test_clients_have_their_own(make_app):
    app = make_app()
    with TestClient(app) as one, TestClient(app) as other:
        one.get("/set?k=1")
        other.get("/set?k=2")
        assert one.cookies != other.cookies
        assert (one.get("/all").json(), other.get("/all").json()) == ({"k": "1"}, {"k": "2"})


def test_the_first_cookie_has_every_attribute(make_app, serve):
    reply = serve(make_app(idle=3600)).get("/set?k=1")
    (line,) = reply.getall("set-cookie")
    pair, *attributes = line.split("; ")
    assert pair.startswith("sid=")
    assert attributes == ["Max-Age=3600", "Path=/", "HttpOnly", "SameSite=Lax"]


def test_on_https_the_cookie_is_a_host_cookie(make_app):
    with TestClient(make_app(), scheme="https") as client:
        (line,) = client.get("/set?k=1").getall("set-cookie")
        assert line.startswith("__Host-sid=")
        assert "; Secure; " in line
        assert client.get("/all").json() == {"k": "1"}
        # A plain cookie of that name, which any page of the domain could set, is not looked at.
        plain = client.cookies["__Host-sid"]
        assert client.get("/all", headers={"Cookie": f"sid={plain}"}).json() == {}


@pytest.mark.parametrize("target", ["/nothing", "/all", "/id", "/unknown"])
def test_a_session_nothing_was_put_in_leaves_nothing(make_app, kept, serve, target):
    client = serve(make_app())
    for method in ("GET", "HEAD", "OPTIONS"):
        assert client.request(method, target).getall("set-cookie") == []
    assert kept.count() == 0


def test_a_session_that_is_only_read_is_not_written_and_sends_no_cookie(make_app, serve):
    client = serve(make_app())
    client.get("/set?k=1")
    for target in ("/all", "/id", "/nothing"):
        assert client.get(target).getall("set-cookie") == []


@on_the_server("each change is a new cookie")
def test_a_change_sends_no_cookie_where_the_client_has_it(make_app, serve):
    client = serve(make_app())
    client.get("/set?k=1")
    assert client.get("/set?k=2").getall("set-cookie") == []
    assert client.get("/all").json() == {"k": "2"}


def test_vary_is_there_when_the_session_was_looked_at(make_app, serve):
    client = serve(make_app())
    assert client.get("/all").headers["vary"] == "Cookie"
    assert "vary" not in client.get("/nothing").headers


@on_the_server("each change is a new cookie")
def test_caches_may_not_store_the_cookie(make_app, serve):
    app = make_app()

    @app.get("/own")
    def own(req, res):
        req.session["k"] = 1
        res.headers["Cache-Control"] = "private"
        res.send_text("")

    client = serve(app)
    assert client.get("/own").headers["cache-control"] == "private"
    client.cookies.clear()
    assert client.get("/set?k=1").headers["cache-control"] == 'no-cache="Set-Cookie"'
    assert "cache-control" not in client.get("/set?k=2").headers


def test_changes_inside_of_values_are_noticed(make_app, serve):
    app = make_app()

    @app.get("/add")
    def add(req, res):
        req.session.setdefault("cart", {"items": []})["items"].append(len(req.session["cart"]["items"]))
        res.send_text("")

    client = serve(app)
    for _ in range(3):
        client.get("/add")
    assert client.get("/all").json() == {"cart": {"items": [0, 1, 2]}}


def test_the_text_of_a_value_is_what_is_stored(make_app, serve):
    app = make_app()

    @app.get("/texts")
    def texts(req, res):
        asked = [req.session.json_text(key) for key in ("n", "none", "\0user")]
        res.send_json([None if text is None else text.decode() for text in asked])

    client = serve(app)
    client.get("/set?n=1")
    assert client.get("/texts").json() == ['"1"', None, None]


def test_it_is_a_whole_mapping(make_app, serve):
    app = make_app()

    @app.get("/work")
    def work(req, res):
        session = req.session
        session.update(a=1, b=[2], c=None)
        del session["a"]
        outcome = [session.pop("b"), session.pop("b", "none"), "c" in session, "a" in session, len(session)]
        outcome += [sorted(session), session.get("zzz"), session == {"c": None}, bool(session)]
        try:
            session["zzz"]
        except KeyError as error:
            outcome.append(error.args[0])
        session.clear()
        res.send_json([*outcome, dict(session)])

    assert serve(app).get("/work").json() == [[2], "none", True, False, 1, ["c"], None, True, True, "zzz", {}]


@pytest.mark.parametrize(
    "key", ["__metadata__", "_flashes", "cookie", "id", "created", "items", "é \n", "expires"]
)
def test_any_text_is_a_key(make_app, serve, key):
    app = make_app()
    app.get("/put", lambda req, res: (req.session.__setitem__(key, "mine"), res.send_text(""))[1])
    client = serve(app)
    client.get("/put")
    assert client.get("/all").json() == {key: "mine"}


def test_keys_that_are_none_raise(make_app, serve):
    app = make_app()

    @app.get("/put")
    def put(req, res):
        errors = []
        for key in ("", "\0flash:x", 1, None):
            try:
                req.session[key] = 1
            except (TypeError, ValueError) as error:
                errors.append(type(error).__name__)
        res.send_json([errors, "\0flash:x" in req.session])

    assert serve(app).get("/put").json() == [["ValueError", "ValueError", "TypeError", "TypeError"], False]


def test_a_session_tells_of_itself(make_app, serve, kept):
    app = make_app(idle=100)

    @app.get("/about")
    def about(req, res):
        created, expires = req.session.created, req.session.expires
        res.send_json([req.session.new, created and created.timestamp(), expires and expires.timestamp()])

    client = serve(app)
    start = kept.clock.now
    assert client.get("/about").json() == [True, None, None]
    client.get("/set?k=1")
    kept.pass_time(5)
    assert client.get("/about").json() == [False, start, start + 100]


@on_the_server("its cookie is no id")
def test_the_id_of_a_new_session_is_the_one_it_gets(make_app, serve):
    app = make_app()

    @app.get("/")
    def index(req, res):
        id = req.session.id
        req.session["k"] = 1
        res.send_text(id)

    client = serve(app)
    reply = client.get("/")
    assert reply.cookies == {"sid": reply.text}
    assert client.get("/id").text == reply.text


@on_the_server("an old cookie is good until it expires")
def test_regenerate_changes_the_id_keeps_the_data_and_kills_the_old_id(make_app, serve):
    app = make_app()

    @app.get("/enter")
    def enter(req, res):
        req.session.regenerate()
        req.session["user"] = "alice"
        res.redirect("/all")

    client = serve(app)
    client.get("/set?cart=1")
    old = client.cookies["sid"]
    reply = client.get("/enter")
    assert reply.status == 302
    assert client.cookies["sid"] not in ("", old)
    assert client.get("/all").json() == {"cart": "1", "user": "alice"}
    assert client.get("/all", headers={"Cookie": f"sid={old}"}).json() == {}


@on_the_server("there are no records to count")
def test_regenerate_clear_begins_anew(make_app, kept, serve):
    app = make_app()

    @app.get("/switch")
    def switch(req, res):
        req.session.regenerate(clear=True)
        req.session["user"] = "bob"
        res.send_text("")

    client = serve(app)
    client.get("/set?cart=1")
    old = client.cookies["sid"]
    client.get("/switch")
    assert client.cookies["sid"] != old
    assert client.get("/all").json() == {"user": "bob"}
    assert kept.count() == 1


@on_the_server("an old cookie is good until it expires")
def test_destroy_deletes_the_record_and_clears_the_cookie(make_app, kept, serve):
    client = serve(make_app(path="/", samesite="Strict"))
    client.get("/set?k=1")
    old = client.cookies["sid"]
    reply = client.get("/logout")
    assert reply.getall("set-cookie") == [
        "sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Strict"
    ]
    assert client.cookies == {}
    assert kept.count() == 0
    assert client.get("/all", headers={"Cookie": f"sid={old}"}).json() == {}


def test_a_message_can_be_left_for_after_destroy(make_app, serve):
    app = make_app()
    app.get("/bye", lambda req, res: (req.session.destroy(), req.session.flash("Bye"), res.redirect("/"))[2])
    app.get("/", lambda req, res: res.send_json([list(req.session.flashes()), dict(req.session)]))
    client = serve(app)
    client.get("/set?k=1")
    old = client.cookies["sid"]
    client.get("/bye")
    assert client.cookies["sid"] != old
    assert client.get("/").json() == [[["Bye", "info"]], {}]


def test_idleness_ends_a_session_on_the_server(make_app, kept, serve):
    client = serve(make_app(idle=100))
    client.get("/set?k=1")
    cookies = dict(client.cookies)
    kept.pass_time(101)
    assert client.get("/all", headers={"Cookie": f"sid={cookies['sid']}"}).json() == {}
    assert kept.count() == 0


def test_use_keeps_a_session_alive_and_the_cookie_with_it(make_app, serve, kept):
    client = serve(make_app(idle=100))
    client.get("/set?k=1")
    for _ in range(10):
        kept.pass_time(60)
        reply = client.get("/all")
        assert reply.json() == {"k": "1"}
        assert "; Max-Age=100; " in reply.headers["set-cookie"]


def test_use_is_not_written_down_before_the_touch_share_has_passed(make_app, serve, kept):
    client = serve(make_app(idle=100, touch=0.5))
    client.get("/set?k=1")
    kept.pass_time(49)
    assert client.get("/all").getall("set-cookie") == []
    kept.pass_time(2)
    assert len(client.get("/all").getall("set-cookie")) == 1


def test_changes_do_not_hide_that_the_cookie_needs_a_longer_life(make_app, serve, kept):
    client = serve(make_app(idle=100))
    client.get("/set?k=1")
    sent = kept.clock.now
    for number in range(40):
        kept.pass_time(5)
        if client.get(f"/set?k={number}").getall("set-cookie"):
            sent = kept.clock.now
        assert kept.clock.now - sent <= 10, "the browser would drop its cookie while the session is used"


def test_requests_that_do_not_look_do_not_hide_that_the_cookie_needs_a_longer_life(make_app, serve, kept):
    client = serve(make_app(idle=100))
    client.get("/set?k=1")
    kept.pass_time(11)
    assert client.get("/nothing").getall("set-cookie") == []
    assert len(client.get("/all").getall("set-cookie")) == 1


@on_the_server("use is written down in the cookie")
def test_the_lifetime_ends_a_session_however_much_it_is_used(make_app, serve, kept):
    client = serve(make_app(idle=100, lifetime=250))
    client.get("/set?k=1")
    id = client.cookies["sid"]
    for _ in range(4):
        kept.pass_time(60)
        assert client.get("/set?k=1", headers={"Cookie": f"sid={id}"}).status == 200
    assert client.get("/all", headers={"Cookie": f"sid={id}"}).json() == {"k": "1"}
    kept.pass_time(11)
    assert client.get("/all", headers={"Cookie": f"sid={id}"}).json() == {}


def test_regenerate_does_not_lengthen_the_lifetime(make_app, serve, kept):
    client = serve(make_app(idle=100, lifetime=150))
    client.get("/set?k=1")
    kept.pass_time(90)
    reply = client.get("/renew")
    assert "; Max-Age=60; " in reply.headers["set-cookie"]
    kept.pass_time(61)
    assert client.get("/all").json() == {}


def test_a_session_survives_a_stream_that_begins_after_the_change(make_app, serve):
    app = make_app()

    @app.get("/stream")
    async def stream(req, res):
        req.session["k"] = 1
        await res.write("a")
        await res.write("b")

    client = serve(app)
    assert client.get("/stream").text == "ab"
    assert client.get("/all").json() == {"k": 1}


def test_a_hook_that_runs_later_may_still_change_the_session(make_app, kept, serve):
    app = make_app()

    @app.get("/hook")
    def hook(req, res):
        res.on("headers", lambda: req.session.update(second=2))
        req.session["first"] = 1
        res.send_text("")

    client = serve(app)
    assert len(client.get("/hook").getall("set-cookie")) == 1
    assert client.get("/all").json() == {"first": 1, "second": 2}
    assert kept.count() == (1 if kept.on_the_server else 0)


def test_a_hook_that_looks_later_does_not_save_twice(make_app, serve, kept):
    app = make_app(idle=100)

    @app.get("/again")
    def again(req, res):
        res.on("headers", lambda: len(req.session))
        len(req.session)
        res.send_text("")

    @app.get("/anew")
    def anew(req, res):
        res.on("headers", lambda: len(req.session))
        req.session.destroy()
        req.session["k"] = "anew"
        res.send_text("")

    @app.get("/end")
    def end(req, res):
        res.on("headers", lambda: len(req.session))
        req.session.destroy()
        res.send_text("")

    client = serve(app)
    client.get("/set?k=1")
    kept.pass_time(50)
    assert len(client.get("/again").getall("set-cookie")) == 1
    assert len(client.get("/anew").getall("set-cookie")) == 1
    assert client.get("/all").json() == {"k": "anew"}
    assert len(client.get("/end").getall("set-cookie")) == 1


def test_a_file_like_answer_and_a_304_carry_the_cookie(make_app, serve):
    app = make_app()
    app.get("/same", lambda req, res: (req.session.update(k=1), res.decide(b"", status=304))[1])
    assert "sid" in serve(app).get("/same").cookies


def test_existing_cookies_are_used_and_cookieparser_is_not_needed(kept, serve):
    app = App()
    app.use(CookieParser())
    app.use(Session(kept.store))
    app.get(
        "/set", lambda req, res: (req.session.update(k=1), res.cookies.set("a", "1"), res.redirect("/"))[2]
    )
    app.get("/", lambda req, res: res.send_json([dict(req.session), "a" in req.cookies]))
    client = serve(app)
    assert sorted(client.get("/set").cookies) == ["a", "sid"]
    assert client.get("/").json() == [{"k": 1}, True]


def test_cookies_that_are_not_ours_do_not_matter(kept, serve):
    app = App()
    app.use(lambda req, res: setattr(req, "cookies", {"sid": "x"}))
    app.use(Session(kept.store))
    app.get("/set", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])
    app.get("/", lambda req, res: res.send_json(dict(req.session)))
    client = serve(app)
    client.get("/set")
    assert client.get("/").json() == {"k": 1}


@on_the_server("there are no records to count")
def test_used_twice_is_used_once(make_app, kept, serve):
    app = App()
    app.use(Session(kept.store))
    app.use(Session(kept.store, name="other"))
    app.get("/set", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])
    assert list(serve(app).get("/set").cookies) == ["sid"]
    assert kept.count() == 1
