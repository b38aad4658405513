"""Requests of one session at the same time: nobody's change is lost, and nothing comes back that was ended."""

import asyncio

import pytest
from session.kept import on_the_server, sid
from session.together import Race, nothing

from growler.testing import TestClient

CLEARED = "sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax"
IN_THE_COOKIE = "two cookies at once: the last wins"


@pytest.fixture
def race(make_app):
    app = make_app(idle=1000)
    with TestClient(app) as client:
        race = Race(app, client)
        race.sessions = app.config["sessions"]
        client.get("/set?k=1")
        yield race


# Logged out meanwhile


@on_the_server(IN_THE_COOKIE)
def test_a_slow_write_does_not_revive_a_session_that_was_logged_out(race, kept):
    old = race.client.cookies["sid"]
    reply = race("/slow?k=x", "/logout")
    assert (reply.status, reply.getall("set-cookie")) == (200, [CLEARED])
    assert kept.count() == 0
    assert race.client.get("/all", headers=sid(old)).json() == {}


@on_the_server(IN_THE_COOKIE)
def test_a_slow_renewal_does_not_revive_a_session_that_was_logged_out(race, kept):
    reply = race("/slow?renew=1&k=x", "/logout")
    assert (reply.status, reply.getall("set-cookie")) == (200, [CLEARED])
    assert kept.count() == 0


@on_the_server(IN_THE_COOKIE)
def test_a_slow_read_is_unharmed_by_a_logout(race, kept):
    reply = race("/slow", "/logout")
    assert (reply.json(), reply.getall("set-cookie")) == ({"k": "1"}, [])
    assert kept.count() == 0


@on_the_server(IN_THE_COOKIE)
def test_a_slow_login_is_not_lost_to_a_logout_and_brings_nothing_back(race, kept):
    race.client.get("/set?secret=1")
    reply = race("/slow?login=alice&k=x", "/logout")
    assert reply.cookies["sid"]
    assert race.client.get("/user").json() == "alice"
    assert race.client.get("/all").json() == {"x": "slow"}
    assert kept.count() == 1


@on_the_server(IN_THE_COOKIE)
def test_a_login_that_is_awaited_too_late_brings_nothing_back_either(race, kept):
    reply = race("/slow?login=alice&now=1&k=x", "/logout")
    assert len(reply.getall("set-cookie")) == 1
    assert race.client.get("/user").json() == "alice"
    assert race.client.get("/all").json() == {"x": "slow", "after": "slow"}
    assert kept.count() == 1


def test_what_follows_a_second_logout_is_kept(race):
    reply = race("/slow?end=1&k=left", "/logout")
    assert "Max-Age=0" not in reply.headers["set-cookie"]
    assert race.client.get("/all").json() == {"left": "slow"}


# Given another id meanwhile


@on_the_server(IN_THE_COOKIE)
def test_a_slow_write_leaves_the_cookie_to_the_answer_that_changed_it(race, kept):
    old = race.client.cookies["sid"]
    reply = race("/slow?k=x", "/renew")
    assert reply.getall("set-cookie") == []
    assert race.client.cookies["sid"] != old
    assert race.client.get("/all").json() == {"k": "1"}
    assert kept.count() == 1


@on_the_server(IN_THE_COOKIE)
def test_a_slow_login_is_not_lost_to_a_renewal(race):
    reply = race("/slow?login=alice&k=x", "/renew")
    renewed = reply.cookies["sid"]
    assert race.client.cookies["sid"] == renewed
    assert race.client.get("/user").json() == "alice"
    assert race.client.get("/all").json() == {"x": "slow"}


@on_the_server(IN_THE_COOKIE)
def test_of_two_logins_both_have_a_session_of_their_own(race, kept):
    replies = race.during(["/slow?login=alice&k=a", "/slow?login=bob&k=b"], nothing)
    ids = [reply.cookies["sid"] for reply in replies]
    assert ids[0] != ids[1]
    users = [race.client.get("/user", headers=sid(id)).json() for id in ids]
    assert users == ["alice", "bob"]
    data = [race.client.get("/all", headers=sid(id)).json() for id in ids]
    # The first one has the session they came from, the other only what it wrote.
    assert sorted(data, key=len) in (
        [{"b": "slow"}, {"k": "1", "a": "slow"}],
        [{"a": "slow"}, {"k": "1", "b": "slow"}],
    )
    assert kept.count() == 2


# Revoked meanwhile


@on_the_server("nothing can be revoked that is in cookies")
def test_requests_under_way_do_not_bring_back_what_was_revoked(race, kept):
    race.client.get("/login?user=alice")
    writers = [f"/slow?k=k{number}" for number in range(10)]
    others = ["/slow?renew=1&k=r", "/slow?login=alice&k=same", "/slow"]
    replies = race.during([*writers, *others], lambda: race.sessions.revoke("alice"))
    assert {reply.status for reply in replies} == {200}
    assert [reply.getall("set-cookie") for reply in replies[:10]] == [[CLEARED]] * 10
    assert kept.count() == 0


@on_the_server("nothing can be revoked that is in cookies")
def test_who_logs_in_anew_while_he_is_revoked_is_in(race, kept):
    race.client.get("/login?user=alice")
    race.during(["/slow?login=bob&k=x"], lambda: race.sessions.revoke("alice"))
    assert (race.client.get("/user").json(), race.client.get("/all").json()) == ("bob", {"x": "slow"})
    assert kept.count() == 1


# Both write


@on_the_server(IN_THE_COOKIE)
def test_a_slow_read_writes_nothing_over_a_newer_value(race):
    reply = race("/slow", "/set?k=2")
    assert (reply.json(), reply.getall("set-cookie")) == ({"k": "1"}, [])
    assert race.client.get("/all").json() == {"k": "2"}


@on_the_server(IN_THE_COOKIE)
def test_two_hundred_requests_that_set_a_key_each_all_win(race, kept):
    race.during([f"/slow?k=k{number}" for number in range(200)], nothing)
    assert race.client.get("/all").json() == {"k": "1"} | {f"k{number}": "slow" for number in range(200)}
    assert kept.count() == 1


@on_the_server(IN_THE_COOKIE)
def test_the_same_over_real_sockets(make_app, serve_live):
    app, here = make_app(), []
    everybody = asyncio.Event()

    @app.get("/own")
    async def own(req, res):
        req.session[req.query.get_first("k")] = 1
        here.append(1)
        if len(here) == 50:
            everybody.set()
        await everybody.wait()
        res.send_text("")

    client = serve_live(app)
    client.get("/set?first=1")
    id = client.cookies["sid"]

    async def ask(number):
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        head = f"GET /own?k=k{number} HTTP/1.1\r\nHost: x\r\nCookie: sid={id}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer.split(b" ", 2)[1]

    async def all_at_once():
        return await asyncio.gather(*[ask(number) for number in range(50)])

    assert set(asyncio.run(all_at_once())) == {b"200"}
    assert len(client.get("/all").json()) == 51


# Nobody has a session yet


def test_first_requests_that_only_read_leave_no_records(race, kept):
    race.client.get("/logout")
    assert race.client.cookies == {}
    replies = race.during(["/slow"] * 20, nothing)
    assert [reply.getall("set-cookie") for reply in replies] == [[]] * 20
    assert kept.count() == 0
