"""The cookie's options through HTTP: https, proxies, paths, and whether it outlives the browser's session."""

import logging

import pytest
from session.kept import on_the_server

from growler.testing import TestClient

PROXIED = {"X-Forwarded-Proto": "https"}


# https


@pytest.mark.parametrize("headers", [{}, PROXIED])
def test_a_secure_cookie_is_not_set_on_http_and_that_is_said_once(make_app, kept, caplog, headers):
    with TestClient(make_app(secure=True)) as client, caplog.at_level(logging.WARNING, "growler.session"):
        for _ in range(3):
            assert client.get("/set?k=1", headers=headers).getall("set-cookie") == []
    assert kept.count() == 0
    (warning,) = caplog.records
    assert "App(trust_proxy=" in warning.getMessage()


def test_a_secure_session_that_is_not_used_warns_of_nothing(make_app, caplog):
    with TestClient(make_app(secure=True)) as client:
        client.get("/all")
        client.get("/nothing")
    assert caplog.records == []


@pytest.mark.parametrize("secure", [True, "auto"])
def test_behind_a_trusted_proxy_that_speaks_https_the_cookie_is_secure(make_app, secure):
    with TestClient(make_app(secure=secure, trust_proxy=["127.0.0.1"])) as client:
        reply = client.get("/set?k=1", headers=PROXIED)
        (line,) = reply.getall("set-cookie")
        assert line.startswith("__Host-sid=")
        assert "; Secure; " in line
        cookie = line.partition(";")[0]
        assert client.get("/all", headers=PROXIED | {"Cookie": cookie}).json() == {"k": "1"}


def test_what_an_untrusted_proxy_says_of_https_is_not_believed(make_app):
    with TestClient(make_app()) as client:
        (line,) = client.get("/set?k=1", headers=PROXIED).getall("set-cookie")
        assert line.startswith("sid=")
        assert "Secure" not in line


def test_a_session_from_https_is_not_renewed_over_http(make_app, kept):
    # The browser would not take the new cookie, and the old one would be dead.
    app = make_app(secure=True, trust_proxy=["127.0.0.1"])
    with TestClient(app) as client:
        client.get("/set?k=1", headers=PROXIED)
        assert client.get("/renew").getall("set-cookie") == []
        assert client.get("/all", headers=PROXIED).json() == {"k": "1"}


# Attributes


def test_a_partitioned_cookie_is_secure(make_app, serve):
    (line,) = serve(make_app(partitioned=True)).get("/set?k=1").getall("set-cookie")
    assert line.startswith("__Host-sid=")
    assert line.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax; Partitioned")


def test_a_domain_is_sent_and_cleared(make_app, serve):
    client = serve(make_app(domain="example.com"))
    assert "; Domain=example.com; " in client.get("/set?k=1").headers["set-cookie"]
    assert "; Domain=example.com; " in client.get("/logout").headers["set-cookie"]


# Paths


@pytest.fixture
def under_app(make_app):
    app = make_app(path="/app")
    for path in ("/app/where", "/app", "/apple/where", "/where", "/app/"):
        app.get(path, lambda req, res: res.send_json(hasattr(req, "session")))
    app.get("/app/set", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])
    app.get("/app/all", lambda req, res: res.send_json(dict(req.session)))
    return app


@pytest.mark.parametrize(
    ("path", "has"),
    [("/app/where", True), ("/app", True), ("/app/", True), ("/app?x=1", True), ("/%61pp/where", True),
     ("/apple/where", False), ("/where", False)],
)  # fmt: skip
def test_outside_of_its_path_there_is_no_session(under_app, serve, path, has):
    reply = serve(under_app).get(path)
    assert reply.status == 200
    assert reply.json() is has


def test_outside_of_its_path_nothing_is_loaded_or_sent(under_app, serve, kept):
    client = serve(under_app)
    client.get("/app/set")
    assert client.get("/app/all").json() == {"k": 1}
    kept.pass_time(10 * 24 * 3600)
    assert client.get("/where").getall("set-cookie") == []
    (line,) = client.get("/app/all").getall("set-cookie")
    assert "; Path=/app; " in line


# Remember me


def persisting(app):
    app.get("/persist", lambda req, res: (req.session.persist("no" not in req.query), res.send_text(""))[1])
    return app


def test_by_default_the_cookie_outlives_the_browsers_session(make_app, serve):
    assert "Max-Age=100" in serve(make_app(idle=100)).get("/set?k=1").headers["set-cookie"]


def test_without_persist_the_cookie_has_no_age_and_is_sent_once(make_app, kept, serve):
    client = serve(make_app(idle=100, persist=False))
    (line,) = client.get("/set?k=1").getall("set-cookie")
    assert "Max-Age" not in line
    assert "Expires" not in line
    if kept.on_the_server:
        for _ in range(5):
            kept.pass_time(60)
            assert client.get("/all").getall("set-cookie") == []
        assert client.get("/all").json() == {"k": "1"}


def test_a_session_that_is_to_persist_is_remembered_to(make_app, kept, serve):
    client = serve(persisting(make_app(idle=100, persist=False)))
    client.get("/set?k=1")
    (line,) = client.get("/persist").getall("set-cookie")
    assert "Max-Age=100" in line
    kept.pass_time(60)
    (line,) = client.get("/all").getall("set-cookie")
    assert "Max-Age=100" in line
    (line,) = client.get("/login?user=alice").getall("set-cookie")
    assert "Max-Age=100" in line
    assert client.get("/all").json() == {"k": "1"}


def test_a_session_that_is_not_to_persist_any_more_is_told_so(make_app, kept, serve):
    client = serve(persisting(make_app(idle=100)))
    client.get("/set?k=1")
    (line,) = client.get("/persist?no=1").getall("set-cookie")
    assert "Max-Age" not in line
    kept.pass_time(60)
    assert all("Max-Age" not in line for line in client.get("/all").getall("set-cookie"))


def test_to_persist_nothing_is_nothing(make_app, kept, serve):
    assert serve(persisting(make_app())).get("/persist").getall("set-cookie") == []
    assert kept.count() == 0


@on_the_server("each change is a new cookie")
def test_to_persist_as_before_is_not_said_again(make_app, serve):
    client = serve(persisting(make_app()))
    client.get("/set?k=1")
    client.get("/persist")
    assert client.get("/persist").getall("set-cookie") == []
