"""What the session knows of a login."""

import time
from dataclasses import dataclass

import pytest

from growler_ext.auth import MemoryUser
from growler_ext.auth.login import (
    NOBODY,
    PENDING_KEY,
    PENDING_SECONDS,
    SESSION_KEY,
    LoginRecord,
    PendingLogin,
    keep,
)

ALICE = MemoryUser("alice", "$hash$", frozenset({"admin"}), auth_version=3)


@dataclass
class Row:
    id: int


class Recorder(dict):
    regenerated = None
    bound = persistent = None

    def bind(self, user):
        self.bound = user

    def persist(self, flag):
        self.persistent = flag

    def regenerate(self, *, clear=False):
        self.regenerated = clear


def test_only_id_method_time_and_version_are_kept():
    written = LoginRecord.of(ALICE, "password").written()
    assert written == {"user": "alice", "method": "password", "at": written["at"], "version": 3}
    assert abs(written["at"] - time.time()) < 60


def test_a_record_reads_what_it_wrote():
    record = LoginRecord.of(ALICE, "password")
    assert LoginRecord.read(record.written()) == record


def test_a_numeric_id_is_kept_as_text():
    assert LoginRecord.of(Row(7), "password").user == "7"  # type: ignore[arg-type]  # as an ORM's row has it


@pytest.mark.parametrize(
    "value",
    [
        None,
        "alice",
        [],
        {},
        {"user": "alice"},
        {"user": 5, "method": "password", "at": 0, "version": 0},
        {"user": "alice", "method": "password", "at": "now", "version": 0},
        {"user": "alice", "method": "password", "at": 10**30, "version": 0},
        {"user": "alice", "method": "password", "at": -1, "version": 0},
    ],
)
def test_anything_else_in_the_session_is_nobody(value):
    assert LoginRecord.read(value) is None


def test_a_login_holds_for_a_user_of_the_same_version():
    assert LoginRecord.of(ALICE, "password").still_holds(ALICE)


@pytest.mark.parametrize(
    "user", [None, MemoryUser("alice", auth_version=4), MemoryUser("alice", auth_version=3, active=False)]
)
def test_a_login_ends_with_its_user(user):
    assert not LoginRecord.of(ALICE, "password").still_holds(user)


def test_a_login_is_fresh_for_a_while():
    now = int(time.time())
    assert LoginRecord("alice", "password", now - 900 + 60, 0).info(fresh_for=900).fresh
    assert not LoginRecord("alice", "password", now - 900 - 60, 0).info(fresh_for=900).fresh
    assert not NOBODY.fresh


def test_everything_of_a_record_comes_back():
    record = LoginRecord.of(ALICE, "op", ("pwd", "mfa"), {"sid": "1"}, until=int(time.time()) + 60)
    assert LoginRecord.read(record.written()) == record


def test_a_remembered_login_ends_at_its_time():
    assert (
        LoginRecord.read(LoginRecord("alice", "password", 1, 0, until=int(time.time()) - 1).written()) is None
    )


def test_a_step_up_is_a_proof_of_now_with_more_than_one_factor():
    record = LoginRecord("alice", "password", 1, 0, ("pwd",)).stepped_up(("otp",))
    assert record.amr == ("pwd", "otp", "mfa")
    assert abs(record.at - time.time()) < 60


def test_a_pending_login_comes_back_for_five_minutes():
    pending = PendingLogin(LoginRecord.of(ALICE, "password"), "/there", True, "Alice")
    assert PendingLogin.read(pending.written()) == pending
    old = PendingLogin(
        LoginRecord("alice", "password", int(time.time()) - PENDING_SECONDS - 5, 0), "/", False, ""
    )
    assert PendingLogin.read(old.written()) is None


@pytest.mark.parametrize("value", [None, {}, {"record": {}, "next": "/", "remember": True, "login": ""}])
def test_anything_else_pends_for_nobody(value):
    assert PendingLogin.read(value) is None


def test_a_login_keeps_the_basket_of_a_visitor():
    session = Recorder(basket=1)
    keep(session, LoginRecord.of(ALICE, "password"), remember=False)
    assert session.regenerated is False
    assert LoginRecord.read(session[SESSION_KEY]) is not None


def test_a_login_clears_what_another_user_left():
    session = Recorder(auth={"user": "bob", "method": "password", "at": 1, "version": 0})
    keep(session, LoginRecord.of(ALICE, "password"), remember=False)
    assert session.regenerated is True


def test_a_login_binds_the_session_and_keeps_it_only_if_asked():
    session = Recorder(auth_pending={})
    keep(session, LoginRecord.of(ALICE, "password"), remember=True)
    assert (session.bound, session.persistent, PENDING_KEY in session) == ("alice", True, False)
