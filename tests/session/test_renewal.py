"""`renew=`: an id that is old is replaced at its next use, and requests that still have the old one are served."""

import pytest
from session.kept import on_the_server, sid
from session.together import Race, nothing

from growler.testing import TestClient

NO_ID = "an id that is in the cookie with all the rest is renewed with it"


@pytest.fixture
def renewed_client(make_app, kept, serve):
    """A client whose id has been renewed, the old id, which is served for thirty seconds more, and the new one."""
    client = serve(make_app(idle=10_000, renew=600, grace=30))
    client.get("/set?k=1")
    old = client.cookies["sid"]
    kept.pass_time(600)
    client.get("/all")
    return client, old, client.cookies["sid"]


@on_the_server(NO_ID)
def test_an_old_id_is_renewed_at_its_next_use_and_keeps_the_data(make_app, kept, serve):
    client = serve(make_app(idle=10_000, renew=600, grace=30, touch=0.9))
    client.get("/set?k=1")
    old = client.cookies["sid"]
    kept.pass_time(599)
    assert client.get("/all").getall("set-cookie") == []
    kept.pass_time(1)
    assert client.get("/nothing").getall("set-cookie") == []
    reply = client.get("/all")
    assert reply.json() == {"k": "1"}
    assert "; Max-Age=10000; " in reply.headers["set-cookie"]
    assert client.cookies["sid"] != old
    assert client.get("/all").json() == {"k": "1"}
    assert kept.count() == 1


@on_the_server(NO_ID)
def test_the_age_of_a_renewed_id_counts_from_its_renewal(make_app, kept, serve):
    client = serve(make_app(idle=10_000, renew=600, touch=0.9))
    client.get("/set?k=1")
    ids = set()
    for _ in range(20):
        kept.pass_time(150)
        client.get("/all")
        ids.add(client.cookies["sid"])
    assert len(ids) == 6  # the first, and one every 600 s of 3000


@on_the_server(NO_ID)
def test_an_id_that_was_renewed_by_hand_is_as_young(make_app, kept, serve):
    app = make_app(idle=10_000, renew=600, touch=0.9)

    @app.get("/save")
    async def save(req, res):
        await req.session.save()
        res.send_text(req.session.id)

    client = serve(app)
    client.get("/set?k=1")
    kept.pass_time(600)
    reply = client.get("/save")
    assert reply.text == client.cookies["sid"]
    kept.pass_time(599)
    assert client.get("/all").getall("set-cookie") == []
    assert client.get("/all").json() == {"k": "1"}


@on_the_server(NO_ID)
def test_regenerate_makes_an_id_young(make_app, kept, serve):
    client = serve(make_app(idle=10_000, renew=600, touch=0.9))
    client.get("/set?k=1")
    kept.pass_time(599)
    client.get("/renew")
    kept.pass_time(599)
    assert client.get("/all").getall("set-cookie") == []


@on_the_server(NO_ID)
def test_within_the_grace_the_old_id_reads_and_writes_the_same_session_and_gets_no_cookie(
    renewed_client, kept
):
    client, old, _ = renewed_client
    kept.pass_time(29)
    late = client.get("/set?late=1", headers=sid(old))
    assert late.getall("set-cookie") == []
    assert client.get("/all", headers=sid(old)).json() == {"k": "1", "late": "1"}
    assert client.get("/all").json() == {"k": "1", "late": "1"}
    kept.pass_time(2)
    assert client.get("/all", headers=sid(old)).json() == {}
    assert client.get("/all").json() == {"k": "1", "late": "1"}


@on_the_server(NO_ID)
def test_an_old_id_does_not_change_whose_session_it_is(renewed_client, kept):
    client, old, renewed = renewed_client
    reply = client.get("/login?user=mallory", headers=sid(old))
    assert client.get("/user", headers=sid(renewed)).json() is None
    assert client.get("/all", headers=sid(renewed)).json() == {"k": "1"}
    # The login is not lost: it has a session of its own, with nothing of the other in it.
    own = reply.cookies["sid"]
    assert own not in (old, renewed)
    assert client.get("/user", headers=sid(own)).json() == "mallory"
    assert client.get("/all", headers=sid(own)).json() == {}


@on_the_server(NO_ID)
def test_a_login_ends_the_grace_of_older_ids(renewed_client, kept):
    client, planted, _ = renewed_client
    client.get("/login?user=victim")
    assert client.get("/user").json() == "victim"
    assert client.get("/user", headers=sid(planted)).json() is None


@on_the_server(NO_ID)
def test_a_logout_by_the_old_id_ends_the_session(renewed_client, kept):
    client, old, renewed = renewed_client
    client.get("/logout", headers=sid(old))
    assert client.get("/all", headers=sid(renewed)).json() == {}
    assert kept.count() == 0


@on_the_server(NO_ID)
def test_regenerate_by_the_old_id_gives_the_session_a_new_one(renewed_client, kept):
    client, old, _ = renewed_client
    own = client.get("/renew", headers=sid(old)).cookies["sid"]
    assert client.get("/all", headers=sid(old)).json() == {}
    assert client.get("/all", headers=sid(own)).json() == {"k": "1"}
    assert kept.count() == 1


@on_the_server(NO_ID)
def test_a_server_error_renews_nothing(make_app, kept, serve):
    app = make_app(idle=10_000, renew=600)
    app.get("/fail", lambda req, res: (len(req.session), res.send_text("", 500))[1])
    client = serve(app)
    client.get("/set?k=1")
    kept.pass_time(600)
    assert client.get("/fail").getall("set-cookie") == []
    assert len(client.get("/all").getall("set-cookie")) == 1


@on_the_server(NO_ID)
@pytest.mark.parametrize("change", ["", "?k="])
def test_of_requests_that_renew_at_once_one_sends_the_cookie_and_all_are_kept(make_app, kept, change):
    app = make_app(idle=10_000, renew=600, grace=30)
    with TestClient(app) as client:
        race = Race(app, client)
        client.get("/set?k=1")
        kept.pass_time(600)
        targets = [f"/slow{change}{'key' + str(n) if change else ''}" for n in range(20)]
        replies = race.during(targets, nothing)
        assert sorted(len(reply.getall("set-cookie")) for reply in replies) == [0] * 19 + [1]
        assert len(client.get("/all").json()) == (21 if change else 1)
        assert kept.count() == 1
