"""`MethodContract`: what Auth relies on in a method, tested through a whole app in memory.

The app has `/`, open to everybody and answering who is there, and `/me`, behind `auth.require()`. There are two users,
"alice", whose credentials the method takes, and "bob".
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from growler import App
from growler.testing import TestClient
from growler_ext.auth.adapt import adapt, problem
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.method import SecondFactor
from growler_ext.auth.middleware import Auth
from growler_ext.auth.testing.plain_session import PlainSession
from growler_ext.auth.users import MemoryUsers

HOSTILE = """"'><script>alert(1)</script><img src=x onerror=alert(1)>"""

_FIELDS = (
    "", " ", "x", "Basic", "Basic ", "Basic !!!", "Basic Og==", "Basic gICA", "Bearer", "Bearer ", "Bearer x",
    "Bearer ..", "Bearer a.b.c", "Bearer " + "a" * 9000, "Digest username=\"alice\"", "Negotiate AAAA", "\xff\xfe",
    "bearer\tx", "Bearer gr_", "Bearer gr_" + "A" * 49, "Unknown x",
)  # fmt: skip

_FORMS: Sequence[Mapping[str, str]] = (
    {}, {"username": "alice"}, {"password": "x"}, {"username": "alice", "password": ""}, {"code": "000000"},
    {"email": "alice\r\nBcc: x@example.org"}, {"email": HOSTILE}, {"token": HOSTILE},
    {"username": HOSTILE, "password": "x"},
    {"username": "\0", "password": "\0"}, {"code": "x" * 5000}, {"state": "x", "code": "x"}, {"logout_token": "a.b.c"},
)  # fmt: skip


class MethodContract:
    """Subclass it and say how the method is made, and what it takes for a credential or how a login goes."""

    def make_method(self) -> Any:
        """A new method, with which "alice" can log in."""
        raise NotImplementedError

    def make_users(self) -> Any:
        """The directory: with `MemoryUsers`' methods, "alice" and "bob"."""
        users = MemoryUsers()
        users.add("alice")
        users.add("bob")
        return users

    def companions(self) -> Sequence[Any]:
        """Methods that have to stand in front of this one: a first factor, for a second one."""
        return []

    def options(self) -> dict[str, Any]:
        """For Auth, beside the methods and `users`."""
        return {"secret": "s" * 32, "base_url": "https://site.example", "throttle": None}

    def credential(self, auth: Auth) -> Mapping[str, str] | None:
        """Header fields that prove to be alice; None for a method that only has routes."""
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
        with self._opened() as (auth, _, _):
            services = auth._services
        given: Sequence[Any] = (None, object(), services.users)
        for users in given:
            found = adapt(self.make_method()).wire(replace(services, users=users))
            assert isinstance(found, list | tuple), "several sentences, or none"
            assert all(isinstance(sentence, str) and len(sentence) > 20 for sentence in found)
        assert list(found) == []

    def test_its_addresses_are_below_the_prefix(self) -> None:
        with self._opened() as (auth, method, _):
            for route in adapt(auth[method.name]).routes():
                assert route.verb in ("GET", "POST")
                assert route.path.startswith("/")
                assert "//" not in route.path

    def test_it_may_be_closed_twice(self) -> None:
        for _ in range(2):
            with self._opened() as (_, _, client):
                client.get("/")

    # Requests

    def test_a_request_without_a_credential_is_not_its_business(self) -> None:
        with self._opened() as (_, _, client):
            reply = client.get("/")
            assert (reply.status, reply.text) == (200, "nobody")
            denied = client.get("/me")
            assert denied.status == 401
            assert denied.getall("www-authenticate"), "RFC 9110 15.5.2: a 401 has a challenge"

    def test_a_credential_lets_its_user_in(self) -> None:
        with self._opened() as (auth, method, client):
            headers = self.credential(auth)
            if headers is None:
                return
            for _ in range(2):
                reply = client.get("/me", headers=headers)
                assert (reply.status, reply.text) == (200, f"alice by {method.name}")
            assert client.get("/me").status == 401, "it is of the request alone"
            assert client.head("/me", headers=headers).status == 200

    def test_a_bad_credential_is_refused_and_never_falls_through(self) -> None:
        with self._opened(_Vouching()) as (auth, _, client):
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
        with self._opened() as (auth, _, client):
            headers = self.credential(auth)
            if headers is None:
                return
            assert client.get("/me", headers=headers).status == 200
            self.users.change("alice", active=False)
            assert client.get("/me", headers=headers).status == 401
            self.users.change("alice", active=True)
            assert client.get("/me", headers=headers).status == 200

    def test_junk_is_no_error_of_the_server(self) -> None:
        with self._opened() as (_, _, client):
            for value in _FIELDS:
                reply = client.get("/me", headers={"Authorization": value})
                assert reply.status in (400, 401), f"{reply.status} for {value[:40]!r}"
            two = [("Authorization", "Bearer a.b.c"), ("Authorization", "Basic YTpi")]
            assert client.get("/me", headers=two).status in (400, 401)

    def test_nothing_secret_is_shown_or_logged(self) -> None:
        with self._logged() as lines, self._opened() as (auth, method, client):
            headers = self.credential(auth) or {}
            client.get("/me", headers=headers)
            for secret in headers.values():
                hidden = secret.rpartition(" ")[2]
                assert hidden not in repr(method) + repr(auth) + "".join(lines)

    # Routes

    def test_a_login_begins_a_new_session_and_ends_with_the_user(self) -> None:
        with self._opened() as (auth, method, client):
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
        with self._opened() as (auth, method, client):
            for route in adapt(auth[method.name]).routes():
                if route.verb == "POST" and not route.cross_site:
                    for form in _FORMS:
                        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
                        reply = client.post(f"/auth{route.path}", form=form, headers=foreign)
                        assert reply.status in (400, 403, 404), f"{reply.status} at {route.path}"
            assert client.get("/me").status == 401

    def test_junk_to_its_addresses_logs_nobody_in(self) -> None:
        with self._opened() as (auth, method, client):
            for route in adapt(auth[method.name]).routes():
                path = f"/auth{route.path}"
                for form in _FORMS:
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
        with self._opened() as (auth, method, _):
            whole = adapt(auth[method.name])
            for failed in (None, FailedLogin(HOSTILE, "/" + HOSTILE, HOSTILE)):
                page = _Page()
                page.feed(whole.form("/auth", "/" + HOSTILE, failed))
                assert not page.hostile, "form() has to escape what comes from outside"

    # The app

    @contextmanager
    def _opened(self, *more: Any) -> Iterator[tuple[Auth, Any, TestClient]]:
        self.users = self.make_users()
        method = self.make_method()
        auth = Auth(*self.companions(), method, *more, users=self.users, **self.options())
        app = App("contract")
        app.use(PlainSession())
        app.use(auth)

        @app.get("/")
        def home(req: Any, res: Any) -> None:
            res.send_text(str(req.user.id) if req.user else "nobody")

        @app.get("/basket")
        def basket(req: Any, res: Any) -> None:
            req.session["basket"] = 1
            res.send_text("kept")

        @app.get("/me")
        @auth.require()
        def me(req: Any, res: Any) -> None:
            res.send_text(f"{req.user.id} by {req.auth.method}")

        @app.post("/vouch")
        async def vouch(req: Any, res: Any) -> None:
            await auth.login(req, self.users.get("alice"))
            res.send_text("in")

        with TestClient(app) as client:
            yield auth, adapt(method), client

    @contextmanager
    def _logged(self) -> Iterator[list[str]]:
        lines: list[str] = []

        class Collect(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                lines.append(self.format(record))

        handler = Collect()
        logging.getLogger().addHandler(handler)
        try:
            yield lines
        finally:
            logging.getLogger().removeHandler(handler)


class _Vouching:
    """A method with a route, so that Auth keeps logins in sessions."""

    name = "contract-vouching"

    def routes(self) -> Sequence[Any]:
        from growler_ext.auth.method import NOT_MINE, Route

        return [Route("POST", "/contract-vouching", lambda req: NOT_MINE)]


class _Page(HTMLParser):
    """Whether a page has what only comes of an escape that is missing."""

    hostile = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if any(name == "onerror" for name, _ in attrs) or (tag == "img" and ("src", "x") in attrs):
            self.hostile = True

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and "alert(1)" in data:
            self.hostile = True
