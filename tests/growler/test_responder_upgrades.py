"""What an Upgrade request does to its connection, turn by turn: what is kept for the other protocol, and what waits.

Over sockets: test_upgrade.py.
"""

from __future__ import annotations

import pytest

from growler import GrowlerStopIteration
from growler.responder import GrowlerResponder
from support.gated_site import Site
from support.raw import get
from support.turned_clock import by_hand
from support.wire import Wired

UPGRADE = (b"Connection: Upgrade", b"Upgrade: other")


class Other(GrowlerResponder):
    """Another protocol: it keeps what it gets."""

    def __init__(self) -> None:
        self.got = b""

    def on_data(self, data):
        self.got += data


def upgrading():
    """A site where /switch takes the connection over for another protocol when the gate is open; and that protocol."""
    app, other = Site(), Other()

    @app.get("/switch")
    async def switch(req, res):
        await app.gate.wait()
        req.head.connection.protocol.responders.append(other)
        raise GrowlerStopIteration

    @app.get("/switch-now")
    def switch_now(req, res):
        req.head.connection.protocol.responders.append(other)
        raise GrowlerStopIteration

    return app, other


@pytest.mark.parametrize("rest", [b"hello", b""])
@by_hand
async def test_what_follows_an_upgrade_is_for_the_other_protocol(rest):
    for target in (b"/switch-now", b"/switch"):
        app, other = upgrading()
        client = Wired(app)
        client.send(get(target, *UPGRADE) + rest)
        client.send(b" more") if target == b"/switch" else None
        assert other.got == (rest if target == b"/switch-now" else b"")
        app.gate.set()
        await client.after()
        assert other.got == (rest if target == b"/switch-now" else rest + b" more")
        client.send(b"!")
        assert other.got.endswith(b"!")
        assert client.wire.did == []


@by_hand
async def test_an_upgrade_waits_while_the_client_reads_slowly():
    app, other = upgrading()
    client = Wired(app)
    client.protocol.pause_writing()
    client.send(get(b"/switch-now", *UPGRADE) + b"rest")
    assert (app.seen, other.got) == ([], b"")
    client.protocol.resume_writing()
    assert (app.seen, other.got) == (["/switch-now"], b"rest")


@by_hand
async def test_an_upgrade_nobody_wants_waits_for_the_hooks_of_its_answer():
    app = Site()
    client = Wired(app)
    client.send(get(b"/after", *UPGRADE) + get(b"/1"))
    await client.after()
    assert client.statuses == [200]
    client.protocol.pause_writing()
    client.protocol.resume_writing()
    assert app.seen == ["/after"]
    app.gate.set()
    await client.after()
    assert app.seen == ["/after", "/1"]


@by_hand
async def test_what_was_kept_is_not_for_a_protocol_that_comes_after_the_client_has_gone():
    app, other = upgrading()
    client = Wired(app)
    client.send(get(b"/switch", *UPGRADE) + b"rest")
    await client.after()
    client.wire.abort()
    await client.after()
    app.gate.set()
    await client.after()
    assert other in client.protocol.responders
    assert other.got == b""


@by_hand
async def test_what_follows_an_upgrade_nobody_wants_is_the_next_request():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait", *UPGRADE) + get(b"/1")[:10])
    client.send(get(b"/1")[10:] + get(b"/2"))
    await client.after()
    assert app.seen == ["/wait"]
    app.gate.set()
    await client.after()
    assert client.statuses == [200, 404, 404]
    client.send(get())
    assert client.statuses == [200, 404, 404, 200]


@by_hand
async def test_an_upgrade_nobody_wants_with_nothing_behind_it_goes_on_too():
    client = Wired(Site())
    client.send(get(b"/", *UPGRADE))
    assert client.statuses == [200]
    client.send(get())
    assert client.statuses == [200, 200]


@by_hand
async def test_an_upgrade_behind_requests_that_wait_waits_for_them():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait") + get(b"/1", *UPGRADE) + get(b"/2"))
    await client.after()
    assert client.statuses == []
    app.gate.set()
    await client.after()
    assert client.statuses == [200, 404, 404]


@by_hand
async def test_what_is_kept_behind_an_upgrade_is_as_much_as_a_head_may_be():
    client = Wired(Site())
    client.send(get(b"/wait", *UPGRADE))
    client.send(b"x" * 150, b"x" * 50)
    assert client.wire.did == []
    client.send(b"x")
    assert client.wire.did == ["pause"]


@by_hand
async def test_nothing_goes_on_behind_an_upgrade_on_a_connection_that_closes():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait", *UPGRADE), get(b"/1"))
    client.connections.draining = True
    app.gate.set()
    await client.after()
    assert app.seen == ["/wait"]
