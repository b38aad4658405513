"""The ways of answering, one by one: type, status and body of each, in memory."""

from __future__ import annotations

import asyncio

import pytest

from growler import App
from growler.http.answers import REDIRECTS
from growler.http.errors import HTTPErrorNotFound
from growler.testing import TestClient

NOON = 1772366400  # Sun, 01 Mar 2026 12:00:00 GMT


def reply_of(handler, method="GET", **headers):
    """What a handler `(res)` answers."""
    app = App()
    app.all("/", lambda req, res: handler(res))
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    with TestClient(app) as client:
        return client.request(method, "/", headers=fields)


def told(handler, **options):
    """Status, type and body of that."""
    reply = reply_of(handler, **options)
    return reply.status, reply.headers.get("content-type"), reply.body


TEXT, HTML, JSON, BYTES = (
    "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json", "application/octet-stream",
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (404, (404, TEXT, b"Not Found")),
        (201, (201, TEXT, b"Created")),
        ("ä", (200, TEXT, b"\xc3\xa4")),
        ("", (200, TEXT, b"")),
        (b"\xff", (200, BYTES, b"\xff")),
        (b"", (200, None, b"")),
        (True, (200, JSON, b"true")),
        (None, (200, JSON, b"null")),
        ([1], (200, JSON, b"[1]")),
        ({"a": 1}, (200, JSON, b'{"a":1}')),
        (1.5, (200, JSON, b"1.5")),
    ],
)
def test_send_goes_by_the_type_of_the_value(value, sent):
    assert told(lambda res: res.send(value)) == sent


def test_send_without_a_value_is_an_empty_answer():
    assert told(lambda res: res.send()) == (200, None, b"")


@pytest.mark.parametrize("value", ["a", b"a", b"", [1], True])
def test_send_takes_a_status_for_all_but_a_status(value):
    assert told(lambda res: res.send(value, 202))[0] == 202


@pytest.mark.parametrize(
    ("name", "value", "kind", "body"),
    [
        ("send_text", "ä", TEXT, b"\xc3\xa4"),
        ("send_text", b"\xff", TEXT, b"\xff"),
        ("send_text", 12, TEXT, b"12"),
        ("send_html", "<p>ä", HTML, b"<p>\xc3\xa4"),
        ("send_html", b"<p>\xff", HTML, b"<p>\xff"),
        ("send_json", {"ä": [None]}, JSON, '{"ä":[null]}'.encode()),
        ("json", "a", JSON, b'"a"'),
    ],
)
def test_each_way_has_its_type_and_takes_a_status(name, value, kind, body):
    assert told(lambda res: getattr(res, name)(value)) == (200, kind, body)
    assert told(lambda res: getattr(res, name)(value, 203)) == (203, kind, body)


# Redirects


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_says_where_to_and_how(status):
    reply = reply_of(lambda res: res.redirect("/ä", status))
    assert (reply.status, reply.headers["location"]) == (status, "/%C3%A4")
    assert reply.text == "Redirecting to /%C3%A4\n"


def test_a_redirect_is_302_unless_said():
    assert reply_of(lambda res: res.redirect("/")).status == 302


@pytest.mark.parametrize("status", [200, 299, 304, 305, 306, 309, 400])
def test_what_leads_nowhere_is_no_redirect(status):
    def handler(res):
        with pytest.raises(ValueError, match=f"{status} is no redirect"):
            res.redirect("/", status)
        res.send_text("refused")

    assert reply_of(handler).text == "refused"
    assert status not in REDIRECTS


# Files and streams


def test_a_file_is_sent_whole_with_the_type_of_its_name(tmp_path):
    (tmp_path / "page.html").write_bytes(b"<p>page")
    (tmp_path / "unknown.kind-of-its-own").write_bytes(b"\0")
    assert told(lambda res: res.send_file(tmp_path / "page.html")) == (200, HTML, b"<p>page")
    assert told(lambda res: res.send_file(str(tmp_path / "page.html"), 404)) == (404, HTML, b"<p>page")
    assert told(lambda res: res.send_file(tmp_path / "unknown.kind-of-its-own")) == (200, BYTES, b"\0")


def test_a_link_that_the_application_names_is_followed_wherever_it_leads(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    (tmp_path / "there" / "page.txt").write_bytes(b"page")
    link = tmp_path / "here" / "page.txt"
    link.symlink_to(tmp_path / "there" / "page.txt")
    assert told(lambda res: res.send_file(link)) == (200, TEXT, b"page")


@pytest.mark.parametrize("name", ["none.txt", "folder", "page.txt/more"])
def test_what_is_no_file_is_not_found(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "page.txt").write_bytes(b"page")

    def handler(res):
        with pytest.raises(HTTPErrorNotFound):
            res.send_file(tmp_path / name)
        res.send_text("not found")

    assert reply_of(handler).text == "not found"


def test_a_stream_is_sent_piece_by_piece():
    async def pieces():
        yield b"a"
        yield b"b"

    assert told(lambda res: res.stream(pieces())) == (200, BYTES, b"ab")
    assert told(lambda res: res.stream(pieces(), 203)) == (203, BYTES, b"ab")


async def endless():
    yield b"a"


@pytest.mark.parametrize("way", ["stream", "sse"])
@pytest.mark.parametrize(
    ("pieces", "sentence"),
    [
        ([b"a"], r"not a list: write an `async def` that yields, and call it$"),
        (iter([b"a"]), r"not a list_iterator: write"),
        (endless, r"not a function: call it, endless\(\)$"),
    ],
)
def test_what_is_no_async_iterator_is_refused_before_anything_is_sent(way, pieces, sentence):
    def handler(res):
        with pytest.raises(TypeError, match=rf"res\.{way}\(\.\.\.\) takes an async iterator, {sentence}"):
            getattr(res, way)(pieces)
        res.send_text("refused")

    assert reply_of(handler).text == "refused"


# Server-sent events


def test_events_are_sent_as_such_and_never_kept_or_collected():
    async def events():
        yield "a"

    reply = reply_of(lambda res: res.sse(events()))
    assert reply.body == b"data: a\n\n"
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-accel-buffering"] == "no"


@pytest.mark.parametrize("heartbeat", [0, -1, float("nan")])
def test_a_heartbeat_takes_time(heartbeat):
    async def events():
        yield "a"

    def handler(res):
        with pytest.raises(ValueError, match="heartbeat is in seconds"):
            res.sse(events(), heartbeat=heartbeat)
        res.send_text("refused")

    assert reply_of(handler).text == "refused"


@pytest.mark.parametrize("heartbeat", [None, 0.5, 20])
def test_a_heartbeat_is_any_time_or_none(heartbeat):
    async def events():
        yield "a"

    assert reply_of(lambda res: res.sse(events(), heartbeat=heartbeat)).body == b"data: a\n\n"


@pytest.mark.parametrize(("given", "seconds"), [({}, 15), ({"heartbeat": 7}, 7), ({"heartbeat": None}, None)])
def test_silence_is_broken_after_the_heartbeat_and_15_seconds_by_default(monkeypatch, given, seconds):
    async def events():
        yield "a"

    waited = []
    timeout = asyncio.timeout
    monkeypatch.setattr(asyncio, "timeout", lambda delay: waited.append(delay) or timeout(delay))
    reply_of(lambda res: res.sse(events(), **given))
    assert set(waited) == {seconds}


def test_events_end_when_the_app_stops():
    app = App()

    async def events():
        yield "a"
        app.stopping.set()
        await asyncio.Event().wait()

    app.get("/", lambda req, res: res.sse(events(), heartbeat=None))
    with TestClient(app) as client:
        assert client.get("/").body == b"data: a\n\n"


# Versions


def versioned(given, **options):
    """Status of what is answered where a handler has something to say, and the validators that travel."""

    def handler(res):
        decided = res.revalidate(**given)
        assert decided is res.has_ended
        if not decided:
            res.send_text("new")

    reply = reply_of(handler, **options)
    return reply.status, reply.headers.get("etag"), reply.headers.get("last-modified")


DATE = "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("given", "tag", "date"),
    [
        ({"etag": "7"}, '"7"', None),
        ({"last_modified": NOON}, None, DATE),
        ({"etag": "7", "last_modified": NOON}, '"7"', DATE),
        ({}, None, None),
    ],
)
def test_who_reads_is_told_the_version(method, given, tag, date):
    assert versioned(given, method=method) == (200, tag, date)


def test_who_changes_is_told_no_version():
    assert versioned({"etag": "7", "last_modified": NOON}, method="PUT") == (200, None, None)


@pytest.mark.parametrize(
    ("given", "headers"),
    [
        ({"etag": "7"}, {"If_None_Match": '"7"'}),
        ({"last_modified": NOON}, {"If_Modified_Since": DATE}),
    ],
)
def test_who_has_the_version_gets_304_and_no_body(given, headers):
    status, tag, date = versioned(given, **headers)
    assert status == 304
    assert tag or date
    reply = reply_of(lambda res: res.revalidate(**given), **headers)
    assert reply.body == b""
    assert "content-type" not in reply.headers


def test_who_changes_another_version_gets_412():
    assert versioned({"etag": "8"}, method="PUT", If_Match='"7"')[0] == 412
    assert versioned({"etag": "7"}, method="PUT", If_Match='"7"')[0] == 200
