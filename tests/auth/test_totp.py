"""Codes of an authenticator app, over HTTP, with an app of our own: passlib's generator and a clock that we set."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from passlib.totp import TOTP as App

from growler_ext.auth import TOTP, Auth, AuthWiringError, MemorySecrets, Password, Rate, Throttle
from growler_ext.session import Session

ALICE = {"username": "alice", "password": "correct horse"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}
NOW = 1_800_000_000


@pytest.fixture
def store():
    return MemorySecrets()


@pytest.fixture
def totp(store):
    return TOTP("Shop", store)


@pytest.fixture
def auth(users, cheap, totp):
    auth = Auth(Password(hasher=cheap), totp, users=users, secret="s" * 32)
    set_clock(totp, NOW)
    return auth


def set_clock(totp, now):
    totp._services = replace(totp._services, clock=lambda: now)


@pytest.fixture
def enrolment(auth, totp, store, users):
    enrolment = totp.enrol(users.get("alice"))
    store.set(users.get("alice"), enrolment.kept)
    return enrolment


def code_at(enrolment, when: int) -> str:
    return App(key=enrolment.kept.secret, format="base32").generate(when).token


@pytest.fixture
def client(serve, make_app, auth):
    return serve(make_app(auth, Session()))


def pending(client):
    assert client.post("/auth/login", form=ALICE).json()["second_factor"] == "/auth/totp"


def test_a_code_of_now_completes_the_login(client, enrolment):
    pending(client)
    assert client.post("/auth/totp", form={"code": code_at(enrolment, NOW)}).json()["user"] == "alice"
    assert client.get("/").text == "alice"


@pytest.mark.parametrize(("seconds", "status"), [(-30, 200), (30, 200), (-90, 401), (90, 401)])
def test_a_code_is_good_half_a_minute_around_its_time(client, enrolment, seconds, status):
    pending(client)
    assert client.post("/auth/totp", form={"code": code_at(enrolment, NOW + seconds)}).status == status


def test_a_code_is_good_once_and_a_second_use_is_told(client, enrolment, auth):
    told = []
    auth.on("token_reuse", told.append)
    for status in (200, 401):
        assert told == []
        pending(client)
        assert client.post("/auth/totp", form={"code": code_at(enrolment, NOW)}).status == status
        client.cookies.clear()
    assert [(event.method, event.user.id) for event in told] == [("totp", "alice")]


def test_how_people_type_it_does_not_matter(client, enrolment):
    pending(client)
    code = code_at(enrolment, NOW)
    assert client.post("/auth/totp", form={"code": f" {code[:3]} {code[3:]}\n"}).status == 200


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "٠١٢٣٤٥", "\x00", "x" * 64])
def test_anything_else_is_a_wrong_code(client, enrolment, code):
    pending(client)
    assert client.post("/auth/totp", form={"code": code}).status == 401
    assert client.get("/").text == "nobody"


@pytest.mark.parametrize("form", [{}, {"code": "x" * 65}, [("code", "1"), ("code", "2")]])
def test_a_form_without_one_code_is_400(client, enrolment, form):
    pending(client)
    assert client.post("/auth/totp", form=form).status == 400


def test_a_recovery_code_is_good_once(client, enrolment, store, users):
    [code, other, *_] = enrolment.recovery_codes
    assert re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", code)
    for given, status in ((code.upper(), 200), (code, 401), (other.replace("-", " "), 200)):
        pending(client)
        assert client.post("/auth/totp", form={"code": given}).status == status
        client.cookies.clear()
    assert len(store.get(users.get("alice")).recovery) == 8


def test_the_page_asks_for_the_code_and_says_what_was_wrong(client, enrolment):
    pending(client)
    page = client.get("/auth/totp", headers=PAGE)
    assert 'autocomplete="one-time-code"' in page.text
    assert "<h1>One more step</h1>" in page.text
    again = client.post("/auth/totp", form={"code": "000000"}, headers=PAGE)
    assert again.status == 401
    assert "That code is not right" in again.text


def test_without_a_first_factor_there_is_no_page(client, enrolment):
    assert client.get("/auth/totp").status == 400
    assert client.post("/auth/totp", form={"code": code_at(enrolment, NOW)}).status == 400


def test_guesses_are_counted(serve, make_app, users, cheap, totp, store):
    auth = Auth(
        Password(hasher=cheap), totp, users=users, secret="s" * 32, throttle=Throttle(pair=Rate(3, 600))
    )
    set_clock(totp, NOW)
    enrolment = totp.enrol(users.get("alice"))
    store.set(users.get("alice"), enrolment.kept)
    client = serve(make_app(auth, Session()))
    pending(client)
    statuses = [client.post("/auth/totp", form={"code": "000000"}).status for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    assert client.post("/auth/totp", form={"code": code_at(enrolment, NOW)}).status == 429


def test_enrolment_shows_what_an_app_needs_and_keeps_nothing_readable(auth, totp, users):
    enrolment = totp.enrol(users.get("alice"))
    parts = urlsplit(enrolment.uri)
    query = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Shop:alice")
    assert (query["secret"], query["issuer"]) == ([enrolment.kept.secret], ["Shop"])
    assert len(enrolment.recovery_codes) == len(set(enrolment.recovery_codes)) == 10
    assert not set(enrolment.recovery_codes) & set(enrolment.kept.recovery)
    assert enrolment.kept.secret not in repr(enrolment)
    assert totp.confirms(enrolment.kept, code_at(enrolment, NOW))
    assert not totp.confirms(enrolment.kept, "000000")


def test_a_store_without_its_functions_names_the_fix(users, cheap):
    with pytest.raises(AuthWiringError, match=r"TOTP needs object\.get"):
        Auth(Password(hasher=cheap), TOTP("Shop", object()), users=users)


@pytest.mark.parametrize("issuer", ["", "a:b"])
def test_an_issuer_that_apps_misread_is_refused(store, issuer):
    with pytest.raises(ValueError, match="issuer must be a name without a colon"):
        TOTP(issuer, store)


def test_who_has_set_up_none_is_not_asked_for_a_code(client):
    assert client.post("/auth/login", form={"username": "bob", "password": "battery staple"}).status == 200
    page = client.get("/auth/totp", headers=PAGE)
    assert page.status == 403
    assert "you have not set one up" in page.text
    assert "<form" not in page.text
    assert client.get("/auth/totp").json()["problem"].startswith("This needs a second factor")
