"""`start("blog")`: an example as its README says to start it, in a process of its own, on a free port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from support.clients import LiveClient
from support.program import Program

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Started(LiveClient):
    """A client of the example; `program` is its process."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.port())
        self.program = program
        self.url = f"http://127.0.0.1:{self.port}"
        self._others: list[LiveClient] = []

    def another(self) -> LiveClient:
        """A client with a connection and cookies of its own; it is closed with this one."""
        self._others.append(LiveClient(self.port))
        return self._others[-1]

    def close(self) -> None:
        for client in self._others:
            client.close()
        super().close()


Start = Callable[..., Started]


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(name, **environment)`: the running example; it ends with the test."""
    with ExitStack() as stack:
        yield partial(_start, stack)


@pytest.fixture(scope="module")
def start_once() -> Iterator[Start]:
    """The same for an example that remembers nothing: it ends with the file's last test."""
    with ExitStack() as stack:
        yield partial(_start, stack)


def _start(stack: ExitStack, name: str, *words: str, **environment: str) -> Started:
    command = ("-m", "growler", "run", "app:app", "--port", "0", *words)
    program = Program(*command, folder=EXAMPLES / name, environment=list(environment.items()))
    client = Started(stack.enter_context(program))
    stack.callback(client.close)
    return client
