"""A second factor: who has one set up is logged in when both were shown, and not before."""

from __future__ import annotations

import pytest

from growler_ext.auth import Accepted, Auth, AuthWiringError, Page, Password, Rejected, Route, SecondFactor
from growler_ext.session import Session

ALICE = {"username": "alice", "password": "correct horse"}
BOB = {"username": "bob", "password": "battery staple"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}


class Code(SecondFactor):
    """Users whose names begin with "a" have it; the code is 42."""

    name = "code"

    def is_set_up(self, user):
        return user.id.startswith("a")

    def routes(self):
        return [Route("GET", "/code", self.show), Route("POST", "/code", self.check)]

    def show(self, req):
        if req.auth.pending is None and req.user is None:
            return Rejected("nobody is waiting", status=400)
        who = req.auth.pending or req.user
        return Page("One more step", f"<p>Code of {who.id}</p>", data={"for": who.id})

    async def check(self, req):
        form = await req.form()
        user = req.auth.pending or req.user
        if user is None or form.get("code", [""])[0] != "42":
            return Rejected("wrong code", message="Wrong code.")
        return Accepted(user, ("otp",))


@pytest.fixture
def auth(users, cheap):
    return Auth(Password(hasher=cheap), Code(), users=users, secret="s" * 32)


@pytest.fixture
def client(serve, make_app, auth):
    app = make_app(auth, Session())

    @app.get("/safe")
    @auth.require(mfa=True)
    def safe(req, res):
        res.send_text(f"{req.user.id} {','.join(req.auth.amr)}")

    @app.get("/any")
    @auth.require()
    def anybody(req, res):
        res.send_text("in")

    return serve(app)


def test_the_password_alone_logs_nobody_in(client):
    reply = client.post("/auth/login", form=ALICE)
    assert (reply.status, reply.json()["second_factor"]) == (401, "/auth/code")
    assert client.get("/").text == "nobody"
    assert client.get("/any").status == 401


def test_both_do(client):
    client.post("/auth/login", form=ALICE)
    assert client.get("/auth/code").json() == {"title": "One more step", "for": "alice"}
    assert client.post("/auth/code", form={"code": "42"}).json() == {"user": "alice", "next": "/"}
    assert client.get("/safe").text == "alice pwd,otp,mfa"


def test_a_browser_is_led_through_and_ends_where_it_was_going(client):
    form = {**ALICE, "next": "/safe"}
    reply = client.post("/auth/login", form=form, headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/auth/code")
    page = client.get("/auth/code", headers=PAGE)
    assert "<h1>One more step</h1>" in page.text
    assert "Code of alice" in page.text
    reply = client.post("/auth/code", form={"code": "42"}, headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/safe")


def test_the_id_changes_with_each_step(client):
    ids = []
    client.get("/basket/pear")
    ids.append(client.cookies["sid"])
    client.post("/auth/login", form=ALICE)
    ids.append(client.cookies["sid"])
    client.post("/auth/code", form={"code": "42"})
    ids.append(client.cookies["sid"])
    assert len(set(ids)) == 3
    assert client.get("/basket").text == "pear"


def test_a_wrong_code_leaves_it_waiting(client):
    client.post("/auth/login", form=ALICE)
    assert client.post("/auth/code", form={"code": "41"}).status == 401
    assert client.get("/").text == "nobody"
    assert client.post("/auth/code", form={"code": "42"}).status == 200


def test_a_code_without_a_password_is_nothing(client):
    assert client.post("/auth/code", form={"code": "42"}).status == 401
    assert client.get("/").text == "nobody"


def test_who_has_none_set_up_is_logged_in_at_once_but_not_where_two_are_needed(client):
    assert client.post("/auth/login", form=BOB).status == 200
    assert client.get("/any").text == "in"
    reply = client.get("/safe")
    assert (reply.status, reply.json()["second_factor"]) == (401, "/auth/code")
    reply = client.get("/safe", headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/auth/code?next=/safe")


def test_it_can_be_shown_later(client):
    client.post("/auth/login", form=BOB)
    before = client.cookies["sid"]
    assert client.post("/auth/code", form={"code": "42"}).status == 200
    assert client.cookies["sid"] != before
    assert client.get("/safe").text == "bob pwd,otp,mfa"


def test_who_is_locked_meanwhile_does_not_get_in(client, users):
    client.post("/auth/login", form=ALICE)
    users.change("alice", active=False)
    assert client.post("/auth/code", form={"code": "42"}).status == 401


def test_a_forged_code_is_refused(client):
    client.post("/auth/login", form=ALICE)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/auth/code", form={"code": "42"}, headers=headers).status == 403


def test_it_is_no_way_in_by_itself(users):
    with pytest.raises(AuthWiringError, match="code is a second factor: put a first one in front"):
        Auth(Code(), users=users)
