"""Rules of one line: what may be a method, what permissions are, what is forgotten, and what secrets may be sent to."""

from __future__ import annotations

import pytest

from growler_ext.auth import Auth, AuthWiringError, Throttle
from growler_ext.auth.ceremonies import decoded
from growler_ext.auth.login import LoginRecord
from growler_ext.auth.login_page import page
from growler_ext.auth.provider.web import may_be_asked
from growler_ext.auth.users import permissions
from growler_ext.auth.verified import Verified


class Nameless:
    def authenticate(self, req):
        return None


class Idle:
    name = "idle"


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        (Nameless, r"Nameless is a class: use an instance, Nameless\(...\)"),
        (Nameless(), "has no name: give it name"),
        (Idle(), "idle has neither authenticate"),
    ],
)
def test_what_is_no_method_is_told_with_its_fix(method, sentence):
    with pytest.raises(AuthWiringError, match=sentence):
        Auth(method)


def test_what_a_login_keeps_and_where_tries_are_counted_is_not_shown():
    kept = {"tokens": {"access_token": "hush"}}
    assert "hush" not in repr(LoginRecord("alice", "op", 1, 0, kept=kept))
    assert "hush" not in repr(Throttle(shared="redis://:hush@localhost"))


def test_a_method_is_found_by_its_name_and_another_name_is_none(make_auth):
    auth = make_auth()
    assert auth["password"].name == "password"
    with pytest.raises(KeyError, match="bearer"):
        auth["bearer"]


def test_permissions_are_several_and_no_str():
    class User:
        id = "alice"
        permissions = "admin"

    with pytest.raises(TypeError, match="a set or a list, not one str"):
        permissions(User())


@pytest.mark.parametrize(
    "value",
    [
        None, [], "alice", {"user": "alice"},
        {"user": 7, "method": "password", "at": 1, "version": 0},
        {"user": "alice", "method": "password", "at": -1, "version": 0},
        {"user": "alice", "method": "password", "at": 2**40, "version": 0},
        {"user": "alice", "method": "password", "at": 1, "version": 0, "amr": "otp"},
        {"user": "alice", "method": "password", "at": 1, "version": 0, "kept": []},
        {"user": "alice", "method": "password", "at": 1, "version": 0, "until": "never"},
    ],
)  # fmt: skip
def test_a_record_that_auth_has_not_written_is_no_login(value):
    assert LoginRecord.read(value) is None


@pytest.mark.parametrize("value", [None, 7, b"YQ", ["YQ"], "a", "a b", "ä"])
def test_what_is_no_base64url_is_none(value):
    assert decoded(value) is None


def test_base64url_is_read_with_and_without_padding():
    assert decoded("-_8") == decoded("-_8=") == b"\xfb\xff"


@pytest.mark.parametrize("source", ["let a = '</script>'", "</SCRIPT >", "<!-- <script>"])
def test_a_script_that_would_end_early_is_no_part_of_a_page(source):
    with pytest.raises(ValueError, match="would end early"):
        page("Shop", "Log in", "", source)


@pytest.mark.parametrize(
    "url",
    [None, 7, "", "https://", "http://[::1", "http://example.org/", "ftp://example.org", "//example.org"],
)
def test_secrets_are_not_sent_to_what_is_no_https_url(url):
    assert not may_be_asked(url)


@pytest.mark.parametrize("url", ["https://example.org/x", "http://127.0.0.1:8080/", "http://[::1]/"])
def test_secrets_may_be_sent_by_https_or_within_the_machine(url):
    assert may_be_asked(url)


def test_what_was_verified_is_forgotten_after_its_time_and_the_longest_unused_first():
    now = 0.0
    verified: Verified[str] = Verified(seconds=60, max_entries=2, clock=lambda: now)
    verified.add("one", "alice")
    verified.add("two", "bob", at_most=10)
    assert (verified.get("one"), verified.get("two")) == ("alice", "bob")
    now = 10.0
    assert (verified.get("one"), verified.get("two")) == ("alice", None)
    verified.add("three", "carol")
    assert verified.get("one") == "alice"
    verified.add("four", "dave")
    assert [verified.get(name) for name in ("one", "three", "four")] == ["alice", None, "dave"]
    now = 60.0
    assert verified.get("one") is None
