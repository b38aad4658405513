"""What the first login by a provider costs the loop: nothing is loaded while it is served."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys, urllib.request
from urllib.parse import urlsplit
from growler import App
from growler.testing import TestClient
from growler_ext.auth import OIDC, Auth, Bearer, MemoryUsers
from growler_ext.auth.testing import PlainSession
from support.idp import at_the_provider

issuer, secret, kind = sys.argv[1:]
users = MemoryUsers()
users.add("alice", email="alice@example.org")
if kind == "login":
    method = OIDC("op", issuer=issuer, client_id="app", client_secret=secret, keep_tokens=True)
else:
    method = Bearer(audience="api", issuer=issuer)
app = App()
app.use(PlainSession())
app.use(Auth(method, users=users, secret="s" * 32, base_url="http://127.0.0.1:9500"))

@app.get("/")
def home(req, res):
    res.send_text(req.user.id if req.user else "nobody")

with TestClient(app) as client:
    assert client.get("/").text == "nobody"
    before = set(sys.modules)
    if kind == "login":
        there = client.get("/auth/op").headers["location"]
        back = urlsplit(at_the_provider(there))
        reply = client.get(f"{back.path}?{back.query}")
        assert reply.status == 200, reply.text
        assert client.get("/").text == "alice"
    else:
        assert client.get("/", headers={"Authorization": "Bearer " + sys.stdin.read()}).text == "alice"
    print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""


@pytest.mark.parametrize("kind", ["login", "token"])
def test_a_first_login_loads_no_library(provider, kind):
    provider.user["sub"] = "alice"
    token = provider.access_token(email="alice@example.org", email_verified=True)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, provider.issuer, provider.secret, kind], input=token, timeout=120,
        env={"PYTHONPATH": "tests"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert not loaded & {"authlib", "httpx2", "httpcore2", "anyio", "h11", "joserfc", "cryptography", "ssl"}
    assert len(loaded) < 10, loaded
