"""`MethodContract`: what Auth relies on in a method, tested through a whole app in memory.

There are two users, "alice", whose credentials the method takes, and "bob".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from growler.testing import TestClient
from growler_ext.auth.adapt import adapt, problem
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.method import SecondFactor
from growler_ext.auth.middleware import Auth
from growler_ext.auth.testing.contract_app import ContractApp, Vouching
from growler_ext.auth.testing.hostile import FIELDS, FORMS, HOSTILE, is_unescaped


class MethodContract(ContractApp):
    """Subclass it and say how the method is made, and what it takes for a credential or how a login goes."""

    def credential(self, auth: Auth) -> Mapping[str, str] | None:
        """Header fields that prove to be alice, all of them needed for it; None for a method that only has routes."""
        return None

    def bad_credentials(self, auth: Auth) -> Sequence[Mapping[str, str]]:
        """Header fields of this method's kind that prove nothing: altered, expired, of somebody else's making."""
        return []

    def log_in(self, client: TestClient, auth: Auth) -> bool:
        """Log alice in by the routes of the method; False where a test cannot: a browser or a device is needed."""
        return False

    # What it is

    def test_it_is_a_method(self) -> None:
        given = self.make_method()
        assert problem(given) is None
        method = adapt(given)
        assert method.name
        assert method.name == method.name.lower()
        assert len(method.name) <= 64, "sessions keep it"
        assert method.challenge is None or method.challenge.isprintable()

    def test_what_is_missing_is_said_in_sentences(self) -> None:
        with self.opened() as (auth, _, _):
            services = auth._services
        given: Sequence[Any] = (None, object(), services.users)
        for users in given:
            found = adapt(self.make_method()).wire(replace(services, users=users))
            assert isinstance(found, list | tuple), "several sentences, or none"
            assert all(isinstance(sentence, str) and len(sentence) > 20 for sentence in found)
        assert list(found) == []

    def test_its_addresses_are_below_the_prefix(self) -> None:
        with self.opened() as (auth, method, _):
            for route in adapt(auth[method.name]).routes():
                assert route.verb in ("GET", "POST")
                assert route.path.startswith("/")
                assert "//" not in route.path

    def test_it_may_be_closed_twice(self) -> None:
        for _ in range(2):
            with self.opened() as (_, _, client):
                client.get("/")

    # Requests

    def test_a_request_without_a_credential_is_not_its_business(self) -> None:
        with self.opened() as (_, _, client):
            reply = client.get("/")
            assert (reply.status, reply.text) == (200, "nobody")
            denied = client.get("/me")
            assert denied.status == 401
            assert denied.getall("www-authenticate"), "RFC 9110 15.5.2: a 401 has a challenge"

    def test_a_credential_lets_its_user_in(self) -> None:
        with self.opened() as (auth, method, client):
            headers = self.credential(auth)
            if headers is None:
                return
            for _ in range(2):
                reply = client.get("/me", headers=headers)
                assert (reply.status, reply.text) == (200, f"alice by {method.name}")
            assert client.get("/me").status == 401, "it is of the request alone"
            assert client.head("/me", headers=headers).status == 200

    def test_a_bad_credential_is_refused_and_never_falls_through(self) -> None:
        with self.opened(Vouching()) as (auth, _, client):
            assert client.post("/vouch").status == 200
            assert client.get("/me").text.startswith("alice"), "the session is good"
            told: list[Any] = []
            auth.on("login_failed", told.append)
            for headers in self.bad_credentials(auth):
                reply = client.get("/me", headers=headers)
                assert reply.status in (400, 401, 403), f"{reply.status} for {headers}"
                assert client.get("/", headers=headers).status == reply.status, (
                    "also where nobody is asked for"
                )
                for secret in headers.values():
                    assert secret not in str(told) + reply.text
            assert len(told) >= len(self.bad_credentials(auth))
            assert client.get("/me").status == 200

    def test_who_is_locked_is_out_at_once(self) -> None:
        with self.opened() as (auth, _, client):
            headers = self.credential(auth)
            if headers is None:
                return
            assert client.get("/me", headers=headers).status == 200
            self.users.change("alice", active=False)
            assert client.get("/me", headers=headers).status == 401
            self.users.change("alice", active=True)
            assert client.get("/me", headers=headers).status == 200

    def test_junk_is_no_error_of_the_server(self) -> None:
        with self.opened() as (_, _, client):
            for value in FIELDS:
                reply = client.get("/me", headers={"Authorization": value})
                assert reply.status in (400, 401), f"{reply.status} for {value[:40]!r}"
            two = [("Authorization", "Bearer a.b.c"), ("Authorization", "Basic YTpi")]
            assert client.get("/me", headers=two).status in (400, 401)

    def test_a_credential_with_one_field_spoilt_lets_nobody_in(self) -> None:
        with self.opened() as (auth, _, client):
            told: list[Any] = []
            auth.on("login_failed", told.append)
            headers = dict(self.credential(auth) or {})
            for name, value in headers.items():
                for spoilt in (f"{value}x", value[: len(value) // 2], value + value, *FIELDS):
                    reply = client.get("/me", headers={**headers, name: spoilt})
                    assert reply.status in (400, 401, 403), f"{reply.status} for {name}: {spoilt[:40]!r}"
                assert f"{value}x" not in str(told), "the reason goes into the log"
                rest = {other: kept for other, kept in headers.items() if other != name}
                assert client.get("/me", headers=rest).status in (400, 401, 403), (
                    f"it is let in without {name}"
                )

    def test_nothing_secret_is_shown_orlogged(self) -> None:
        with self.logged() as lines, self.opened() as (auth, method, client):
            headers = self.credential(auth) or {}
            client.get("/me", headers=headers)
            for secret in headers.values():
                hidden = secret.rpartition(" ")[2]
                assert hidden not in repr(method) + repr(auth) + "".join(lines)

    # Routes

    def test_a_login_begins_a_new_session_and_ends_with_the_user(self) -> None:
        with self.opened() as (auth, method, client):
            client.get("/basket")
            before = client.cookies.get("sid")
            if not self.log_in(client, auth):
                return
            reply = client.get("/me")
            assert reply.status == 200
            assert reply.text.startswith("alice by ")
            if not isinstance(method, SecondFactor):
                assert reply.text == f"alice by {method.name}"
            assert before is not None
            assert client.cookies.get("sid") not in (None, before), "who knew the old id must know nothing"
            self.users.change("alice", active=False)
            assert client.get("/me").status == 401

    def test_no_page_of_another_site_logs_anybody_in(self) -> None:
        with self.opened() as (auth, method, client):
            for route in adapt(auth[method.name]).routes():
                if route.verb == "POST" and not route.cross_site:
                    for form in FORMS:
                        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
                        reply = client.post(f"/auth{route.path}", form=form, headers=foreign)
                        assert reply.status in (400, 403, 404), f"{reply.status} at {route.path}"
            assert client.get("/me").status == 401

    def test_junk_to_its_addresses_logs_nobody_in(self) -> None:
        with self.opened() as (auth, method, client):
            for route in adapt(auth[method.name]).routes():
                path = f"/auth{route.path}"
                for form in FORMS:
                    if route.verb == "POST":
                        assert client.post(path, form=form).status < 500, (path, form)
                    query = "&".join(f"{name}={value}" for name, value in form.items() if value.isalnum())
                    assert client.get(f"{path}?{query}").status in (*range(500), 502, 504), (path, form)
                if route.verb == "POST":
                    for body, kind in ((b"{", "application/json"), (b"\xff", "text/plain"), (b"", "")):
                        reply = client.post(path, body=body, headers={"Content-Type": kind})
                        assert reply.status < 500, (path, body)
                assert client.get("/me").status == 401

    def test_its_part_of_the_login_page_is_escaped(self) -> None:
        with self.opened() as (auth, method, _):
            whole = adapt(auth[method.name])
            for failed in (None, FailedLogin(HOSTILE, "/" + HOSTILE, HOSTILE)):
                part = whole.form("/auth", "/" + HOSTILE, failed)
                assert not is_unescaped(part), "form() has to escape what comes from outside"
