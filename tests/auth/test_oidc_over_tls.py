"""A login whose answer the provider's page posts (response_mode=form_post), with https on both sides."""

from __future__ import annotations

import ssl
from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import trustme

from growler.aio.server import HTTPServer
from growler_ext.auth import Auth, MemoryUsers
from growler_ext.auth.testing import PlainSession
from support.idp import Provider
from support.openid_login import PAGE, openid
from support.redis_server import free_port
from support.servers import Running


class OverTLS:
    """The native server with https, on a port that is known before."""

    loop_factory = None

    def __init__(self, context: ssl.SSLContext, port: int) -> None:
        self._context = context
        self._port = port

    async def start(self, app) -> int:
        self._server = HTTPServer(app, "127.0.0.1", self._port, ssl=self._context)
        await self._server.start()
        return self._server.port

    async def stop(self) -> None:
        await self._server.close()


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """Contexts of a server and of a client; what the site itself asks is verified by the same authority."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    client = ssl.create_default_context()
    return server, client


@pytest.fixture
def provider(tls):
    provider, port = Provider(), free_port()
    provider.issuer = f"https://127.0.0.1:{port}"
    with Running(OverTLS(tls[0], port), provider.app):
        yield provider


@pytest.fixture
def site(tls, provider, make_app):
    users = MemoryUsers()
    users.add("alice", email="alice@example.org")
    port = free_port()
    op = openid(provider, response_mode="form_post")
    auth = Auth(op, users=users, secret="s" * 32, base_url=f"https://127.0.0.1:{port}")
    with ExitStack() as stack:
        stack.enter_context(Running(OverTLS(tls[0], port), make_app(auth, PlainSession())))
        yield stack.enter_context(httpx2.Client(base_url=f"https://127.0.0.1:{port}", verify=tls[1]))


def begin(site, provider, tls):
    """Go to the provider; what its page would post, and the cookies that a browser sends with that."""
    reply = site.get("/auth/op", headers=PAGE)
    assert reply.status_code == 303
    where = reply.headers["location"]
    assert parse_qs(urlsplit(where).query)["response_mode"] == ["form_post"]
    lines = reply.headers.get_list("set-cookie")
    site.cookies.clear()
    assert httpx2.get(where, verify=tls[1]).status_code == 200
    return provider.posted, lines


def post(site, form, lines, **more):
    # A page of another site posts: of the cookies only those go along that say SameSite=None.
    sent = "; ".join(line.partition(";")[0] for line in lines if "SameSite=None" in line)
    headers = {**PAGE, "Sec-Fetch-Site": "cross-site", "Origin": "https://127.0.0.1", "Cookie": sent, **more}
    return site.post("/auth/op/callback", data=form, headers=headers)


def test_what_the_providers_page_posts_logs_in(site, provider, tls):
    form, lines = begin(site, provider, tls)
    (line,) = lines
    assert line.startswith("__Host-auth-flow-")
    assert all(part in line for part in ("Secure", "HttpOnly", "SameSite=None"))
    reply = post(site, form, lines)
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    assert site.get("/").text == "alice"


def test_the_answer_is_good_once_and_in_its_browser_alone(site, provider, tls):
    form, lines = begin(site, provider, tls)
    assert post(site, form, []).status_code == 400
    assert post(site, form, lines).status_code == 303
    site.cookies.clear()
    assert post(site, form, lines).status_code == 400


def test_an_answer_in_the_address_is_not_taken(site, provider, tls):
    form, lines = begin(site, provider, tls)
    reply = site.get("/auth/op/callback", params=form, headers={"Cookie": lines[0].partition(";")[0]})
    assert reply.status_code in (404, 405)
    assert provider.asked["token"] == 0


def test_a_provider_whose_certificate_nobody_trusts_is_502(provider, tls, make_app, monkeypatch, serve):
    monkeypatch.delenv("SSL_CERT_FILE")
    users = MemoryUsers()
    auth = Auth(openid(provider), users=users, secret="s" * 32, base_url="https://site.example")
    reply = serve(make_app(auth, PlainSession())).get("/auth/op", headers=PAGE)
    assert reply.status == 502
    assert provider.asked["discovery"] == 0
