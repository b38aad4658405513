"""The raw-socket responder: handshake, frames byte by byte, what breaks the protocol, back pressure, a browser."""

from __future__ import annotations

import signal
import struct

import pytest
from playwright.sync_api import expect

from support.browser import browser, complaints_of  # noqa: F401 - a fixture, found by its name
from support.raw import Raw, bytewise

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def request(*lines, host="x", key=KEY):
    head = [
        "GET /echo HTTP/1.1", f"Host: {host}", "Connection: keep-alive, Upgrade", "Upgrade: WebSocket",
        "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *lines, "", "",
    ]  # fmt: skip
    return "\r\n".join(head).encode()


def frame(op, payload=b"", *, final=True, reserved=0):
    """As a client sends it: masked."""
    mask = b"\x9c\x01\xfe\x42"
    size = len(payload)
    length = (
        bytes([size | 0x80]) if size < 126
        else struct.pack("!BH", 0xFE, size) if size < 65536
        else struct.pack("!BQ", 0xFF, size)
    )  # fmt: skip
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([final << 7 | reserved << 4 | op]) + length + mask + masked


class Called(Raw):
    """A connection after the handshake."""

    def __init__(self, port):
        super().__init__(port)
        self.send(request())
        assert b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in self.read_until(b"\r\n\r\n")

    def exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            assert piece, "closed"
            data += piece
        return data

    def receive(self):
        """The next frame, as (op, payload)."""
        first, size = self.exactly(2)
        assert first & 0x80
        if size >= 126:
            size = int.from_bytes(self.exactly(2 if size == 126 else 8))
        return first & 0x0F, self.exactly(size)


@pytest.fixture(scope="module")
def echo(start_once):
    return start_once("websocket")


@pytest.fixture
def called(echo):
    with Called(echo.port) as called:
        yield called


def test_messages_of_all_sizes_come_back(called):
    for op, payload in (
        (TEXT, "ü".encode()),
        (BINARY, b"\xff"),
        (TEXT, b""),
        (BINARY, b"x" * 126),
        (TEXT, b"y" * 65536),
    ):
        called.send(frame(op, payload))
        assert called.receive() == (op, payload)


def test_bytes_may_come_one_by_one_and_frames_in_pieces_with_a_ping_between(called):
    data = frame(TEXT, "grü".encode()[:3], final=False) + frame(PING, b"?") + frame(0, "grü".encode()[3:])
    called.send(*bytewise(data))
    assert called.receive() == (PONG, b"?")
    assert called.receive() == (TEXT, "grü".encode())


def test_what_comes_right_behind_the_request_is_heard(echo):
    with Called(echo.port) as other, Raw(echo.port) as raw:
        raw.send(request() + frame(TEXT, b"early"))
        raw.read_until(b"\r\n\r\n")
        assert raw.read_until(b"early") == b"\x81\x05early"
        other.send(frame(TEXT, b"HTTP goes on"))
        assert other.receive() == (TEXT, b"HTTP goes on")
    assert echo.get("/").status == 200


def test_a_close_is_answered_and_ends_the_connection(called):
    called.send(frame(CLOSE, b"\x03\xe8bye"))
    assert called.receive() == (CLOSE, b"\x03\xe8")
    assert called.is_closed()


VIOLATIONS = {
    "not masked": (b"\x81\x02hi", 1002),
    "a reserved bit": (frame(TEXT, b"x", reserved=4), 1002),
    "an unknown kind": (frame(3), 1002),
    "an unknown kind of control frame": (frame(11), 1002),
    "a continuation of nothing": (frame(0, b"x"), 1002),
    "a message inside another": (frame(TEXT, b"x", final=False) + frame(TEXT, b"y"), 1002),
    "a ping in pieces": (frame(PING, b"x", final=False), 1002),
    "a long ping": (frame(PING, b"x" * 126), 1002),
    "text that is not UTF-8": (frame(TEXT, b"\xff"), 1007),
    "too long by its head": (b"\x82\xff" + (1 << 62).to_bytes(8), 1009),
    "too long in pieces": (frame(BINARY, b"x" * 65536, final=False) + frame(0, b"x"), 1009),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_who_breaks_the_protocol_is_told_why(called, name):
    data, code = VIOLATIONS[name]
    called.send(data)
    assert called.receive() == (CLOSE, code.to_bytes(2))
    assert called.is_closed()


def test_who_does_not_take_the_echoes_is_not_heard_any_more(called):
    called.socket.settimeout(1)
    message = frame(BINARY, b"x" * 60_000)
    with pytest.raises(TimeoutError):  # noqa: PT012 - one of the sends waits, nobody knows which
        while True:
            called.socket.sendall(message)
    called.socket.settimeout(20)
    for _ in range(10):
        assert called.receive() == (BINARY, b"x" * 60_000)


BAD_HANDSHAKES = {
    "none": (b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", 426),
    "an old version": (request().replace(b"Version: 13", b"Version: 8"), 426),
    "a key that is not Base64": (request(key="short"), 400),
    "a short key": (request(key="AA=="), 400),
    "another site": (request("Origin: https://evil.example"), 403),
    "a page of nowhere": (request("Origin: null"), 403),
}


@pytest.mark.parametrize("name", BAD_HANDSHAKES)
def test_a_bad_handshake_is_answered_as_http(echo, name):
    data, status = BAD_HANDSHAKES[name]
    with Raw(echo.port) as raw:
        raw.send(data)
        assert raw.read_reply()[0] == status


def test_a_page_of_this_site_may_call(echo):
    with Raw(echo.port) as raw:
        raw.send(request("Origin: http://localhost:8000", host="localhost:8000"))
        assert raw.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")


def test_it_ends_in_time_though_somebody_is_connected(start):
    echo = start("websocket")
    with Called(echo.port) as called:
        echo.program.signal(signal.SIGTERM)
        assert echo.program.ended() == 0
        assert called.is_closed()


@pytest.mark.browser
def test_a_browser_calls_and_hears(echo, browser):  # noqa: F811 - imported above
    page = browser.new_context(viewport={"width": 360, "height": 640}).new_page()
    complaints = complaints_of(page)
    page.goto(echo.url)
    expect(page.get_by_role("status")).to_have_text("connected")
    for text in ("<b>hello</b>", "ü" * 200):
        page.get_by_label("Message").fill(text)
        page.keyboard.press("Enter")
        expect(page.get_by_role("listitem").first).to_have_text(text)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []
