"""Logins of before, as the session tells them: remembered by what it says, and never past their end."""

import json
import time

import pytest

from growler_ext.auth import MemoryUser
from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.login import SESSION_KEY, LoginRecord
from growler_ext.auth.resumed import Resumed

ALICE = MemoryUser("alice", "$hash$", auth_version=3)


class Mapping(dict):
    def regenerate(self, *, clear=False): ...

    def destroy(self): ...


class Texts(Mapping):
    """A session that gives the texts of its values."""

    def json_text(self, key):
        value = self.get(key)
        return value if value is None or isinstance(value, bytes) else json.dumps(value).encode()


def session_of(kind, **more):
    return kind({SESSION_KEY: LoginRecord.of(ALICE, "password", ("pwd",), **more).written()})


@pytest.mark.parametrize("kind", [Mapping, Texts])
def test_a_login_is_found_again_and_again(kind):
    resumed = Resumed(600)
    for _ in range(3):
        login = resumed.find(session_of(kind))
        assert login is not None
        assert (login.record.user, login.record.version) == ("alice", 3)
        assert (login.info.method, login.info.amr, login.info.fresh) == ("password", ("pwd",), True)


@pytest.mark.parametrize("kind", [Mapping, Texts])
def test_a_login_is_found_until_its_end_and_not_after(kind, monkeypatch):
    resumed, now = Resumed(600), time.time()
    session = session_of(kind, until=int(now) + 10)
    assert resumed.find(session) is not None
    monkeypatch.setattr(time, "time", lambda: now + 9)
    assert resumed.find(session) is not None
    for end in (int(now) + 10, now + 11):
        monkeypatch.setattr(time, "time", lambda end=end: end)
        assert resumed.find(session) is None


@pytest.mark.parametrize("text", [None, b"", b"{", b"[" * 100_000, b'"alice"', b"{}", b"\xff"])
def test_what_is_no_login_is_none(text):
    assert Resumed(600).find(Texts({SESSION_KEY: text})) is None


@pytest.mark.parametrize("kind", [Mapping, Texts])
def test_no_handler_changes_what_the_next_request_finds(kind):
    resumed, session = Resumed(600), session_of(kind, kept={"sid": "1"})
    info = resumed.find(session).info
    for mapping in (info.kept, info.claims):
        with pytest.raises(TypeError):
            mapping["sid"] = "2"
    assert resumed.find(session).info.kept == {"sid": "1"}


def test_a_long_text_is_not_remembered_and_found_all_the_same():
    resumed, session = Resumed(600), session_of(Texts, kept={"token": "t" * 2000})
    first, second = resumed.find(session), resumed.find(session)
    assert first == second
    assert first is not second


@pytest.mark.parametrize(("size", "remembered"), [(1024, True), (1025, False)])
def test_a_text_of_a_kilobyte_is_remembered_and_no_longer_one(size, remembered):
    session = session_of(Texts, kept={"token": ""})
    session[SESSION_KEY]["kept"]["token"] = "t" * (size - len(session.json_text(SESSION_KEY)))
    assert len(session.json_text(SESSION_KEY)) == size
    resumed = Resumed(600)
    assert (resumed.find(session) is resumed.find(session)) is remembered


def test_a_short_text_is_read_once_whoever_else_comes_in_between():
    resumed = Resumed(600)
    sessions = [session_of(Texts, kept={"visitor": number}) for number in range(10)]
    first = [resumed.find(session) for session in sessions]
    assert [login.info.kept["visitor"] for login in first] == list(range(10))
    assert all(resumed.find(session) is login for session, login in zip(sessions, first, strict=True))


def test_no_number_of_logins_makes_it_grow_without_end():
    resumed = Resumed(600)
    for number in range(3000):
        user = MemoryUser(f"user {number}")
        written = LoginRecord.of(user, "password").written()
        assert resumed.find(Texts({SESSION_KEY: written})).record.user == user.id
        assert len(resumed._known) <= 1024


@pytest.mark.parametrize("kind", [dict, Texts])
def test_a_session_whose_id_cannot_change_is_refused_each_time(kind):
    resumed = Resumed(600)
    if kind is Texts:
        assert resumed.find(Texts()) is None
    for _ in range(2):
        with pytest.raises(AuthWiringError, match="regenerate"):
            resumed.find({})
