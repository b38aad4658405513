"""The chat: who hears what, what is heard after a break, who is let go, and a browser."""

from __future__ import annotations

import json
import signal
import socket
from functools import partial

import pytest
from playwright.sync_api import expect

from support.browser import browser  # noqa: F401 - a fixture, found by its name


class Stream:
    """Somebody who listens: an event stream on a socket of its own, read event by event."""

    def __init__(self, chat, name, after=None, room="hall"):
        client = chat.another()
        assert client.post("/name", json={"name": name}).status == 204
        self.client = client
        self.socket = socket.create_connection(("127.0.0.1", chat.port), timeout=20)
        lines = [f"GET /rooms/{room}/events HTTP/1.1", "Host: x", f"Cookie: sid={client.cookies['sid']}"]
        if after is not None:
            lines.append(f"Last-Event-ID: {after}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline() != b"\r\n":
            pass
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def events(self):
        """Each event that has data, as (type, id, data)."""
        while size := int(self.file.readline(), 16):
            self._rest += self.file.read(size)
            self.file.readline()
            *whole, self._rest = self._rest.split(b"\n\n")
            for text in whole:
                lines = dict(line.split(": ", 1) for line in text.decode().split("\n") if ": " in line)
                if "data" in lines:
                    yield lines.get("event", "message"), lines.get("id"), json.loads(lines["data"])

    def messages(self, count):
        """The next so many messages, as (name, text)."""
        found = []
        for kind, _, data in self.events():
            if kind == "message":
                found.append((data["name"], data["text"]))
            if len(found) == count:
                return found
        raise AssertionError(f"the stream has ended after {found}")

    def until_there(self, *names):
        """Read on until exactly these are in the room."""
        for kind, _, data in self.events():
            if kind == "presence" and data == sorted(names):
                return
        raise AssertionError("the stream has ended")

    def say(self, text, room="hall"):
        reply = self.client.post(f"/rooms/{room}", json={"text": text})
        assert reply.status == 201, reply.text
        return reply.json()["id"]


@pytest.fixture
def start_chat(start, tmp_path):
    return partial(start, "chat", CHAT_HEARTBEAT="0.2", CHAT_DB=str(tmp_path / "chat.db"))


@pytest.fixture
def chat(start_chat):
    return start_chat()


def test_what_one_says_all_in_the_room_hear_and_nobody_elsewhere(chat):
    with (
        Stream(chat, "ada") as ada,
        Stream(chat, "grace") as grace,
        Stream(chat, "eve", room="cellar") as eve,
    ):
        ada.say("hello\nworld")
        eve.say("psst", room="cellar")
        assert ada.messages(1) == grace.messages(1) == [("ada", "hello\nworld")]
        assert eve.messages(1) == [("eve", "psst")]


def test_who_has_gone_without_a_word_is_noticed(chat):
    with Stream(chat, "ada") as ada:
        with Stream(chat, "grace"):
            ada.until_there("ada", "grace")
        ada.until_there("ada")


def test_who_comes_back_hears_what_was_said_meanwhile(chat):
    with Stream(chat, "ada") as ada:
        ids = [ada.say(f"no {number}") for number in range(1, 6)]
        with Stream(chat, "grace", after=ids[2]) as grace:
            assert grace.messages(2) == [("ada", "no 4"), ("ada", "no 5")]
            ada.say("no 6")
            assert grace.messages(1) == [("ada", "no 6")]
        # The id of another room, of before a restart, or of nobody: all that is remembered.
        for odd in ("0-1", ids[0][:-1] + "9", "x", "9" * 5000):
            with Stream(chat, "grace", after=odd) as grace:
                assert grace.messages(1) == [("ada", "no 1")]


def test_the_room_remembers_a_hundred_messages(chat):
    with Stream(chat, "ada") as ada:
        ids = [ada.say(str(number)) for number in range(1, 121)]
        with Stream(chat, "grace", after=ids[4]) as grace:
            assert grace.messages(100)[0] == ("ada", "21")


def test_who_does_not_read_is_let_go_and_holds_up_nobody(chat):
    with Stream(chat, "ada") as ada, Stream(chat, "slow") as slow:
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        ada.until_there("ada", "slow")
        # What the system's buffers hold is not bounded by the chat: some megabytes are more than they do.
        ids = [ada.say("x" * 1000)]
        while next(kind for kind, _, _ in ada.events()) == "message":
            ids.append(ada.say("x" * 1000))
        assert len(ids) > 64


def test_what_cannot_be_said_is_refused(chat):
    assert chat.get("/rooms/hall/events").status == 403
    assert chat.post("/rooms/hall", json={"text": "x"}).status == 403
    with Stream(chat, "ada") as ada:
        for wrong in ({"text": ""}, {"text": " "}, {"text": "x" * 1001}, {"text": 1}, {}, [1]):
            assert ada.client.post("/rooms/hall", json=wrong).status == 400
        assert ada.client.post("/rooms/hall", form={"text": "forged"}).status == 415
        for room in ("Hall", "a/b", "a" * 31, "%00"):
            assert ada.client.post(f"/rooms/{room}", json={"text": "x"}).status == 404


def test_rooms_are_bounded_and_empty_ones_make_place(chat):
    with Stream(chat, "ada") as ada:
        ada.say("still here")
        for number in range(150):
            assert chat.get(f"/rooms/r{number}").status == 200
        assert ada.messages(1) == [("ada", "still here")]
        with Stream(chat, "grace") as grace:
            assert grace.messages(1) == [("ada", "still here")]


def test_it_ends_at_once_though_somebody_listens(chat):
    with Stream(chat, "ada") as ada:
        ada.until_there("ada")
        chat.program.signal(signal.SIGTERM)
        assert chat.program.ended() == 0


def test_it_does_not_start_in_several_processes(start_chat):
    with pytest.raises(AssertionError, match="run it with workers=1"):
        start_chat("--workers", "2")


@pytest.mark.browser
def test_two_browsers_talk_and_come_back_after_a_restart(start_chat, browser):  # noqa: F811 - imported above
    chat = start_chat()
    complaints = []
    pages = []
    for name in ("ada", "<b>grace</b>"):
        page = browser.new_context(viewport={"width": 360, "height": 640}).new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{chat.url}/rooms/cellar")
        page.get_by_label("What are you called?").fill(name)
        page.get_by_role("button", name="Enter").click()
        pages.append(page)
    expect(pages[0].locator("#people")).to_have_text("Here: <b>grace</b>, ada")
    pages[0].get_by_label("Message").fill("<i>hello</i>")
    pages[0].keyboard.press("Enter")
    for page in pages:
        expect(page.get_by_role("listitem")).to_have_text(["ada <i>hello</i>"])
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []

    chat.program.signal(signal.SIGTERM)
    assert chat.program.ended() == 0
    start_chat("--port", str(chat.port))
    for page in pages:
        expect(page.locator("#people")).to_have_text("Here: <b>grace</b>, ada", timeout=20_000)
    pages[1].get_by_label("Message").fill("here again")
    pages[1].keyboard.press("Enter")
    expect(pages[0].get_by_role("listitem").last).to_have_text("<b>grace</b> here again")
