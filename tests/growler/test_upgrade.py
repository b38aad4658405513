"""Upgrades over sockets: a middleware takes the connection over, or nobody does and HTTP goes on (RFC 9110 7.8).

What is kept and what waits meanwhile, without a socket, is in test_responder_upgrades.py.
"""

from __future__ import annotations

import asyncio

import pytest

from growler import App, GrowlerStopIteration
from growler.responder import GrowlerResponder
from support.http11_site import UPGRADE, post
from support.raw import Raw, get
from support.servers import Running


class Shout(GrowlerResponder):
    def __init__(self, transport):
        self.transport = transport

    def on_data(self, data):
        self.transport.write(data.upper())


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_middleware_can_take_over_the_socket(native, asynchronous):
    app = App()

    def take(req, res):
        transport = res.protocol.transport
        res.protocol.responders.append(Shout(transport))
        transport.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\nConnection: Upgrade\r\n\r\n")
        raise GrowlerStopIteration

    async def take_later(req, res):
        await asyncio.sleep(0)
        take(req, res)

    app.get("/shout", take_later if asynchronous else take)
    app.get("/", lambda req, res: res.send_text("http"))
    with Running(native, app) as port, Raw(port) as raw:
        # The bytes behind the request are the new protocol's already.
        raw.send(get(b"/shout", b"Upgrade: shout", b"Connection: Upgrade") + b"hello ")
        assert raw.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 101")
        assert raw.read_until(b"HELLO ") == b"HELLO "
        raw.send(b"get / http/1.1\r\n\r\n")
        assert raw.read_until(b"\r\n\r\n") == b"GET / HTTP/1.1\r\n\r\n"


def test_an_upgrade_waits_for_the_answers_before_it(raw, http11_port):
    raw.send(get(b"/gate/upgrade") + get(b"/q?up", *UPGRADE) + get(b"/q?next"))
    raw.send(get(b"/q?last"))
    with Raw(http11_port) as other:
        other.send(get(b"/open/upgrade"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(4)] == [b"gate upgrade", b"/q?up", b"/q?next", b"/q?last"]


def test_an_upgrade_nobody_wants_is_answered_as_http_and_the_connection_goes_on(raw):
    raw.send(get(b"/", b"Upgrade: h2c", b"Connection: Upgrade") + get(b"/q?next"))
    assert [raw.read_reply()[2] for _ in range(2)] == [b"root", b"/q?next"]


def test_a_body_behind_an_upgrade_is_no_request(raw):
    smuggled = get(b"/q?smuggled")
    raw.send(post(*UPGRADE, b"Content-Length: %d" % len(smuggled), target=b"/ignore", body=smuggled))
    raw.send(get(b"/q?next"))
    assert [raw.read_reply()[2] for _ in range(2)] == [b"ignored", b"/q?next"]
