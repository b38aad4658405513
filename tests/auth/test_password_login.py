"""Logging in by password, from the form to the answer."""

import logging
import threading
import time

import pytest
from passlib.hash import pbkdf2_sha256

from growler_ext.auth import Auth, Password, PasswordHasher, Verdict

PAGE = {"Accept": "text/html,*/*;q=0.8"}
ALICE = {"username": "alice", "password": "correct horse"}
BOB = {"username": "bob", "password": "battery staple"}


class Gate:
    """A hasher that waits until it is let through: it keeps the pool full for as long as a test needs."""

    def __init__(self):
        self.open, self.entered = threading.Event(), threading.Semaphore(0)

    def hash(self, password):
        return password

    def verify(self, password, stored):
        self.entered.release()
        assert self.open.wait(20)
        return Verdict(True)


@pytest.fixture
def client(serve, make_app, make_auth):
    return serve(make_app(make_auth()))


def log_in(client, form=ALICE, headers=(), **more):
    return client.post("/auth/login", form=form | more, headers=headers)


def test_a_browser_is_logged_in_and_sent_home(client):
    reply = log_in(client, headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/")
    assert client.get("/").text == "alice"


def test_a_browser_is_sent_where_it_was_going(client):
    assert log_in(client, headers=PAGE, next="/orders?page=2").headers["location"] == "/orders?page=2"


def test_a_next_that_leaves_the_site_leads_home(client):
    for target in ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/e", "/a\r\nX: y"]:
        reply = log_in(client, headers=PAGE, next=target)
        assert (reply.status, reply.headers["location"]) == (303, "/")
        assert "x" not in reply.headers


def test_a_next_given_twice_leads_home(client):
    body = b"username=alice&password=correct+horse&next=/a&next=/b"
    reply = client.post(
        "/auth/login", body=body, headers={"Content-Type": "application/x-www-form-urlencoded"} | PAGE
    )
    assert reply.headers["location"] == "/"


def test_a_next_that_is_not_ascii_travels_encoded(client):
    assert log_in(client, headers=PAGE, next="/caf\u00e9\u2028").headers["location"] == "/caf%C3%A9%E2%80%A8"


def test_a_program_is_told_who_it_is(client):
    reply = log_in(client, next="/orders")
    assert (reply.status, reply.json()) == (200, {"user": "alice", "next": "/orders"})
    assert client.get("/").text == "alice"


def test_handlers_know_how_and_when(client):
    assert client.get("/info").json() == {"method": "", "at": None, "fresh": False}
    log_in(client)
    info = client.get("/info").json()
    assert (info["method"], info["fresh"]) == ("password", True)
    assert abs(info["at"] - time.time()) < 60


WRONG = [
    {"password": "wrong"},
    {"password": ""},
    {"password": "correct horse\0"},
    {"username": "nobody"},
    {"username": ""},
    {"username": "alice\0"},
    {"username": "alice\n"},
    {"username": "Alice"},
    {"username": "carol"},  # has no password
    {"username": "carol", "password": ""},
]


def test_every_failed_login_reads_the_same_to_a_program(client):
    for change in WRONG:
        reply = log_in(client, **change)
        assert reply.status == 401, change
        assert reply.getall("www-authenticate") == ['Cookie realm="session", login="/login"']
        assert reply.headers["cache-control"] == "no-store"
        assert reply.json() == {
            "title": "Unauthorized",
            "status": 401,
            "detail": "Wrong username or password.",
        }
        assert client.get("/").text == "nobody"


def test_a_browser_whose_login_failed_sees_the_page_again(client):
    for change in WRONG:
        reply = log_in(client, headers=PAGE, **change)
        assert reply.status == 401, change
        assert reply.getall("www-authenticate") == ['Cookie realm="session", login="/login"']
        assert "Wrong username or password." in reply.text
        assert "correct horse" not in reply.text
        assert "set-cookie" not in reply.headers


def test_the_page_shown_again_keeps_name_and_next(client):
    text = log_in(client, headers=PAGE, password="wrong", next="/orders?page=2").text
    assert 'value="alice"' in text
    assert 'value="/orders?page=2"' in text


def test_the_page_shown_again_escapes_what_was_typed(client):
    text = log_in(client, headers=PAGE, username='"><script>alert(1)</script>', next="//evil.example").text
    assert "<script" not in text
    assert "&quot;&gt;&lt;script&gt;" in text
    assert "evil" not in text


def test_a_huge_field_is_refused_before_it_is_hashed(serve, make_app, users):
    class Never(Gate):
        def verify(self, password, stored):
            raise AssertionError("hashed")

    client = serve(make_app(Auth(Password(hasher=Never()), users=users)))
    for field in ("username", "password"):
        for size in (1025, 1_000_000):
            assert log_in(client, **{field: "x" * size}).status == 400


def test_a_password_of_the_greatest_length_logs_in(client, users):
    users.add("dave", password="\u00e9" * 512)
    assert log_in(client, username="dave", password="\u00e9" * 512).status == 200


def test_odd_passwords_log_in(client, users):
    for password in (" a b ", "a\0b", "p" * 73, "caf\u00e9", "\U0001f511"):
        users.add(password, password=password)
        users._users["dave"] = users.get(password)
        assert log_in(client, username="dave", password=password).status == 200


def test_an_accent_typed_on_another_keyboard_logs_in(client, users):
    users.add("dave", password="caf\u00e9")
    assert log_in(client, username="dave", password="cafe\u0301").status == 200


def test_a_form_without_each_field_once_is_a_bad_request(client):
    for body in (
        b"",
        b"username=alice",
        b"password=x",
        b"username=alice&password=correct+horse&password=x",
        b"username=alice&username=bob&password=correct+horse",
    ):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.post("/auth/login", body=body, headers=headers).status == 400


def test_another_kind_of_body_is_refused(client):
    assert client.post("/auth/login", json=ALICE).status == 415


def test_credentials_in_the_query_are_ignored(client):
    reply = client.post("/auth/login?username=alice&password=correct+horse", form={"x": "y"})
    assert reply.status == 400


def test_a_corrupt_hash_is_a_failed_login_and_a_line_in_the_log(client, users, caplog):
    for stored in ("", "xyz", "$argon2id$v=19$m=8,t=1", "$2b$12$" + "a" * 53):
        users.change("alice", password_hash=stored)
        caplog.clear()
        with caplog.at_level(logging.WARNING, "growler.auth"):
            assert log_in(client).status == 401
        [line] = [record.getMessage() for record in caplog.records if record.name == "growler.auth"]
        assert line.startswith("the password hash of user 'alice' cannot be read: ")
        assert not stored or stored not in line


def test_an_old_hash_is_replaced_once(client, users):
    users.change("alice", password_hash=pbkdf2_sha256.using(rounds=1000).hash("correct horse"))
    saved = []
    save, users.save_hash = users.save_hash, lambda user, new: (saved.append(new), save(user, new))[1]
    assert [log_in(client).status for _ in range(3)] == [200, 200, 200]
    assert len(saved) == 1
    assert users.get("alice").password_hash.startswith("$argon2id$v=19$m=8,t=1,p=1$")


def test_a_wrong_password_replaces_no_hash(client, users):
    old = pbkdf2_sha256.using(rounds=1000).hash("correct horse")
    users.change("alice", password_hash=old)
    log_in(client, password="wrong")
    assert users.get("alice").password_hash == old


def test_a_hash_that_cannot_be_saved_does_not_stop_the_login(client, users, caplog):
    users.change("alice", password_hash=PasswordHasher(memory_kib=16, rounds=1).hash("correct horse"))

    def save_hash(user, new):
        raise OSError(f"disk full, no room for {new}")

    users.save_hash = save_hash
    assert log_in(client).status == 200
    assert "the renewed hash of user 'alice' was not saved: OSError" in caplog.text
    assert "argon2id" not in caplog.text


def test_no_password_and_no_cookie_is_logged(client, users, caplog):
    with caplog.at_level(logging.DEBUG):
        log_in(client, password="terribly secret")
        log_in(client)
    assert "secret" not in caplog.text
    assert "correct horse" not in caplog.text
    assert not any(value in caplog.text for value in client.cookies.values())


def test_a_locked_user_sees_what_everybody_sees_whose_password_is_wrong(client, users):
    wrong = log_in(client, headers=PAGE, password="wrong")
    users.change("alice", active=False)
    locked = log_in(client, headers=PAGE)
    assert (locked.status, locked.body) == (401, wrong.body)
    assert client.get("/").text == "nobody"


def test_no_directory_is_asked_for_a_name_with_control_characters(client, users):
    asked = []
    users.find = lambda login: asked.append(login)
    for name in ("alice\0", "\x1b[31malice", "alice\x7f", "al\nice"):
        assert log_in(client, username=name).status == 401
    assert asked == []


def test_a_directory_that_fails_is_no_wrong_password(client, users):
    def find(login):
        raise ConnectionError("no database")

    users.find = find
    assert log_in(client).status == 500


def test_users_may_be_asked_in_coroutines(serve, make_app, users, cheap):
    class Slow:
        async def get(self, id):
            return users.get(id)

        async def find(self, login):
            return users.find(login)

        async def save_hash(self, user, password_hash):
            users.save_hash(user, password_hash)

    users.change("alice", password_hash=pbkdf2_sha256.using(rounds=1000).hash("correct horse"))
    client = serve(make_app(Auth(Password(hasher=cheap), users=Slow())))
    assert log_in(client).status == 200
    assert client.get("/").text == "alice"
    assert users.get("alice").password_hash.startswith("$argon2id$")


def test_logins_beyond_the_queue_are_told_to_come_back(serve_live, make_app, users):
    from support.clients import LiveClient

    gate = Gate()
    client = serve_live(make_app(Auth(Password(hasher=gate, workers=1, queue=0), users=users)))
    other, statuses = LiveClient(client.port), []
    first = threading.Thread(target=lambda: statuses.append(log_in(other).status))
    first.start()
    assert gate.entered.acquire(timeout=20)
    reply = log_in(client, BOB)
    assert (reply.status, reply.headers["retry-after"]) == (503, "1")
    assert client.get("/").text == "nobody", "other requests are served meanwhile"
    gate.open.set()
    first.join(20)
    other.close()
    assert statuses == [200]
    assert log_in(client, BOB).status == 200


class Slow:
    """A hasher whose old hash takes its time, and which tells how long everybody was made to wait."""

    def __init__(self, hasher):
        self._hasher = hasher

    def hash(self, password):
        return self._hasher.hash(password)

    def verify(self, password, stored):
        return Verdict(False, outdated=stored == "old")


def test_a_refusal_takes_as_long_whether_there_is_an_old_hash_or_nobody(
    serve, make_app, users, cheap, monkeypatch
):
    seconds = iter([0.0, 0.27, 1.0, 1.02, 2.0, 2.02])  # an old hash, nobody, a hash of today
    monkeypatch.setattr("growler_ext.auth.methods.password.perf_counter", lambda: next(seconds))
    waited = []

    async def wait(seconds):
        waited.append(round(seconds, 3))

    monkeypatch.setattr("growler_ext.auth.hash_pool.sleep", wait)
    users.change("bob", password_hash="old")
    client = serve(make_app(Auth(Password(hasher=Slow(cheap)), users=users, throttle=None)))
    for name in ("bob", "nobody", "alice"):
        assert log_in(client, {"username": name, "password": "wrong"}).status == 401
    assert waited == [0.25, 0.25]


@pytest.mark.parametrize("name", ["nobody", "alice"])
def test_the_first_refusal_takes_as_long_as_the_slowest_hash_that_is_accepted(
    serve, make_app, users, monkeypatch, name
):
    """Nobody has to have logged in with an old hash before."""
    monkeypatch.setattr("growler_ext.auth.passwords.seconds_of", {"bcrypt": 0.24}.get)
    seconds = iter([0.0, 0.02])
    monkeypatch.setattr("growler_ext.auth.methods.password.perf_counter", lambda: next(seconds))
    waited = []

    async def wait(seconds):
        waited.append(round(seconds, 3))

    monkeypatch.setattr("growler_ext.auth.hash_pool.sleep", wait)
    hasher = PasswordHasher(memory_kib=8, rounds=1, accept=["bcrypt"])
    client = serve(make_app(Auth(Password(hasher=hasher), users=users)))
    assert log_in(client, {"username": name, "password": "wrong"}).status == 401
    assert waited == [0.28]
