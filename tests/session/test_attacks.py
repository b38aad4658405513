"""What attackers and accidents do to sessions, and what comes of it."""

import logging

import pytest
from session.kept import on_the_server, sid

from growler import App
from growler.testing import TestClient
from growler_ext.session import DictStore, Session
from growler_ext.session.ids import key_of, new_id
from growler_ext.session.testing import ManualClock

CHOSEN = "attacker" + "A" * 35  # has the shape of an id


@on_the_server("its cookie is no id")
def test_an_unknown_id_is_never_adopted_nor_echoed(make_app, kept, serve):
    client = serve(make_app())
    reply = client.get("/set?k=1", headers=sid(CHOSEN))
    assert reply.cookies["sid"] != CHOSEN
    assert client.get("/all", headers=sid(CHOSEN)).json() == {}
    assert client.get("/id", headers=sid(CHOSEN)).text != CHOSEN
    assert kept.count() == 1


def test_reading_with_an_unknown_id_sends_no_cookie(make_app, kept, serve):
    client = serve(make_app())
    assert client.get("/all", headers=sid(CHOSEN)).getall("set-cookie") == []
    assert kept.count() == 0


@pytest.mark.parametrize(
    "value", ["x", "A" * 42, "A" * 44, "../../etc/passwd", "sess:*", "A" * 10_000, "A" * 42 + "%00"]
)  # fmt: skip
def test_an_ill_formed_id_never_reaches_the_store(serve, value):
    class Untouchable:
        sync = shared = True
        create = commit = rename = delete = owned = revoke = None

        def close(self):
            pass

        def load(self, key, *, touch):
            raise AssertionError("the store was asked")

    app = App()
    app.use(Session(Untouchable()))
    app.get("/", lambda req, res: res.send_json(dict(req.session)))
    assert serve(app).get("/", headers=sid(value)).json() == {}


@on_the_server("an old cookie is good until it expires")
def test_fixation_a_planted_session_is_worthless_after_login(make_app, serve):
    client = serve(make_app())
    client.get("/set?k=1")
    planted = client.cookies["sid"]  # the attacker's own, put into the victim's browser
    client.get("/login?user=victim")
    assert client.get("/all", headers=sid(planted)).json() == {}
    assert client.get("/user", headers=sid(planted)).json() is None
    assert client.get("/user").json() == "victim"


@on_the_server("what is tossed here are ids")
def test_tossed_cookies_do_not_log_the_victim_out(make_app, serve):
    client = serve(make_app())
    client.get("/set?user=victim")
    id = client.cookies["sid"]
    for tossed in (f"sid=x; sid={CHOSEN}; sid={new_id()}; sid={id}", f"sid=junk; sid=; sid={id}"):
        assert client.get("/all", headers={"Cookie": tossed}).json() == {"user": "victim"}


def test_one_request_costs_at_most_three_loads(serve):
    asked = []

    class Counting(DictStore):
        def load(self, key, *, touch):
            asked.append(key)
            return super().load(key, touch=touch)

    app = App()
    app.use(Session(Counting()))
    app.get("/", lambda req, res: res.send_json(dict(req.session)))
    serve(app).get("/", headers={"Cookie": "; ".join(f"sid={new_id()}" for _ in range(50))})
    assert len(asked) == 3


def test_a_store_dump_holds_no_usable_id(make_app, serve):
    client = serve(make_app())
    client.get("/set?user=alice")
    key = key_of(client.cookies["sid"])
    assert client.get("/all", headers=sid(key)).json() == {}
    assert client.get("/all", headers=sid(key[:43])).json() == {}


def test_anonymous_requests_fill_no_store(make_app, kept, serve):
    client = serve(make_app())
    for target in ("/all", "/id", "/nothing", "/unknown") * 10:
        client.get(target)
    assert kept.count() == 0


@pytest.mark.parametrize("value", [b"\x80\x04K\x01.", b"{", b"", b"[" * 50_000])
def test_a_broken_value_in_the_store_is_logged_and_hidden(serve, caplog, value):
    store = DictStore()
    app = App()
    app.use(Session(store))
    app.get(
        "/all", lambda req, res: res.send_json([dict(req.session), req.session.get("bad"), len(req.session)])
    )
    app.get("/mend", lambda req, res: (req.session.update(bad=1), res.send_text(""))[1])
    id = new_id()
    store.create(
        key_of(id), {"good": b"1", "bad": value, "\0flash:1": value}, ttl=100, lifetime=None, owner=None
    )
    client = serve(app)
    with caplog.at_level(logging.ERROR, "growler.session"):
        assert client.get("/all", headers=sid(id)).json() == [{"good": 1}, None, 1]
    assert "session['bad'] is not JSON" in caplog.text
    assert id not in caplog.text
    assert store.load(key_of(id), touch=None).fields["bad"] == value  # perhaps another version can read it
    client.get("/mend", headers=sid(id))
    assert client.get("/all", headers=sid(id)).json() == [{"good": 1, "bad": 1}, 1, 2]


def test_broken_flashes_do_not_break_a_page(serve):
    store = DictStore()
    app = App()
    app.use(Session(store))
    app.get("/", lambda req, res: res.send_json(req.session.flashes()))
    id = new_id()
    fields = {"\0flash:1": b"{", "\0flash:2": b"7", "\0flash:3": b'["a"]', "\0flash:4": b'["ok","info"]'}
    store.create(key_of(id), fields, ttl=100, lifetime=None, owner=None)
    assert serve(app).get("/", headers=sid(id)).json() == [["ok", "info"]]


def test_a_value_that_is_not_json_is_a_500_that_names_the_key(make_app, kept, serve, caplog):
    app = make_app()
    app.get("/bad", lambda req, res: (req.session.update(a=1, when=object()), res.send_text("done"))[1])
    client = serve(app)
    reply = client.get("/bad")
    assert reply.status == 500
    assert reply.getall("set-cookie") == []
    assert "session['when'] cannot be stored as JSON" in caplog.text
    assert kept.count() == 0


def test_a_server_error_saves_nothing(make_app, kept, serve):
    app = make_app()

    @app.get("/fail")
    def fail(req, res):
        req.session["k"] = "changed"
        req.session.regenerate()
        raise RuntimeError("a bug")

    client = serve(app)
    assert client.get("/fail").getall("set-cookie") == []
    assert kept.count() == 0
    client.get("/set?k=1")
    assert client.get("/fail").status == 500
    assert client.get("/all").json() == {"k": "1"}


def test_a_session_ended_by_a_request_that_failed_stays_ended(make_app, kept, serve):
    app = make_app()

    @app.get("/end")
    def end(req, res):
        req.session.destroy()
        raise RuntimeError("a bug")

    client = serve(app)
    client.get("/set?k=1")
    assert client.get("/end").status == 500
    assert (kept.count(), client.cookies) == (0, {})


def test_neither_id_nor_values_are_in_repr_or_log(make_app, serve, caplog):
    app = make_app()
    shown = []

    @app.get("/show")
    def show(req, res):
        shown.append(repr(req.session))
        req.session.get("k")
        shown.append(repr(req.session))
        raise RuntimeError("a bug")

    client = serve(app)
    with caplog.at_level(logging.DEBUG):
        client.get("/set?k=hidden")
        client.get("/show")
    assert all("hidden" not in text and client.cookies["sid"] not in text for text in [*shown, caplog.text])


def test_repr_does_not_count_as_a_look(make_app, kept, serve):
    app = make_app()
    app.get("/", lambda req, res: res.send_text(repr(req.session)))
    assert "vary" not in serve(app).get("/").headers


def test_a_full_store_forgets_the_longest_unused():
    app = App()
    app.use(Session(DictStore(2, clock=ManualClock())))
    app.get("/set", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])
    app.get("/all", lambda req, res: res.send_json(dict(req.session)))
    with TestClient(app) as client:
        ids = []
        for _ in range(3):
            client.cookies.clear()
            ids.append(client.get("/set").cookies["sid"])
        assert [client.get("/all", headers=sid(id)).json() for id in ids] == [{}, {"k": 1}, {"k": 1}]
