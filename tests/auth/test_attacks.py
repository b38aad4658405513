"""Attacks on Auth as a whole, and where each known one is proved to fail.

`PROOFS` is the list: what an attacker tries, and the test that shows what comes of it - here, or beside the part that
it concerns. A test that is renamed or lost is noticed. Below are those that need several parts at once.
"""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from growler import App
from growler_ext.auth import (
    TOTP,
    ApiKey,
    Auth,
    Basic,
    KeyRecord,
    MagicLink,
    MemoryPasskeys,
    MemorySecrets,
    Passkey,
    Password,
    Rate,
    Throttle,
    new_key,
)
from growler_ext.session import Session
from support.clients import LiveClient
from support.raw import Raw
from support.servers import Running

ALICE = {"username": "alice", "password": "correct horse"}
BOB = {"username": "bob", "password": "battery staple"}
WRONG = {"username": "alice", "password": "wrong"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}
SITE = "http://localhost:9500"

PROOFS = {
    # next
    "a next that browsers read as another site": "next_url: a_url_that_may_leave_the_site_leads_home",
    "a next given twice": "password_login: a_next_given_twice_leads_home",
    "a next put into the form": "login_page: next_is_checked_before_it_enters_the_form",
    "a next at its use": "password_login: a_next_that_leaves_the_site_leads_home",
    "a closed path that reads as another site": "guards: a_path_that_reads_as_another_site_is_not_handed_on",
    "a target in absolute form": "attacks: a_target_in_absolute_form_does_not_choose_where_the_login_leads",
    # session
    "a session id planted before": "sessions: an_id_planted_by_somebody_else_is_not_kept",
    "an id known from before the login": "sessions: a_login_changes_the_id_and_the_old_one_is_dead",
    "an id known from between two factors": "second_factor: the_id_changes_with_each_step",
    "a cookie tossed in by a neighbour": "sessions: of_two_cookies_of_one_name_the_real_one_counts",
    "a device cookie tossed in": "attacks: two_device_cookies_are_none",
    "logout by GET": "sessions: login_and_logout_are_for_post_only",
    "login and logout by another site": "sessions: another_site_can_neither_log_in_nor_out",
    "any unsafe request by another site": "sessions: csrf_all_refuses_forged_requests_of_users_everywhere",
    "a slow request that outlives the logout": "attacks: a_slow_request_does_not_revive_a_session",
    "the back button after the logout": "in_browser: from_a_closed_page_through_a_typing_error_to_the_page_and_out",
    "what the last user of a browser left": "sessions: another_login_in_the_same_browser_leaves_nothing_of_the_first",
    "the same, through a second factor": "attacks: a_login_in_two_steps_leaves_nothing_of_another_user",
    "the other browser after logging out everywhere": "logins: logging_out_everywhere_ends_the_other_browser_too",
    # password
    "telling who has an account by the work done": "attacks: known_and_unknown_names_cost_the_same_work",
    "telling who has an account by the answer": "attacks: known_and_unknown_names_get_the_same_bytes",
    "telling who has an old hash by the time": "passwords: at_first_refusals_take_as_long_as_the_slowest_hash_accepted",
    "a hash that cannot be saved anew": "password_login: a_hash_that_cannot_be_saved_does_not_stop_the_login",
    "a user who changes the password": "logins: the_application_ends_all_but_this_one",
    "logins beyond the queue": "password_login: logins_beyond_the_queue_are_told_to_come_back",
    "a counter that is away": "throttle: with_a_broken_backend_tries_are_counted_in_memory_and_that_is_told",
    "a password of a megabyte": "password_login: a_huge_field_is_refused_before_it_is_hashed",
    "a hash cut short": "password_login: a_corrupt_hash_is_a_failed_login_and_a_line_in_the_log",
    "two hundred guesses at once": "attacks: of_many_guesses_at_once_no_more_hashes_are_made_than_allowed",
    "the right one after too many": "throttle: a_right_password_is_refused_as_a_wrong_one_when_there_were_too_many",
    "many names from one address": "attacks: guesses_at_many_accounts_from_one_address_are_counted",
    "one name from many addresses": "attacks: guesses_at_one_account_from_many_addresses_are_counted",
    "an address that is made up": "attacks: a_forwarded_address_is_only_believed_from_a_proxy",
    "one name in many spellings": "attacks: a_name_in_another_spelling_is_the_same_account",
    "locking somebody out": "throttle: nobody_locks_out_a_user_on_a_known_device",
    "locking somebody out of the second factor": "attacks: nobody_is_locked_out_by_the_name_of_another_step",
    "locking somebody out by asking for mail": "attacks: asking_for_mail_does_not_hold_up_passwords",
    # credentials of requests
    "a bad credential beside a good session": "header_methods: a_bad_credential_is_401_although_the_session_is_good",
    "two Authorization fields": "header_methods: two_authorization_fields_are_400",
    "a credential spelled to be read twice": "attacks: a_smuggled_credential_logs_nobody_in",
    "a token in the query": "header_methods: a_token_in_the_query_or_a_form_is_not_read",
    "Basic around the second factor": "attacks: basic_is_no_way_around_a_second_factor",
    "a key that makes itself a passkey": "attacks: a_key_of_a_program_adds_no_passkey",
    "a key that throws its owner out": "attacks: a_key_of_a_program_logs_nobody_out_elsewhere",
    "a token without a signature, or signed by others": "header_methods: a_token_that_is_not_good_is_401",
    "the token of another issuer, or for somebody else": "bearer_issuers: a_token_that_is_not_good_is_401",
    "two hundred calls by Basic": "header_methods: two_hundred_calls_cost_one_hash",
    "a key where somebody must have logged in lately": "attacks: a_key_of_a_program_is_never_fresh",
    # link, codes, keys
    "a link opened by a scanner": "magic_link: opening_the_link_uses_nothing_up",
    "a link pressed many times at once": "magic_link: of_many_who_press_at_once_one_gets_in",
    "a link in another browser": "magic_link: in_another_browser_the_code_has_to_be_typed",
    "guessing the code of a link": "magic_link: a_code_can_be_tried_five_times",
    "a link to the host of the request": "magic_link: the_host_of_the_request_is_not_in_the_link",
    "telling who has an account by asking for mail": "magic_link: known_and_unknown_addresses_get_the_same_answer",
    "a forged link": "magic_link: forged_links_and_none_look_the_same",
    "an address that is two header fields": "magic_link: what_is_no_address_gets_no_message",
    "a code of an app used twice": "totp: a_code_is_good_once_and_a_second_use_is_told",
    "a code of an app sent many times at once": "attacks: of_one_code_sent_many_times_one_gets_in",
    "a recovery code sent many times at once": "attacks: of_one_code_sent_many_times_one_gets_in",
    "the password alone": "second_factor: the_password_alone_logs_nobody_in",
    "guessing codes of an app": "totp: guesses_are_counted",
    # passkeys
    "a passkey of another site, without its user, or cloned": "passkey_attacks: one_that_lies_logs_nobody_in",
    "the same, to be added": "passkey_attacks: one_that_lies_is_not_added",
    "an answer sent again": "passkey_attacks: an_answer_is_good_once_though_its_cookie_comes_back",
    "an answer sent many times at once": "passkey_attacks: of_one_answer_sent_many_times_at_once_one_gets_in",
    "the challenge of another browser": "passkey_attacks: the_challenge_of_another_browser_does_not_do",
    "an attestation in place of an assertion": "passkey_attacks: an_answer_of_one_ceremony_is_none_for_the_other",
    "the passkey of somebody else": "passkey_attacks: a_passkey_belongs_to_one_user",
    "the challenge of somebody else": "passkey_attacks: what_one_user_was_asked_another_cannot_answer",
    "a token that makes itself a passkey": "passkey_attacks: a_token_makes_itself_no_passkey",
    "a flood of questions": "passkey_attacks: asking_and_not_answering_leaves_nothing_behind",
    # providers
    "the callback in another browser": "oidc_login: another_browser_cannot_use_the_answer",
    "the callback twice": "oidc_login: the_same_answer_twice_is_one_login",
    "the callback many times at once": "oidc_login: twenty_answers_at_once_are_one_login",
    "two tabs": "oidc_login: two_tabs_both_log_in_in_either_order",
    "the answer of another provider": "oidc_login: the_answer_of_another_provider_is_refused",
    "an answer without its issuer": "oidc_login: an_answer_without_its_issuer_never_gets_a_token",
    "a token with a fault": "oidc_id_tokens: a_token_with_a_fault_logs_nobody_in",
    "a code of somebody else's flow": "oidc_login: a_code_of_another_flow_is_refused_by_the_provider",
    "tokens with key ids that nobody knows": "oidc_id_tokens: unknown_key_ids_do_not_make_us_ask_again_and_again",
    "a provider that is slow each time": "oidc_provider_faults: a_provider_that_is_slow_each_time_has_one_time_for_all",
    "markup in the error of a provider": "oidc_login: who_says_no_is_shown_nothing_of_the_provider",
    "a document that names another issuer": "oidc_provider_faults: a_document_that_cannot_be_trusted_is_502",
    "secrets in addresses and cookies": "oidc_login: nothing_secret_is_in_an_address_or_a_cookie",
    "two who renew with one refresh token": "provider_tokens: requests_at_once_renew_once",
    "an ID token as a logout token": "id_token: an_id_token_does_not_log_out",
    "a login begun by another site": "oidc_login: no_other_site_begins_a_login",
    "an address of somebody else": "oidc_login: an_address_of_somebody_else_is_never_linked",
    "a forged logout": "oidc_logout: a_logout_token_with_a_fault_ends_nothing",
    # guards
    "a guard above its route": "guards: a_guard_above_the_route_is_an_error_where_it_is_written",
    "another verb": "guards: every_method_is_guarded_alike",
    "a new route that nobody has thought of": "required: everything_is_closed",
    "a form that comes back after the login": "guards: what_changes_something_does_not_come_back_after_login",
    "a guard that fails": "guards: permissions_that_cannot_be_read_close_the_door",
}


@pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS)
def test_there_is_a_test_of_each_attack(proof: str) -> None:
    file, _, name = proof.partition(": ")
    text = Path(__file__).with_name(f"test_{file}.py").read_text("utf-8")
    assert f"def test_{name}(" in text


def at_once(port: int, count: int, request: bytes) -> list[int]:
    """The statuses of that many requests, all of them sent before the first answer is read."""
    connections = [Raw(port) for _ in range(count)]
    try:
        for connection in connections:
            connection.send(request)
        return [connection.read_reply()[0] for connection in connections]
    finally:
        for connection in connections:
            connection.socket.close()


def post(path: str, form: str, *lines: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join([*head, *lines, f"Content-Length: {len(form)}", "", form]).encode()


# next


def test_a_target_in_absolute_form_does_not_choose_where_the_login_leads(make_app, make_auth):
    auth = make_auth()
    app = make_app(auth)
    app.get("/me", auth.require()(lambda req, res: res.send_text("me")))
    app.use(auth.require(), "/evil.example")
    with Running("native", app) as port:
        for target in (
            b"http://evil.example/me",
            b"//evil.example/me",
            b"/%2F/evil.example",
            b"/\\evil.example/",
        ):
            with Raw(port) as connection:
                connection.send(b"GET %b HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n" % target)
                head = connection.read_reply()[1].decode("latin-1")
            locations = [line for line in head.split("\r\n") if line.lower().startswith("location:")]
            assert all(line.startswith("Location: /login") for line in locations)
            assert "next=//" not in head
            assert "next=http" not in head


# Session


def test_two_device_cookies_are_none(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=Throttle(device=Rate(1, 600), account=Rate(2, 600)))))
    client.post("/auth/login", form=ALICE)
    device = client.cookies.pop("auth-device")
    client.cookies.clear()
    cookie = {"Cookie": f"auth-device={device}; auth-device=x"}
    statuses = [client.post("/auth/login", form=WRONG, headers=cookie).status for _ in range(2)]
    assert statuses == [401, 429], "counted by the account, of which the login was one try"


def test_a_slow_request_does_not_revive_a_session(users, cheap):
    import asyncio

    auth = Auth(Password(hasher=cheap), users=users, secret="s" * 32)
    app = App("demo")
    app.use(Session())
    app.use(auth)
    inside, go_on = asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow(req, res):
        inside.set()
        await go_on.wait()
        req.session["written"] = "late"
        res.send_text(req.user.id)

    @app.get("/wait")
    async def wait(req, res):
        await inside.wait()
        res.send_text("inside")

    @app.get("/go")
    def go(req, res):
        go_on.set()
        res.send_text("gone")

    app.get("/", lambda req, res: res.send_text(req.user.id if req.user else "nobody"))
    with Running("native", app) as port, ThreadPoolExecutor(1) as thread:
        client, other, stolen = LiveClient(port), LiveClient(port), LiveClient(port)
        client.post("/auth/login", form=ALICE)
        other.cookies.update(client.cookies)
        stolen.cookies.update(client.cookies)
        pending = thread.submit(other.get, "/slow")
        client.get("/wait")
        client.post("/auth/logout")
        client.get("/go")
        pending.result()
        assert stolen.get("/").text == "nobody"
        assert other.get("/").text == "nobody", "nor by what the slow answer has set"
        for each in (client, other, stolen):
            each.close()


@pytest.fixture
def secrets():
    return MemorySecrets()


@pytest.fixture
def two_steps(users, cheap, secrets):
    """Passwords, and codes of an app for bob. With the enrolment of bob."""
    totp = TOTP("Shop", secrets)
    auth = Auth(
        Password(hasher=cheap), Basic(hasher=cheap), totp, users=users, secret="s" * 32, throttle=None
    )
    enrolment = totp.enrol(users.get("bob"))
    secrets.set(users.get("bob"), enrolment.kept)
    return auth, enrolment


def code_of(enrolment) -> str:
    from passlib.totp import TOTP as App

    token: str = App(key=enrolment.kept.secret, format="base32").generate().token
    return token


def test_a_login_in_two_steps_leaves_nothing_of_another_user(serve, make_app, two_steps):
    auth, enrolment = two_steps
    client = serve(make_app(auth, Session()))
    client.post("/auth/login", form=ALICE)
    client.get("/basket/secret-of-alice")
    client.post("/auth/login", form=BOB)
    assert client.get("/basket").text == "None", "not while it waits for the code"
    assert client.post("/auth/totp", form={"code": code_of(enrolment)}).status == 200
    assert (client.get("/").text, client.get("/basket").text) == ("bob", "None")


# Passwords


class Counting:
    """A hasher that counts what it does."""

    def __init__(self, hasher):
        self.hasher = hasher
        self.hash = hasher.hash
        self.calls = 0

    def verify(self, password, stored):
        self.calls += 1
        return self.hasher.verify(password, stored)


def test_known_and_unknown_names_cost_the_same_work(serve, make_app, users, cheap):
    hasher = Counting(cheap)
    found = []
    users.find = lambda login: (found.append(login), users.get(login))[1]
    auth = Auth(Password(hasher=hasher), users=users, secret="s" * 32, throttle=None)
    client = serve(make_app(auth))
    users.change("bob", active=False)
    for name in ("alice", "bob", "carol", "nobody-of-this-name", "", "x" * 1000):
        hasher.calls = 0
        found.clear()
        assert client.post("/auth/login", form={"username": name, "password": "wrong"}).status == 401
        assert (hasher.calls, found) == (1, [name]), name


def test_known_and_unknown_names_get_the_same_bytes(make_app, make_auth):
    with Running("native", make_app(make_auth(throttle=Throttle(pair=Rate(2, 600))))) as port:
        answers = []
        for name in ("alice", "carol", "zzzzz"):
            request = post("/auth/login", f"username={name}&password=wrong")
            seen = []
            for _ in range(3):
                with Raw(port) as connection:
                    connection.send(request)
                    status, head, body = connection.read_reply()
                lines = sorted(line for line in head.split(b"\r\n") if not line.lower().startswith(b"date:"))
                seen.append((status, lines, body))
            answers.append(seen)
    assert [status for status, _, _ in answers[0]] == [401, 401, 429]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("kind", ["form", "basic"])
def test_of_many_guesses_at_once_no_more_hashes_are_made_than_allowed(make_app, users, cheap, kind):
    hasher = Counting(cheap)
    auth = Auth(
        Password(hasher=hasher), Basic(hasher=hasher), users=users, secret="s" * 32,
        throttle=Throttle(pair=Rate(5, 600), address=Rate(1000, 600)),
    )  # fmt: skip
    if kind == "form":
        request = post("/auth/login", "username=alice&password=wrong")
    else:
        given = base64.b64encode(b"alice:wrong").decode()
        request = f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {given}\r\n\r\n".encode()
    with Running("native", make_app(auth)) as port:
        statuses = at_once(port, 200, request)
    assert set(statuses) <= {401, 429}
    assert hasher.calls <= 5


def test_a_program_that_calls_often_at_once_is_no_guesser(make_app, users, cheap):
    hasher = Counting(cheap)
    auth = Auth(Basic(hasher=hasher), users=users, throttle=Throttle(pair=Rate(5, 600)))
    given = base64.b64encode(b"alice:correct horse").decode()
    with Running("native", make_app(auth)) as port:
        statuses = at_once(
            port, 100, f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {given}\r\n\r\n".encode()
        )
    assert statuses == [200] * 100
    assert hasher.calls == 1


def test_guesses_at_many_accounts_from_one_address_are_counted(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=Throttle(address=Rate(10, 600)))))
    statuses = [
        client.post("/auth/login", form={"username": f"u{n}", "password": "1234"}).status for n in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2


def test_guesses_at_one_account_from_many_addresses_are_counted(users, cheap):
    auth = Auth(
        Password(hasher=cheap), users=users, secret="s" * 32, throttle=Throttle(account=Rate(10, 600))
    )
    app = App("demo", trust_proxy=["127.0.0.1"])
    app.use(Session())
    app.use(auth)
    with Running("native", app) as port:
        client = LiveClient(port)
        statuses = [
            client.post("/auth/login", form=WRONG, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status
            for n in range(12)
        ]
        client.close()
    assert statuses == [401] * 10 + [429] * 2


def test_behind_a_proxy_that_ends_tls_cookies_are_secure(users, cheap):
    app = App("demo", trust_proxy=["127.0.0.1"])
    app.use(Session())
    app.use(Auth(Password(hasher=cheap), users=users, secret="s" * 32))
    with Running("native", app) as port:
        client = LiveClient(port)
        reply = client.post("/auth/login", form=ALICE, headers={"X-Forwarded-Proto": "https"})
        client.close()
    [line] = [line for line in reply.getall("set-cookie") if "device" in line]
    assert line.startswith("__Host-auth-device=")
    assert "Secure" in line


def test_a_forwarded_address_is_only_believed_from_a_proxy(make_app, make_auth):
    with Running("native", make_app(make_auth(throttle=Throttle(pair=Rate(3, 600))))) as port:
        client = LiveClient(port)
        statuses = [
            client.post("/auth/login", form=WRONG, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status
            for n in range(5)
        ]
        client.close()
    assert statuses == [401, 401, 401, 429, 429]


@pytest.mark.parametrize("spelled", ["ALICE", " alice ", "\uff41lice", "a\u200blice", "Alice\u00ad"])
def test_a_name_in_another_spelling_is_the_same_account(serve, make_app, make_auth, spelled):
    client = serve(make_app(make_auth(throttle=Throttle(pair=Rate(1, 600)))))
    assert client.post("/auth/login", form=WRONG).status == 401
    assert client.post("/auth/login", form={**WRONG, "username": spelled}).status == 429


def test_nobody_is_locked_out_by_the_name_of_another_step(serve, make_app, users, cheap, secrets):
    totp = TOTP("Shop", secrets)
    auth = Auth(
        Password(hasher=cheap), totp, users=users, secret="s" * 32,
        throttle=Throttle(account=Rate(3, 600), pair=Rate(100, 600)),
    )  # fmt: skip
    enrolment = totp.enrol(users.get("bob"))
    secrets.set(users.get("bob"), enrolment.kept)
    client = serve(make_app(auth, Session()))
    for _ in range(4):
        client.post("/auth/login", form={"username": "totp bob", "password": "x"})
    client.post("/auth/login", form=BOB)
    assert client.post("/auth/totp", form={"code": code_of(enrolment)}).status == 200


def test_asking_for_mail_does_not_hold_up_passwords(serve, make_app, users, cheap):
    async def send(address, link, code): ...

    users.add("dora@shop.example", password="a long one")
    users.identity = lambda who: users.get(who.email)
    auth = Auth(
        Password(hasher=cheap), MagicLink(send), users=users, secret="s" * 32, base_url=SITE,
        throttle=Throttle(account=Rate(3, 600)),
    )  # fmt: skip
    client = serve(make_app(auth))
    asked = [client.post("/auth/link", form={"email": "dora@shop.example"}).status for _ in range(4)]
    assert asked == [200, 200, 200, 429]
    form = {"username": "dora@shop.example", "password": "a long one"}
    assert client.post("/auth/login", form=form).status == 200


# Credentials of requests


@pytest.mark.parametrize(
    "lines",
    [
        "Authorization: Basic %s\r\nauthorization: Basic %s",
        "Authorization: Basic %s, Basic %s",
        "Authorization: Basic %s\r\n Basic %s",
        "Authorization : Basic %s",
        "Authorization:\tBasic\t%s",
        "Authorization: Basic\x00%s",
        "X: 1\rAuthorization: Basic %s",
    ],
)
def test_a_smuggled_credential_logs_nobody_in(make_app, users, cheap, lines):
    auth = Auth(Basic(hasher=cheap), users=users)
    given = base64.b64encode(b"alice:correct horse").decode()
    with Running("native", make_app(auth)) as port, Raw(port) as connection:
        fields = lines.replace("%s", given)
        connection.send(f"GET / HTTP/1.1\r\nHost: x\r\n{fields}\r\nConnection: close\r\n\r\n".encode())
        answer = connection.read_until_closed()
    assert b"alice" not in answer


def test_basic_is_no_way_around_a_second_factor(serve, make_app, two_steps):
    auth, _ = two_steps
    client = serve(make_app(auth, Session()))

    def basic(form):
        given = base64.b64encode(f"{form['username']}:{form['password']}".encode()).decode()
        return {"Authorization": f"Basic {given}"}

    assert client.get("/", headers=basic(ALICE)).text == "alice", "who has no second factor"
    told = []
    auth.on("login_failed", told.append)
    refused = client.get("/", headers=basic(BOB))
    assert refused.status == 401
    assert told[-1].reason == "a second factor is set up"
    wrong = client.get("/", headers=basic({**BOB, "password": "wrong"}))
    assert refused.body == wrong.body, "so guessing by Basic tells nothing"


@pytest.fixture
def with_keys(users, cheap):
    key = new_key()
    records = {key.digest: KeyRecord("alice", scopes=["read"])}
    store = MemoryPasskeys()
    auth = Auth(
        Password(hasher=cheap), ApiKey(records.get), Passkey("Shop", store), users=users, secret="s" * 32,
        base_url=SITE,
    )  # fmt: skip
    return auth, {"Authorization": f"Bearer {key.text}"}


def test_a_key_of_a_program_adds_no_passkey(serve, make_app, with_keys):
    auth, key = with_keys
    client = serve(make_app(auth, Session()))
    assert client.get("/", headers=key).text == "alice"
    assert client.get("/auth/passkey/new", headers=key).status == 401
    assert client.post("/auth/passkey/new/challenge", json={}, headers=key).status == 401
    assert client.post("/auth/passkey/new", json={"credential": {}}, headers=key).status == 401
    # Nor together with a session of somebody else.
    client.post("/auth/login", form=BOB)
    assert client.post("/auth/passkey/new/challenge", json={}, headers=key).status == 401


def test_a_key_of_a_program_is_never_fresh(serve, make_app, with_keys):
    auth, key = with_keys
    app = make_app(auth, Session())
    app.get("/fresh", auth.require(fresh=True)(lambda req, res: res.send_text("in")))
    app.get("/within", auth.require(fresh=1e9)(lambda req, res: res.send_text("in")))
    client = serve(app)
    assert client.get("/info", headers=key).json() == {"method": "api_key", "at": None, "fresh": False}
    assert client.get("/fresh", headers=key).status == 401
    assert client.get("/within", headers=key).status == 401


def test_a_key_of_a_program_logs_nobody_out_elsewhere(serve, make_app, with_keys):
    auth, key = with_keys
    client = serve(make_app(auth, Session()))
    client.post("/auth/login", form=ALICE)
    browser = dict(client.cookies)
    client.cookies.clear()
    assert client.post("/auth/logout", form={"everywhere": "yes"}, headers=key).status == 403
    # Nor together with a session of somebody else.
    client.post("/auth/login", form=BOB)
    assert client.post("/auth/logout", form={"everywhere": "yes"}, headers=key).status == 403
    client.cookies.clear()
    client.cookies.update(browser)
    assert client.get("/").text == "alice"
    assert client.post("/auth/logout", form={"everywhere": "yes"}).status == 204
    assert client.get("/").text == "nobody"


# Codes


@pytest.mark.parametrize("recovery", [False, True], ids=["code", "recovery code"])
def test_of_one_code_sent_many_times_one_gets_in(make_app, two_steps, recovery):
    auth, enrolment = two_steps
    with Running("native", make_app(auth, Session())) as port:
        client = LiveClient(port)
        client.post("/auth/login", form=BOB)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        code = enrolment.recovery_codes[0] if recovery else code_of(enrolment)
        statuses = at_once(port, 20, post("/auth/totp", f"code={code}", f"Cookie: {cookies}"))
        client.close()
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 401}, "400 where the login was over already"
