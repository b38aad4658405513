"""Redis stops, hangs and comes back while visitors are counting: over sockets, against a process of its own.

It keeps what it has answered, even when it is killed; so whatever a visitor was told is saved has to be there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from session.outside import APP, Answer, Browser
from session.redis_stores import keys_without_ttl

from support.program import Program
from support.redis_server import RedisServer, find_binary, wait_until

pytestmark = pytest.mark.redis

KEPT = ("--appendonly", "yes", "--appendfsync", "always")
WITHOUT_SCRIPTS = ("--user", "default", "on", "nopass", "~*", "&*", "+@all", "-@scripting")
VISITORS = 8
PATIENCE = 45.0
"""Seconds after which something hangs; many times the store's time-out, for machines are busy."""


class Visitor(threading.Thread):
    """Counts in a session of its own until `over`, and notes what could not have been.

    Attributes:
        saved: the last number it was answered.
        refused: how many answers were a 503.
    """

    def __init__(self, port: int, over: threading.Event) -> None:
        super().__init__()
        self.browser = Browser(port, "redis")
        self.over = over
        self.saved = 0
        self.refused = 0
        self.wrong: list[object] = []

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.visit()
        except Exception as error:  # to be told by the test: this is a thread
            self.wrong.append(error)

    def visit(self) -> Answer:
        answer = self.browser.ask("/plain/", "incr:n")
        if answer.status == 200:
            (number,) = answer.values
            # One that was refused may have been saved all the same: it was only not answered.
            if not self.saved < number <= self.saved + self.refused + 1:
                self.wrong.append((number, self.saved, self.refused))
            self.saved = number
        elif answer.status == 503:
            self.refused += 1
            if answer.set_cookie:
                self.wrong.append(answer.set_cookie)
        else:
            self.wrong.append(answer)
        return answer


@pytest.fixture(params=[(), WITHOUT_SCRIPTS], ids=["scripts", "transactions"])
def server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    with RedisServer(find_binary(), *KEPT, *request.param) as server:
        yield server


def hang(server: RedisServer, until_refused: Callable[[], None]) -> None:
    server.pause()
    until_refused()
    server.resume()


def stop_and_start(server: RedisServer, until_refused: Callable[[], None]) -> None:
    server.kill()
    until_refused()
    server.start()


def until_more(visitors: list[Visitor], what: str) -> None:
    """Wait until each of them has had more answers of that kind."""
    before = [getattr(visitor, what) for visitor in visitors]
    wait_until(
        lambda: all(getattr(visitor, what) > count for visitor, count in zip(visitors, before, strict=True)),
        PATIENCE,
    )


@pytest.mark.parametrize("trouble", [hang, stop_and_start])
def test_nothing_hangs_nothing_unsaved_is_answered_200_and_all_recovers(server, trouble):
    over = threading.Event()
    with Program(APP, server.url) as program:
        port = program.port()
        visitors = [Visitor(port, over) for _ in range(VISITORS)]
        for visitor in visitors:
            # The first connection may take its time.
            wait_until(lambda visitor=visitor: visitor.visit().status == 200, PATIENCE)
            visitor.start()
        try:
            for _ in range(3):
                trouble(server, lambda: until_more(visitors, "refused"))
                until_more(visitors, "saved")
        finally:
            over.set()
            for visitor in visitors:
                visitor.join()
        assert [wrong for visitor in visitors for wrong in visitor.wrong] == []
        for visitor in visitors:
            # Nobody was logged out, and what was answered is there.
            wait_until(lambda visitor=visitor: visitor.visit().status == 200, PATIENCE)
            assert visitor.wrong == []
    assert keys_without_ttl([server.url]) == []
