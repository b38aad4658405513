"""Sessions and their users: bound at login, listed on a page, revoked one by one or all at once."""

import asyncio

import pytest
from session.kept import on_the_server, sid

from growler import App
from growler.http.errors import HTTPErrorServiceUnavailable
from growler.testing import TestClient
from growler_ext.session import Session, StoreError
from growler_ext.session.ids import key_of
from growler_ext.session.reserved import owner_of

LISTED = "nothing can be listed that is in cookies"


def log_in(client, user, **more):
    """A new client of that user; returns its id."""
    client.cookies.clear()
    client.get("/set?" + "&".join(f"{key}={value}" for key, value in {"agent": "x", **more}.items()))
    client.get(f"/login?user={user}")
    return client.cookies["sid"]


@pytest.fixture
def with_pages(make_app):
    """Apps with the pages that a site has for its users' sessions."""

    def make(**options):
        app = make_app(**options)
        sessions = app.config["sessions"]

        @app.get("/sessions")
        async def show(req, res):
            infos = await sessions.of(req.session.user)
            res.send_json([[info.data, info.handle == req.session.handle, info.handle] for info in infos])

        @app.get("/revoke")
        async def revoke(req, res):
            keep = req.session if "keep" in req.query else None
            res.send_json(await sessions.revoke(req.query.get_first("user"), keep=keep))

        @app.get("/revoke-one")
        async def revoke_one(req, res):
            res.send_json(
                await sessions.revoke_one(req.query.get_first("user"), req.query.get_first("handle"))
            )

        @app.get("/unbind")
        def unbind(req, res):
            req.session.unbind()
            res.send_text("")

        return app

    return make


# bind


def test_bind_says_whose_it_is_and_keeps_the_data(make_app, serve):
    client = serve(make_app())
    assert client.get("/user").json() is None
    client.get("/set?cart=1")
    assert client.get("/login?user=alice").status == 302
    assert client.get("/user").json() == "alice"
    assert client.get("/all").json() == {"cart": "1"}


@on_the_server("its cookie is no id")
def test_bind_gives_a_new_id_and_the_old_one_is_dead(make_app, serve):
    client = serve(make_app())
    client.get("/set?cart=1")
    old = client.cookies["sid"]
    client.get("/login?user=alice")
    assert client.cookies["sid"] != old
    assert client.get("/user", headers=sid(old)).json() is None
    assert client.get("/all", headers=sid(old)).json() == {}


def test_to_be_bound_to_the_same_user_again_changes_nothing(make_app, serve):
    client = serve(make_app())
    client.get("/login?user=alice")
    assert client.get("/login?user=alice").getall("set-cookie") == []
    assert client.get("/user").json() == "alice"


def test_a_login_without_a_session_before_makes_one(make_app, serve):
    client = serve(make_app())
    client.get("/login?user=alice")
    assert client.get("/user").json() == "alice"


def test_unbind_keeps_the_session_and_gives_a_new_id(with_pages, serve):
    client = serve(with_pages())
    client.get("/set?cart=1")
    client.get("/login?user=alice")
    old = client.cookies["sid"]
    client.get("/unbind")
    assert client.cookies["sid"] != old
    assert client.get("/user").json() is None
    assert client.get("/all").json() == {"cart": "1"}


@pytest.mark.parametrize("user", ["", 7, b"alice", ["alice"]])
def test_what_is_no_user_id_is_refused_where_it_is_given(make_app, serve, user):
    app, errors = make_app(), []

    @app.get("/")
    def index(req, res):
        try:
            req.session.bind(user)
        except (TypeError, ValueError) as error:
            errors.append(type(error).__name__)
        res.send_json(errors)

    assert serve(app).get("/").json() == ["ValueError" if user == "" else "TypeError"]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_error_that_changed_the_user_saves_nothing(make_app, kept, serve, status):
    app = make_app()

    @app.get("/fail")
    def fail(req, res):
        req.session.bind(req.query.get_first("user"))
        req.session["changed"] = True
        res.send_text("", status)

    client = serve(app)
    assert client.get("/fail?user=alice").getall("set-cookie") == []
    assert kept.count() == 0
    client.get("/login?user=bob")
    assert client.get("/fail?user=alice").getall("set-cookie") == []
    assert (client.get("/user").json(), client.get("/all").json()) == ("bob", {})


def test_an_error_that_did_not_change_the_user_saves(make_app, serve):
    app = make_app()

    @app.get("/fail")
    def fail(req, res):
        req.session.bind("alice")
        req.session["tries"] = req.session.get("tries", 0) + 1
        res.send_text("", 403)

    client = serve(app)
    client.get("/login?user=alice")
    client.get("/fail")
    client.get("/fail")
    assert client.get("/all").json() == {"tries": 2}


# user_key


@pytest.fixture
def keyed(with_pages):
    app = with_pages(user_key="user_id")

    @app.get("/do")
    def do(req, res):
        session, query = req.session, req.query
        if "set" in query:
            session["user_id"] = int(query.get_first("set"))
        if "text" in query:
            session.update(user_id=query.get_first("text"))
        if "del" in query:
            del session["user_id"]
        if "pop" in query:
            session.pop("user_id", None)
        if "none" in query:
            session["user_id"] = None
        if "clear" in query:
            session.clear()
        res.send_json(session.user)

    return app


def test_assigning_the_user_key_binds_and_gives_a_new_id(keyed, serve):
    client = serve(keyed)
    client.get("/set?k=1")
    old = client.cookies["sid"]
    assert client.get("/do?set=7").json() == "7"
    assert client.cookies["sid"] != old
    assert client.get("/user").json() == "7"
    assert client.get("/all").json() == {"k": "1", "user_id": 7}
    again = client.cookies["sid"]
    client.get("/do?set=7")
    assert client.cookies["sid"] == again
    client.get("/do?text=alice")
    assert client.cookies["sid"] != again
    assert client.get("/user").json() == "alice"


@pytest.mark.parametrize("way", ["del", "pop", "none", "clear"])
def test_removing_the_user_key_unbinds_and_gives_a_new_id(keyed, serve, way):
    client = serve(keyed)
    client.get("/do?set=7")
    old = client.cookies["sid"]
    assert client.get(f"/do?{way}=1").json() is None
    assert client.cookies["sid"] != old
    assert client.get("/user").json() is None


@on_the_server(LISTED)
def test_who_was_bound_by_the_user_key_is_listed_and_revoked(keyed, serve):
    client = serve(keyed)
    client.get("/do?set=7")
    assert [[data, current] for data, current, _ in client.get("/sessions").json()] == [
        [{"user_id": 7}, True]
    ]
    assert client.get("/revoke?user=7").json() == 1
    assert client.get("/all").json() == {}


@pytest.mark.parametrize("value", [True, 1.5, [1], {"id": 1}])
def test_a_user_key_that_says_nobody_is_refused_where_it_is_set(make_app, serve, value):
    app, errors = make_app(user_key="user_id"), []

    @app.get("/")
    def index(req, res):
        try:
            req.session["user_id"] = value
        except TypeError as error:
            errors.append("session['user_id'] says whose session it is" in str(error))
        res.send_json([errors, dict(req.session)])

    assert serve(app).get("/").json() == [[True], {}]


# The list


@on_the_server(LISTED)
def test_the_sessions_of_a_user_are_listed_newest_first(with_pages, kept, serve):
    client = serve(with_pages(idle=1000))
    for agent in ("phone", "laptop", "tv"):
        log_in(client, "alice", agent=agent)
        kept.pass_time(10)
    mine = log_in(client, "bob", agent="bobs")
    assert [data["agent"] for data, *_ in client.get("/sessions", headers=sid(mine)).json()] == ["bobs"]
    log_in(client, "alice", agent="here")
    shown = client.get("/sessions").json()
    assert [data["agent"] for data, *_ in shown] == ["here", "tv", "laptop", "phone"]
    assert [current for _, current, _ in shown] == [True, False, False, False]


@on_the_server(LISTED)
def test_an_info_says_when_and_shows_no_secret(with_pages, kept):
    app = with_pages(idle=1000)
    with TestClient(app) as client:
        id = log_in(client, "alice", token="hidden")
        kept.pass_time(10)
        (info,) = client._runner.run(app.config["sessions"].of("alice"))
        start = kept.clock.now - 10
        assert (info.created.timestamp(), info.expires.timestamp()) == (start, start + 1000)
        assert info.data == {"agent": "x", "token": "hidden"}
        assert "hidden" not in repr(info)
        assert info.handle not in (id, key_of(id))
        assert len(info.handle) >= 16


@on_the_server(LISTED)
def test_expired_and_ended_sessions_are_not_listed(with_pages, kept, serve):
    client = serve(with_pages(idle=1000))
    log_in(client, "alice", agent="expired")
    kept.pass_time(600)
    log_in(client, "alice", agent="ended")
    client.get("/logout")
    log_in(client, "alice", agent="unbound")
    client.get("/unbind")
    log_in(client, "alice", agent="other user")
    client.get("/login?user=bob")
    log_in(client, "alice", agent="here")
    kept.pass_time(600)
    assert [data["agent"] for data, *_ in client.get("/sessions").json()] == ["here"]


@on_the_server(LISTED)
def test_a_handle_stays_when_the_id_changes(with_pages, kept, serve):
    client = serve(with_pages(idle=10_000, renew=600))
    log_in(client, "alice")
    (before,) = client.get("/sessions").json()
    kept.pass_time(600)
    client.get("/all")
    client.get("/renew")
    (after,) = client.get("/sessions").json()
    assert before == after


# Revocation


@on_the_server(LISTED)
def test_revoke_ends_all_sessions_of_a_user_and_no_other(with_pages, kept, serve):
    client = serve(with_pages())
    ids = [log_in(client, "alice") for _ in range(3)]
    bobs = log_in(client, "bob")
    assert client.get("/revoke?user=alice", headers=sid(bobs)).json() == 3
    assert [client.get("/user", headers=sid(id)).json() for id in ids] == [None] * 3
    assert client.get("/user", headers=sid(bobs)).json() == "bob"
    assert kept.count() == 1


@on_the_server(LISTED)
def test_revoke_keeps_the_session_that_asks(with_pages, kept, serve):
    client = serve(with_pages())
    others = [log_in(client, "alice") for _ in range(3)]
    log_in(client, "alice")
    assert client.get("/revoke?user=alice&keep=1").json() == 3
    assert client.get("/user").json() == "alice"
    assert [client.get("/user", headers=sid(id)).json() for id in others] == [None] * 3


@on_the_server(LISTED)
def test_revoke_keeps_a_session_that_came_by_an_id_in_its_grace(with_pages, kept, serve):
    client = serve(with_pages(idle=10_000, renew=600, grace=30))
    old = log_in(client, "alice")
    kept.pass_time(600)
    client.get("/all")
    assert client.get("/revoke?user=alice&keep=1", headers=sid(old)).json() == 0
    assert client.get("/user").json() == "alice"


@on_the_server(LISTED)
def test_one_session_is_revoked_by_its_handle(with_pages, serve):
    client = serve(with_pages())
    other = log_in(client, "alice", agent="other")
    log_in(client, "alice", agent="here")
    ((_, _, handle),) = [info for info in client.get("/sessions").json() if info[0]["agent"] == "other"]
    assert client.get(f"/revoke-one?user=alice&handle={handle}").json() is True
    assert client.get(f"/revoke-one?user=alice&handle={handle}").json() is False
    assert client.get("/user", headers=sid(other)).json() is None
    assert client.get("/user").json() == "alice"


@on_the_server(LISTED)
@pytest.mark.parametrize("handle", ["", "nonsense", "null"])
def test_a_handle_of_somebody_else_is_none(with_pages, serve, handle):
    client = serve(with_pages())
    log_in(client, "bob")
    bobs = client.get("/sessions").json()[0][2]
    log_in(client, "alice")
    assert client.get(f"/revoke-one?user=alice&handle={handle or bobs}").json() is False
    assert len(client.get("/sessions").json()) == 1


@on_the_server("a cookie is not known to the server before it comes")
def test_a_password_change_logs_everybody_out_and_the_one_who_made_it_in_again(make_app, kept, serve):
    app = make_app()
    sessions = app.config["sessions"]

    @app.get("/change")
    async def change(req, res):
        await sessions.revoke("alice")
        req.session.regenerate(clear=True)
        req.session.bind("alice")
        res.send_text("")

    client = serve(app)
    thief = log_in(client, "alice")
    log_in(client, "alice")
    client.get("/change")
    assert client.get("/user").json() == "alice"
    assert client.get("/user", headers=sid(thief)).json() is None
    assert kept.count() == 1


def test_the_store_knows_users_by_hashes_only(clock):
    from growler_ext.session import DictStore

    store = DictStore(clock=clock)
    app = App()
    app.use(Session(store))
    app.get("/login", lambda req, res: (req.session.bind("alice"), res.send_text(""))[1])
    with TestClient(app) as client:
        client.get("/login")
        assert list(store._owned) == [owner_of("alice")]


# What cannot be


def test_a_failing_store_is_503(clock):
    from growler_ext.session import DictStore

    class Broken(DictStore):
        def owned(self, owner):
            raise StoreError("down")

        def revoke(self, owner, *, keep):
            raise StoreError("down")

    sessions = Session(Broken(clock=clock))
    for call in (sessions.of("a"), sessions.revoke("a"), sessions.revoke_one("a", "h")):
        with pytest.raises(HTTPErrorServiceUnavailable):
            asyncio.run(call)


def test_cookies_cannot_be_listed_and_the_error_names_what_can():
    from growler_ext.session import CookieStore

    sessions = Session(CookieStore("x" * 32))
    for call in (sessions.of("a"), sessions.revoke("a"), sessions.revoke_one("a", "h")):
        with pytest.raises(TypeError, match="use SqliteStore or RedisStore"):
            asyncio.run(call)
