"""Large files, and files that change while they are sent: every byte, or a closed connection, never a wrong length."""

from __future__ import annotations

import http.client
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from growler import App
from growler_ext.static import Static
from growler_ext.static.hot import LARGEST as SMALL
from support.clients import LiveClient

SIZE = 3 * 1024 * 1024
CONTENT = random.Random(3).randbytes(SIZE)

# How the end of a connection looks: to the client in memory, and to one behind a socket.
CUT = (ConnectionError, http.client.IncompleteRead)


@pytest.fixture
def large(root: Path) -> Path:
    path = root / "large.bin"
    path.write_bytes(CONTENT)
    return path


def app_with(root: Path, **hooks: Callable[[], object]) -> App:
    """An app that serves `root` and runs these hooks once, on the first request."""
    app = App()
    waiting = dict(hooks)

    def set_hooks(req, res):
        while waiting:
            res.on(*waiting.popitem())

    app.use(set_hooks)
    app.use(Static(root))
    return app


def assert_cut(client, headers=()) -> None:
    """The answer ends in a closed connection, and the server goes on."""
    with pytest.raises(CUT):
        client.get("/large.bin", headers=headers)
    if isinstance(client, LiveClient):
        client.close()  # the library would use its half of the connection again
    assert client.get("/a.txt").body == b"0123456789"


def test_a_large_file_arrives_byte_exact(serve, root, large):
    client = serve(app_with(root))
    reply = client.get("/large.bin")
    assert (reply.status, reply.headers["content-length"]) == (200, str(SIZE))
    assert reply.body == CONTENT
    head = client.head("/large.bin")
    assert (head.status, head.headers["content-length"], head.body) == (200, str(SIZE), b"")
    assert client.get("/a.txt").body == b"0123456789"


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, SIZE - 1), (1, SIZE - 2), (SIZE - 1, SIZE - 1), (1_000_000, 1_000_000 + SMALL), (5, SMALL + 4)],
)
def test_a_part_of_a_large_file_arrives_byte_exact(serve, root, large, first, last):
    reply = serve(app_with(root)).get("/large.bin", headers={"Range": f"bytes={first}-{last}"})
    assert (reply.status, reply.headers["content-range"]) == (206, f"bytes {first}-{last}/{SIZE}")
    assert reply.body == CONTENT[first : last + 1]


@pytest.mark.parametrize("size", [SMALL - 1, SMALL, SMALL + 1])
def test_the_border_between_small_and_large_is_not_seen(serve, root, size):
    (root / "border.bin").write_bytes(CONTENT[:size])
    client = serve(app_with(root))
    assert client.get("/border.bin").body == CONTENT[:size]
    assert client.get("/border.bin", headers={"Range": "bytes=-5"}).body == CONTENT[size - 5 : size]
    assert client.head("/border.bin").headers["content-length"] == str(size)


@pytest.mark.parametrize("left", [0, 1, SIZE // 2, SIZE - 1])
def test_a_file_that_shrinks_before_it_is_sent_closes_the_connection(serve, root, large, left):
    client = serve(app_with(root, headers=lambda: os.truncate(large, left)))
    assert_cut(client)


def test_a_file_that_shrinks_while_it_is_sent_closes_the_connection(serve, root, large):
    client = serve(app_with(root, after_headers=lambda: os.truncate(large, 100)))
    assert_cut(client)


def test_a_file_that_shrinks_below_a_part_closes_the_connection(serve, root, large):
    client = serve(app_with(root, headers=lambda: os.truncate(large, SIZE // 2)))
    assert_cut(client, {"Range": f"bytes={SIZE // 4}-"})


def test_a_file_that_grows_is_sent_as_long_as_it_was(serve, root, large):
    def grow() -> None:
        with large.open("ab") as file:
            file.write(b"more" * 1000)

    client = serve(app_with(root, headers=grow))
    assert client.get("/large.bin").body == CONTENT
    assert client.get("/large.bin").body == CONTENT + b"more" * 1000


def test_a_file_that_is_replaced_is_sent_as_it_was(serve, root, large):
    def replace() -> None:
        (root / "new").write_bytes(b"new")
        (root / "new").replace(large)

    client = serve(app_with(root, headers=replace))
    assert client.get("/large.bin").body == CONTENT
    assert client.get("/large.bin").body == b"new"


def test_a_file_that_is_removed_is_sent_as_it_was(serve, root, large):
    client = serve(app_with(root, headers=large.unlink))
    assert client.get("/large.bin").body == CONTENT
    assert client.get("/large.bin").status == 404


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors in /proc")
def test_no_descriptor_stays_open(serve, root, large):
    client = serve(app_with(root))
    requests = [
        ("GET", "/large.bin", {}), ("HEAD", "/large.bin", {}), ("GET", "/a.txt", {}),
        ("GET", "/large.bin", {"Range": "bytes=99999999-"}), ("GET", "/large.bin", {"If-Match": '"other"'}),
        ("GET", "/large.bin", {"If-None-Match": "*"}), ("GET", "/sub", {}), ("GET", "/nowhere", {}),
    ]  # fmt: skip

    def ask_all() -> int:
        for method, target, headers in requests:
            client.request(method, target, headers=headers)
        return sum(1 for fd in Path("/proc/self/fd").iterdir() if str(root) in os.path.realpath(fd))

    assert ask_all() == 0
