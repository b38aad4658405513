"""What attackers and accidents do to sessions, and what comes of it."""

import asyncio
import logging

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.session import DictStore, Session
from growler_ext.session.ids import key_of, new_id
from growler_ext.session.testing import ManualClock

CHOSEN = "attacker" + "A" * 35  # has the shape of an id


def sid(value):
    return {"Cookie": f"sid={value}"}


def test_an_unknown_id_is_never_adopted_nor_echoed(make_app, store, serve):
    client = serve(make_app())
    reply = client.get("/set?k=1", headers=sid(CHOSEN))
    assert reply.cookies["sid"] != CHOSEN
    assert client.get("/all", headers=sid(CHOSEN)).json() == {}
    assert client.get("/id", headers=sid(CHOSEN)).text != CHOSEN
    assert len(store) == 1


def test_reading_with_an_unknown_id_sends_no_cookie(make_app, store, serve):
    client = serve(make_app())
    assert client.get("/all", headers=sid(CHOSEN)).getall("set-cookie") == []
    assert len(store) == 0


@pytest.mark.parametrize(
    "value", ["x", "A" * 42, "A" * 44, "../../etc/passwd", "sess:*", "A" * 10_000, "A" * 42 + "%00"]
)  # fmt: skip
def test_an_ill_formed_id_never_reaches_the_store(serve, value):
    class Untouchable:
        sync = True
        create = commit = rename = delete = None

        def load(self, key, *, touch):
            raise AssertionError("the store was asked")

    app = App()
    app.use(Session(Untouchable()))
    app.get("/", lambda req, res: res.send_json(dict(req.session)))
    assert serve(app).get("/", headers=sid(value)).json() == {}


def test_fixation_a_planted_session_is_worthless_after_login(make_app, serve):
    app = make_app()

    @app.get("/login")
    def login(req, res):
        req.session.regenerate()
        req.session["user"] = "victim"
        res.send_text("")

    client = serve(app)
    client.get("/set?k=1")
    planted = client.cookies["sid"]  # the attacker's own, put into the victim's browser
    client.get("/login")
    assert client.get("/all", headers=sid(planted)).json() == {}
    assert client.get("/all").json()["user"] == "victim"


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


def test_anonymous_requests_fill_no_store(make_app, store, serve):
    client = serve(make_app())
    for target in ("/all", "/id", "/nothing", "/unknown") * 10:
        client.get(target)
    assert len(store) == 0


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
    store.create(key_of(id), {"good": b"1", "bad": value, "\0flash:1": value}, ttl=100, lifetime=None)
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
    store.create(key_of(id), fields, ttl=100, lifetime=None)
    assert serve(app).get("/", headers=sid(id)).json() == [["ok", "info"]]


def test_a_value_that_is_not_json_is_a_500_that_names_the_key(make_app, store, serve, caplog):
    app = make_app()
    app.get("/bad", lambda req, res: (req.session.update(a=1, when=object()), res.send_text("done"))[1])
    client = serve(app)
    reply = client.get("/bad")
    assert reply.status == 500
    assert reply.getall("set-cookie") == []
    assert "session['when'] cannot be stored as JSON" in caplog.text
    assert len(store) == 0


def test_a_server_error_saves_nothing(make_app, store, serve):
    app = make_app()

    @app.get("/fail")
    def fail(req, res):
        req.session["k"] = "changed"
        req.session.regenerate()
        raise RuntimeError("a bug")

    client = serve(app)
    assert client.get("/fail").getall("set-cookie") == []
    assert len(store) == 0
    client.get("/set?k=1")
    assert client.get("/fail").status == 500
    assert client.get("/all").json() == {"k": "1"}


def test_a_session_ended_by_a_request_that_failed_stays_ended(make_app, store, serve):
    app = make_app()

    @app.get("/logout")
    def logout(req, res):
        req.session.destroy()
        raise RuntimeError("a bug")

    client = serve(app)
    client.get("/set?k=1")
    assert client.get("/logout").status == 500
    assert (len(store), client.cookies) == (0, {})


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


def test_repr_does_not_count_as_a_look(make_app, store, serve):
    app = make_app()
    app.get("/", lambda req, res: res.send_text(repr(req.session)))
    assert "vary" not in serve(app).get("/").headers


# Two requests at once


class Gate:
    """A handler that waits, with its session loaded, until another request is through."""

    def __init__(self, app):
        @app.get("/slow")
        async def slow(req, res):
            before = dict(req.session)
            self.entered.set()
            await self.opened.wait()
            if "k" in req.query:
                req.session[req.query.get_first("k")] = "slow"
            if "leave" in req.query:
                req.session.destroy()
                req.session["left"] = True
            res.send_json(before)

    async def during(self, client, target, meanwhile):
        """The answer to `target`, during which `meanwhile` was asked."""
        self.entered, self.opened = asyncio.Event(), asyncio.Event()
        slow = asyncio.create_task(client.request_async("GET", target))
        await self.entered.wait()
        await client.request_async("GET", meanwhile)
        self.opened.set()
        return await slow


@pytest.fixture
def racing(make_app):
    app = make_app()
    gate = Gate(app)
    app.get("/logout", lambda req, res: (req.session.destroy(), res.send_text(""))[1])
    app.get("/renew", lambda req, res: (req.session.regenerate(), res.send_text(""))[1])
    with TestClient(app) as client:
        client.get("/set?k=1")
        yield lambda target, meanwhile: client._runner.run(gate.during(client, target, meanwhile)), client


def test_a_slow_write_does_not_revive_a_session_that_was_logged_out(racing, store):
    race, _ = racing
    reply = race("/slow?k=x", "/logout")
    assert reply.status == 200
    assert len(store) == 0


@pytest.mark.parametrize("meanwhile", ["/logout", "/renew"])
def test_a_slow_write_leaves_the_cookie_to_the_answer_that_changed_it(racing, meanwhile):
    race, client = racing
    old = client.cookies["sid"]
    reply = race("/slow?k=x", meanwhile)
    assert reply.getall("set-cookie") == []
    if meanwhile == "/renew":
        assert client.cookies["sid"] != old
        assert client.get("/all").json() == {"k": "1"}


def test_what_follows_a_second_logout_is_kept(racing, store):
    race, client = racing
    reply = race("/slow?leave=1", "/logout")
    assert "Max-Age=0" not in reply.headers["set-cookie"]
    assert client.get("/all").json() == {"left": True}


def test_a_slow_write_does_not_reach_a_session_that_was_renewed(racing, store):
    race, _ = racing
    race("/slow?k=x", "/renew")
    assert len(store) == 1


def test_a_slow_read_writes_nothing_over_a_newer_value(racing):
    race, client = racing
    reply = race("/slow", "/set?k=2")
    assert (reply.json(), reply.getall("set-cookie")) == ({"k": "1"}, [])
    assert client.get("/all").json() == {"k": "2"}


def test_different_keys_of_parallel_requests_all_win(make_app):
    app, arrived = make_app(), []

    @app.get("/own")
    async def own(req, res):
        req.session[req.query.get_first("k")] = 1
        arrived.append(1)
        while len(arrived) < 10:
            await asyncio.sleep(0)
        res.send_text("")

    async def ten(client):
        await asyncio.gather(*[client.request_async("GET", f"/own?k={n}") for n in range(10)])

    with TestClient(app) as client:
        client.get("/set?k=1")
        client._runner.run(ten(client))
        assert len(client.get("/all").json()) == 11


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
