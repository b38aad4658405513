"""Logging in by a message, over HTTP, with a mailbox that keeps what was sent."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from growler_ext.auth import Auth, AuthWiringError, Identity, MagicLink, MemoryUsers, Password, Rate, Throttle
from growler_ext.auth.waiting_logins import WaitingLogin, WaitingLogins
from growler_ext.session import Session

PAGE = {"Accept": "text/html,*/*;q=0.8"}
ALICE = "alice@example.org"


@pytest.fixture
def mailbox():
    """(address, link, code) of each message, the last one last."""
    return []


@pytest.fixture
def proved():
    return []


@pytest.fixture
def make_link(users, cheap, mailbox, proved):
    async def send(address, link, code):
        mailbox.append((address, link, code))

    def identity(who):
        proved.append(who)
        return users.get(who.subject.partition("@")[0])

    users.identity = identity

    def make(send=send, ttl=900, **options):
        methods = (Password(hasher=cheap), MagicLink(send, ttl=ttl))
        return Auth(*methods, users=users, secret="s" * 32, base_url="https://example.org", **options)

    return make


@pytest.fixture
def client(serve, make_app, make_link):
    return serve(make_app(make_link(), Session()))


def ask(client, address=ALICE, **headers):
    return client.post("/auth/link", form={"email": address, "next": "/info"}, headers=headers)


def target_of(link: str) -> str:
    parts = urlsplit(link)
    assert f"{parts.scheme}://{parts.netloc}" == "https://example.org"
    return f"{parts.path}?{parts.query}"


def token_of(link: str) -> str:
    return urlsplit(link).query.partition("=")[2]


def test_the_link_and_the_button_log_in_where_it_was_asked_for(client, mailbox, proved):
    reply = ask(client, **PAGE)
    assert (reply.status, "If mail reaches <b>alice@example.org</b>" in reply.text) == (200, True)
    [(address, link, code)] = mailbox
    assert (address, len(code), code.isdigit()) == (ALICE, 6, True)
    page = client.get(target_of(link), headers=PAGE)
    assert "You are about to sign in on this device." in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    reply = client.post("/auth/link/open", form={"token": token_of(link)}, headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/info")
    assert client.get("/info").json()["method"] == "link"
    assert proved == [Identity("mailto:", ALICE, ALICE, True)]


def test_the_code_alone_logs_in_where_it_was_asked_for(client, mailbox):
    ask(client)
    code = mailbox[-1][2]
    reply = client.post("/auth/link/code", form={"code": f"{code[:3]} {code[3:]}"})
    assert reply.json() == {"user": "alice", "next": "/info"}


def test_opening_the_link_uses_nothing_up(client, mailbox):
    ask(client)
    link = mailbox[-1][1]
    for method in ("GET", "HEAD", "GET", "HEAD", "GET"):
        assert client.request(method, target_of(link)).status == 200
    assert client.post("/auth/link/open", form={"token": token_of(link)}).status == 200


def test_it_works_once(client, mailbox):
    ask(client)
    kept, form = dict(client.cookies), {"token": token_of(mailbox[-1][1])}
    assert client.post("/auth/link/open", form=form).status == 200
    client.cookies.clear()
    client.cookies.update(kept)
    reply = client.post("/auth/link/open", form=form)
    assert reply.status == 401
    assert client.get("/").text == "nobody"


def test_of_many_who_press_at_once_one_gets_in(make_link):
    waiting = WaitingLogins(make_link()._services.shared, 60)

    async def press():
        await waiting.put("flow", WaitingLogin(ALICE, "/", "123456", 5))
        return await asyncio.gather(*(waiting.take("flow") for _ in range(200)))

    assert sum(taken is not None for taken in asyncio.run(press())) == 1


def test_in_another_browser_the_code_has_to_be_typed(client, mailbox):
    ask(client)
    _, link, code = mailbox[-1]
    client.cookies.clear()
    assert "You asked for this link in another browser" in client.get(target_of(link), headers=PAGE).text
    form = {"token": token_of(link)}
    assert client.post("/auth/link/open", form=form).status == 400
    assert client.post("/auth/link/open", form={**form, "code": "x"}).status == 401
    assert client.post("/auth/link/open", form={**form, "code": code}).json()["user"] == "alice"


def test_a_code_can_be_tried_five_times(client, mailbox):
    ask(client)
    code = mailbox[-1][2]
    wrong = "000000" if code != "000000" else "111111"
    texts = [client.post("/auth/link/code", form={"code": wrong}).json() for _ in range(5)]
    assert [text.get("problem") for text in texts[:4]] == [
        f"That code is not right. {left} left." for left in ("4 tries", "3 tries", "2 tries", "1 try")
    ]
    assert client.post("/auth/link/code", form={"code": code}).status == 401


def test_codes_are_counted_over_all_messages_to_an_address(serve, make_app, make_link, mailbox):
    client = serve(
        make_app(make_link(throttle=Throttle(account=Rate(6, 3600), pair=Rate(99, 60))), Session())
    )
    ask(client)
    wrong = [client.post("/auth/link/code", form={"code": "x"}).status for _ in range(5)]
    ask(client)
    wrong += [client.post("/auth/link/code", form={"code": "x"}).status for _ in range(2)]
    assert wrong == [401, 401, 401, 401, 401, 401, 429]
    reply = client.post("/auth/link/code", form={"code": mailbox[-1][2]}, headers=PAGE)
    assert (reply.status, "Too many tries" in reply.text) == (429, True)
    token = token_of(mailbox[-1][1])
    assert client.post("/auth/link/open", form={"token": token}).status == 200, "the link needs no code"


def test_nobody_keeps_messages_from_a_user_on_a_known_device(serve, make_app, make_link, mailbox):
    client = serve(make_app(make_link(throttle=Throttle(account=Rate(3, 3600))), Session()))
    ask(client)
    assert client.post("/auth/link/code", form={"code": mailbox[-1][2]}).status == 200
    device = {name: value for name, value in client.cookies.items() if "device" in name}
    client.cookies.clear()
    assert [ask(client).status for _ in range(3)] == [200, 200, 429]
    client.cookies.update(device)
    assert ask(client).status == 200


def test_forged_links_and_none_look_the_same(client, make_link):
    mine = make_link()._services.keys
    others = Auth(Password(), users=MemoryUsers(), secret="t" * 32)._services.keys
    tokens = (others.signer("link").sign("x" * 43), mine.signer("device").sign("x" * 43), "", "x.y.z")
    pages = {client.get(f"/auth/link/open?token={token}").text for token in tokens}
    pages.add(client.get("/auth/link/open").text)
    assert len(pages) == 1
    assert "This link or code is not good any more." in pages.pop()


def test_a_used_link_still_opens_but_its_button_is_worth_nothing(client, mailbox):
    ask(client)
    token = token_of(mailbox[-1][1])
    client.post("/auth/link/open", form={"token": token})
    assert client.get(target_of(mailbox[-1][1])).status == 200
    assert client.post("/auth/link/open", form={"token": token, "code": mailbox[-1][2]}).status == 401


@pytest.mark.parametrize(
    "address",
    [
        "", "alice", "a@b@c", "alice@", "@example.org", "a b@example.org", "a@example.org\r\nBcc: b@example.org",
        "a@example.org,b@example.org", "Alice <alice@example.org>", "a\x00@example.org", "a" * 65 + "@example.org",
        "=?utf-8?q?eve=40evil.example=2c?=@example.org", "a@=?utf-8?q?evil=2eexample=3e?=",
    ],
)  # fmt: skip
def test_what_is_no_address_gets_no_message(client, mailbox, address):
    reply = ask(client, address)
    assert (reply.status, mailbox) == (400, [])


def test_known_and_unknown_addresses_get_the_same_answer(client, mailbox):
    known, unknown = ask(client), ask(client, "nobody@example.org")
    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert len(mailbox) == 2


def test_whose_address_nobody_has_is_told_after_proving_it(client, mailbox):
    ask(client, "nobody@example.org")
    reply = client.post("/auth/link/code", form={"code": mailbox[-1][2]})
    assert (reply.status, "no account for you" in reply.text) == (401, True)


def test_the_host_of_the_request_is_not_in_the_link(client, mailbox):
    client.post("/auth/link", form={"email": ALICE}, headers={"Host": "evil.example"})
    assert mailbox[-1][1].startswith("https://example.org/auth/link/open?token=")


def test_messages_to_one_address_are_counted(serve, make_app, make_link, mailbox):
    client = serve(make_app(make_link(throttle=Throttle(pair=Rate(2, 600))), Session()))
    assert [ask(client).status for _ in range(3)] == [200, 200, 429]
    assert len(mailbox) == 2


def test_a_message_that_cannot_be_sent_is_said_and_told(serve, make_app, make_link, caplog):
    async def send(address, link, code):
        raise OSError(f"no route for {address} {link} {code}")

    auth = make_link(send)
    told = []
    auth.on("provider_error", told.append)
    reply = ask(serve(make_app(auth, Session())))
    assert (reply.status, len(told)) == (502, 1)
    assert "not sent: OSError" in caplog.text
    assert ALICE not in caplog.text


def test_a_page_of_another_site_cannot_press_the_button(client, mailbox):
    ask(client)
    headers = {"Sec-Fetch-Site": "cross-site"}
    form = {"token": token_of(mailbox[-1][1])}
    assert client.post("/auth/link/open", form=form, headers=headers).status == 403
    assert client.get(target_of(mailbox[-1][1]), headers=headers).status == 200


def test_the_login_page_has_its_form(client):
    page = client.get("/login?next=/info", headers=PAGE).text
    assert 'action="/auth/link"' in page
    assert 'type="email"' in page
    assert page.count('value="/info"') == 2


def test_what_it_cannot_do_without_is_named():
    async def send(address, link, code): ...

    class WithoutIdentities:
        def get(self, id): ...

    with pytest.raises(AuthWiringError) as mistakes:
        Auth(MagicLink(send), users=WithoutIdentities())
    assert "base_url" in str(mistakes.value)
    assert "users.identity(who)" in str(mistakes.value)


def test_a_ttl_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="ttl must be positive"):
        MagicLink(lambda *a: None, ttl=0)  # type: ignore[arg-type,return-value]  # nobody calls it
