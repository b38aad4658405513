"""CookieStore through HTTP: what is its own beside what every store does (see test_lifecycle.py)."""

import logging
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from session.kept import SECRET

from growler import App
from growler.testing import TestClient
from growler_ext.session import CookieStore, Session, StoreError
from growler_ext.session.stores.cookie import SessionTooLarge
from growler_ext.session.stores.cookie.seal import SignedSeal
from growler_ext.session.visits.payload import pack, unpack

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
OTHER = "another secret of the tests, quite long"


def make_app(store, **options):
    app = App()
    app.config["sessions"] = Session(store, **options)
    app.use(app.config["sessions"])

    @app.get("/set")
    def put(req, res):
        req.session.update({name: req.query.get_first(name) for name in req.query})
        res.send_text("saved")

    @app.get("/fill")
    def fill(req, res):
        req.session["filling"] = os.urandom(int(req.query.get_first("bytes")) // 2).hex()
        res.send_text("saved")

    @app.get("/login")
    def login(req, res):
        req.session.bind(req.query.get_first("user"))
        res.send_text("hello")

    app.get("/all", lambda req, res: res.send_json(dict(req.session)))
    app.get("/id", lambda req, res: res.send_text(req.session.id))
    app.get("/user", lambda req, res: res.send_json(req.session.user))
    app.get("/nothing", lambda req, res: res.send_text("nothing"))
    app.get("/renew", lambda req, res: (req.session.regenerate(), res.send_text(""))[1])
    app.get("/logout", lambda req, res: (req.session.destroy(), res.send_text(""))[1])
    app.get("/close", lambda req, res: (req.session.persist(False), res.send_text(""))[1])
    return app


@pytest.fixture
def store(clock):
    return CookieStore(SECRET, clock=clock)


def payload_of(value, name="sid", secret=SECRET):
    payload = unpack(SignedSeal([secret.encode()], name, None).open(value))
    assert payload is not None
    return payload


def signed(fields, clock, *, id="A" * 43, created=0.0, issued=0.0):
    """The value of a cookie that says this, from so many seconds ago."""
    return SignedSeal([SECRET.encode()], "sid", None).seal(
        pack(id, clock.now - created, clock.now - issued, fields)
    )


# Options


def test_every_wrong_option_is_named_at_once():
    with pytest.raises(ValueError, match=r"secret must be.*encrypt must be.*max_size must be") as caught:
        CookieStore("", encrypt=[SECRET, ""], max_size=5000)
    with pytest.raises(ValueError, match=r"max_size must be.*'5'.*valid must be a function"):
        CookieStore(SECRET, max_size="5", valid=True)
    assert "newest first" in str(caught.value)


@pytest.mark.parametrize("secret", ["", b"", [], [""], [SECRET, ""], None])
def test_no_secret_is_refused(secret):
    with pytest.raises(ValueError, match=r"secret must be"):
        CookieStore(secret)


def test_a_short_secret_is_warned_of_where_it_is_given():
    with pytest.warns(UserWarning, match="under 16 bytes can be guessed") as caught:
        CookieStore("short")
    assert caught[0].filename == __file__


def test_a_renewal_that_would_end_nothing_is_refused(store):
    with pytest.raises(ValueError, match="renew is of no use with a CookieStore"):
        Session(store, renew=600)


def test_without_cryptography_the_extra_is_named():
    script = f"""
import sys
sys.modules["cryptography"] = None
from growler_ext.session import CookieStore
CookieStore({SECRET!r})
try:
    CookieStore({SECRET!r}, encrypt={SECRET!r})
except ImportError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install growler-ext-session[encrypt]" in run.stdout


def test_several_workers_share_it(store):
    app = make_app(store)
    app.config["workers"] = 4
    with TestClient(app) as client:
        client.get("/set?k=1")
        assert client.get("/all").json() == {"k": "1"}


def test_nobodys_sessions_can_be_listed_or_revoked(store):
    sessions = Session(store)

    async def listing(req, res):
        for ask in (sessions.of, sessions.revoke):
            with pytest.raises(TypeError, match=r"CookieStore.*SqliteStore or RedisStore"):
                await ask("alice")
        res.send_text("asked")

    app = App()
    app.use(sessions)
    app.get("/", listing)
    with TestClient(app) as client:
        assert client.get("/").text == "asked"


# What is in it


@pytest.mark.parametrize("encrypt", [None, OTHER])
def test_another_process_with_the_same_secrets_reads_it(clock, serve, encrypt):
    first = serve(make_app(CookieStore(SECRET, encrypt=encrypt, clock=clock)))
    first.get("/set?k=1")
    second = serve(make_app(CookieStore(SECRET, encrypt=encrypt, clock=clock)))
    second.cookies.update(first.cookies)
    assert second.get("/all").json() == {"k": "1"}


def test_another_secret_or_another_cookies_name_reads_nothing(store, clock):
    with TestClient(make_app(store)) as client:
        client.get("/set?k=1")
        value = client.cookies["sid"]
    for app, name in (
        (make_app(CookieStore(OTHER, clock=clock)), "sid"),
        (make_app(CookieStore(SECRET, encrypt=SECRET, clock=clock)), "sid"),
        (make_app(store, name="other"), "other"),
    ):
        with TestClient(app) as client:
            assert client.get("/all", headers={"Cookie": f"{name}={value}"}).json() == {}


def test_a_secret_that_is_rotated_signs_with_the_next_change(clock, store):
    with TestClient(make_app(store)) as client:
        client.get("/set?k=1")
        cookies = dict(client.cookies)
    with TestClient(make_app(CookieStore([OTHER, SECRET], clock=clock))) as client:
        client.cookies.update(cookies)
        reply = client.get("/all")
        assert (reply.json(), reply.getall("set-cookie")) == ({"k": "1"}, [])
        client.get("/set?n=2")
        cookies = dict(client.cookies)
    with TestClient(make_app(CookieStore(OTHER, clock=clock))) as client:
        client.cookies.update(cookies)
        assert client.get("/all").json() == {"k": "1", "n": "2"}


def test_regenerate_is_a_new_id_inside_and_keeps_the_data(store):
    with TestClient(make_app(store)) as client:
        client.get("/set?k=1")
        before = client.get("/id").text
        client.get("/renew")
        after = client.get("/id").text
        assert before != after == payload_of(client.cookies["sid"])[0]
        assert client.get("/all").json() == {"k": "1"}


def test_the_user_is_in_it(store):
    with TestClient(make_app(store)) as client:
        client.get("/set?k=1")
        before = client.get("/id").text
        client.get("/login?user=alice")
        assert client.get("/user").json() == "alice"
        assert client.get("/id").text != before


def test_unread_values_travel_on(store, clock):
    with TestClient(make_app(store)) as client:
        client.cookies["sid"] = signed({"a": b"[1,  2]", "b": b'"x"'}, clock)
        client.get("/set?c=3")
        assert payload_of(client.cookies["sid"])[3] == {"a": b"[1,  2]", "b": b'"x"', "c": b'"3"'}


@pytest.mark.parametrize(
    "fields",
    [
        {"user": b"not json", "\0user": b"5", "\0persist": b'"x"', "\0handle": b"[]", "\0flash:1": b"{}"},
        {"k": b"\xff\xfe", "\0user": b"\xff", "\0persist": b"nul", "\0flash:1": b'["a"]'},
        {"k": b"[" * 2000, "\0flash:": b"[1,2]"},
        {"k": b"", "\0issued": b'"x"'},
    ],
)
def test_junk_that_is_validly_signed_is_no_error(store, clock, serve, fields, caplog):
    caplog.set_level(logging.CRITICAL, "growler.session")
    app = make_app(store)
    app.get("/flashes", lambda req, res: res.send_json(req.session.flashes()))
    client = serve(app)
    for target in ("/all", "/user", "/flashes", "/set?k=2", "/close", "/login?user=a", "/renew"):
        client.cookies["sid"] = signed(fields, clock)
        assert client.get(target).status == 200, target


def test_a_changed_cookie_is_an_empty_session(store, serve):
    client = serve(make_app(store))
    client.get("/set?k=1")
    value = client.cookies["sid"]
    for at in range(0, len(value) - 1, 7):
        changed = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
        reply = client.get("/all", headers={"Cookie": f"sid={changed}"})
        assert (reply.status, reply.json(), reply.getall("set-cookie")) == (200, {}, [])


def test_the_right_cookie_is_found_behind_two_forged_ones_and_not_behind_three(store, serve):
    client = serve(make_app(store))
    client.get("/set?k=1")
    right = f"sid={client.cookies['sid']}"
    for number, expected in ((2, {"k": "1"}), (3, {})):
        forged = "; ".join(f"sid=forged{n}" for n in range(number))
        client.cookies.clear()
        assert client.get("/all", headers={"Cookie": f"{forged}; {right}"}).json() == expected


def test_on_https_it_is_a_host_cookie(store):
    with TestClient(make_app(store), scheme="https") as client:
        (line,) = client.get("/set?k=1").getall("set-cookie")
        assert line.startswith("__Host-sid=")
        assert line.endswith("; Max-Age=1209600; Path=/; Secure; HttpOnly; SameSite=Lax")
        assert client.get("/all").json() == {"k": "1"}


# Time


def test_both_lifetimes_are_kept_whatever_the_client_does(store, clock):
    with TestClient(make_app(store, idle=100, lifetime=250)) as client:
        client.get("/set?k=1")
        first = client.cookies["sid"]
        for _ in range(4):
            clock.now += 60
            assert client.get("/all").json() == {"k": "1"}
        assert client.get("/all", headers={"Cookie": f"sid={first}"}).json() == {}
        last = client.cookies["sid"]
        clock.now += 11
        assert client.get("/all", headers={"Cookie": f"sid={last}"}).json() == {}


def test_a_shorter_idle_time_is_in_force_at_once(store, clock):
    value = signed({"k": b"1"}, clock, created=500, issued=500)
    for idle, expected in ((1000, {"k": 1}), (400, {})):
        with TestClient(make_app(store, idle=idle)) as client:
            assert client.get("/all", headers={"Cookie": f"sid={value}"}).json() == expected


@pytest.mark.parametrize(("ahead", "expected"), [(5, {"k": 1}), (60, {}), (10**9, {})])
def test_the_future_is_forged_but_for_what_clocks_differ(store, clock, ahead, expected):
    for times in ({"issued": -ahead}, {"created": -ahead, "issued": -ahead}, {"created": -ahead}):
        value = signed({"k": b"1"}, clock, **times)
        with TestClient(make_app(store)) as client:
            assert client.get("/all", headers={"Cookie": f"sid={value}"}).json() == expected


def test_use_extends_a_cookie_that_ends_with_the_browser_too(store, clock):
    with TestClient(make_app(store, idle=100)) as client:
        client.get("/set?k=1")
        client.get("/close")
        for _ in range(4):
            clock.now += 60
            reply = client.get("/all")
            assert reply.json() == {"k": "1"}
            assert "Max-Age" not in reply.headers["set-cookie"]


def test_reading_sends_no_cookie_and_a_slow_reader_undoes_nothing(store, clock):
    with TestClient(make_app(store, idle=100)) as client:
        client.get("/set?k=1")
        before = dict(client.cookies)
        clock.now += 5
        assert client.get("/all").getall("set-cookie") == []
        assert client.get("/nothing").getall("set-cookie") == []
        assert client.cookies == before


# Size


def test_a_cookie_of_exactly_the_limit_is_sent_and_one_byte_more_is_not(clock, caplog):
    def answer(max_size):
        # Encrypted sessions are as long as what is in them, always.
        store = CookieStore(SECRET, encrypt=SECRET, max_size=max_size, clock=clock)
        with TestClient(make_app(store, path="/", samesite="Strict"), scheme="https") as client:
            reply = client.get("/fill?bytes=600")
        return reply.status, reply.getall("set-cookie")

    _, (line,) = answer(4096)
    assert line.endswith("; Max-Age=1209600; Path=/; Secure; HttpOnly; SameSite=Strict")
    status, (same,) = answer(len(line))
    assert (status, len(same)) == (200, len(line))
    assert answer(len(line) - 1) == (500, [])
    assert f"would have {len(line)} bytes and may have {len(line) - 1}" in caplog.text


def test_what_does_not_fit_is_500_and_the_cookie_stays(store, serve, caplog):
    client = serve(make_app(store))
    client.get("/set?user=alice")
    before = dict(client.cookies)
    reply = client.get("/fill?bytes=6000")
    assert (reply.status, reply.getall("set-cookie")) == (500, [])
    assert "saved" not in reply.text
    assert client.cookies == before
    assert client.get("/all").json() == {"user": "alice"}
    assert "SessionTooLarge" in caplog.text
    assert "'filling' (6002), 'user' (7)" in caplog.text
    assert "and may have 4096" in caplog.text
    assert "alice" not in caplog.text


def test_a_stream_that_does_not_fit_is_500_before_its_first_byte(store, serve, caplog):
    app = make_app(store)

    @app.get("/stream")
    async def stream(req, res):
        req.session["k"] = os.urandom(4000).hex()
        await res.write("saved")

    reply = serve(app).get("/stream")
    assert (reply.status, "saved" in reply.text) == (500, False)


def test_the_error_is_a_value_error():
    assert issubclass(SessionTooLarge, ValueError)


def test_what_compresses_well_fits(store, serve):
    app = make_app(store)
    app.get("/long", lambda req, res: (req.session.update(k="x" * 20_000), res.send_text(""))[1])
    client = serve(app)
    assert len(client.get("/long").headers["set-cookie"]) < 400
    assert client.get("/all").json() == {"k": "x" * 20_000}


# Replay


def test_a_copied_cookie_is_good_after_logout_by_its_nature(store):
    with TestClient(make_app(store)) as client:
        client.get("/login?user=alice")
        copied = client.cookies["sid"]
        client.get("/logout")
        assert client.cookies == {}
        assert client.get("/user", headers={"Cookie": f"sid={copied}"}).json() == "alice"


class Logouts:
    """When users have logged out, as a database would know it."""

    def __init__(self):
        self.seen = []
        self.last = {}

    def check(self, info):
        self.seen.append(info)
        return info.user is None or info.issued >= self.last.get(info.user, info.issued)

    async def check_later(self, info):
        return self.check(info)


class Callable:
    def __init__(self, logouts):
        self.logouts = logouts

    async def __call__(self, info):
        return self.logouts.check(info)


@pytest.fixture(params=["sync", "async", "object"])
def logouts_and_valid(request):
    logouts = Logouts()
    match request.param:
        case "sync":
            return logouts, logouts.check
        case "async":
            return logouts, logouts.check_later
        case _:
            return logouts, Callable(logouts)


def test_valid_refuses_a_cookie_from_before_the_logout(logouts_and_valid, clock, serve):
    logouts, valid = logouts_and_valid
    client = serve(make_app(CookieStore(SECRET, valid=valid, clock=clock)))
    client.get("/login?user=alice")
    copied = client.cookies["sid"]
    assert client.get("/user").json() == "alice"
    clock.now += 5
    logouts.last["alice"] = datetime.fromtimestamp(clock.now, UTC)
    client.get("/logout")
    reply = client.get("/user", headers={"Cookie": f"sid={copied}"})
    assert (reply.status, reply.json()) == (200, None)
    client.get("/login?user=alice")
    assert client.get("/user").json() == "alice"


def test_who_logs_in_right_after_the_logout_is_in(serve):
    logouts = Logouts()
    app = make_app(
        CookieStore(SECRET, valid=lambda info: info.issued > logouts.last.get(info.user, BEGINNING))
    )

    @app.get("/leave")
    def leave(req, res):
        logouts.last["alice"] = datetime.now(UTC)
        req.session.destroy()
        res.send_text("")

    client = serve(app)
    for _ in range(20):
        client.get("/login?user=alice")
        copied = client.cookies["sid"]
        assert client.get("/user").json() == "alice"
        client.get("/leave")
        assert client.get("/user", headers={"Cookie": f"sid={copied}"}).json() is None


def test_valid_is_told_what_the_cookie_says(logouts_and_valid, clock, serve):
    logouts, valid = logouts_and_valid
    client = serve(make_app(CookieStore(SECRET, valid=valid, clock=clock)))
    begun = datetime.fromtimestamp(clock.now, UTC)
    client.get("/set?k=1")
    clock.now += 5
    client.get("/login?user=alice")
    id = client.get("/id").text
    info = logouts.seen[-1]
    assert (info.id, info.user, info.created) == (id, "alice", begun)
    assert (info.issued - info.created).total_seconds() == 5


def test_valid_is_not_asked_about_what_is_forged_expired_or_absent(logouts_and_valid, clock, serve):
    logouts, valid = logouts_and_valid
    client = serve(make_app(CookieStore(SECRET, valid=valid, clock=clock), idle=100))
    client.get("/all")
    client.get("/all", headers={"Cookie": "sid=forged"})
    client.get("/all", headers={"Cookie": f"sid={signed({}, clock, created=101, issued=101)}"})
    assert logouts.seen == []


def test_a_cookie_that_is_refused_does_not_hide_the_next_one(clock, serve):
    refused, accepted = signed({"k": b"1"}, clock, id="R" * 43), signed({"k": b"2"}, clock, id="A" * 43)
    client = serve(make_app(CookieStore(SECRET, valid=lambda info: info.id[0] == "A", clock=clock)))
    assert client.get("/all", headers={"Cookie": f"sid={refused}; sid={accepted}"}).json() == {"k": 2}


def test_a_valid_that_cannot_tell_is_503(clock, serve):
    async def valid(info):
        raise StoreError("the database is away")

    client = serve(make_app(CookieStore(SECRET, valid=valid, clock=clock)))
    client.get("/set?k=1")
    assert client.get("/all").status == 503


def test_a_valid_whose_answer_nobody_awaits_lets_nobody_in(clock):
    logouts = Logouts()
    store = CookieStore(SECRET, valid=lambda info: logouts.check_later(info), clock=clock)
    with TestClient(make_app(store)) as client:
        client.get("/set?k=1")
        reply = client.get("/all")
    assert reply.status == 500


# What is shown


def test_a_secret_is_in_no_repr_and_no_log(store, caplog):
    caplog.set_level(logging.DEBUG)
    with TestClient(make_app(store)) as client:
        client.get("/set?k=1")
        value = client.cookies["sid"]
        client.get("/all", headers={"Cookie": f"sid={value}x"})
        client.get("/fill?bytes=9000")
    shown = repr(store) + repr(Session(store)) + caplog.text
    assert SECRET not in shown
    assert value not in shown
