"""ASGI's extension "Path Send": whole files by their names, and nothing else."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from growler import App
from growler.http.body import FileBody

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere an open file has no name to be asked for"
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"content")
    return path


def send(decide, *, extensions=("http.response.pathsend",), gone=False):
    """What an app sends that decides by `decide(res)`, under a server with these extensions."""
    app, sent = App(), []
    app.get("/", lambda req, res: decide(res))

    async def receive():
        return (
            {"type": "http.request", "body": b"", "more_body": False}
            if not gone
            else {"type": "http.disconnect"}
        )

    async def collect(message):
        if gone and message["type"] == "http.response.pathsend":
            raise OSError("the client has gone")
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "extensions": {name: {} for name in extensions},
    }
    asyncio.run(app(scope, receive, collect))
    return sent


def body(sent):
    return b"".join(message.get("body", b"") for message in sent)


def test_a_whole_file_is_sent_by_its_name(file):
    start, path = send(lambda res: res.send_file(file))
    assert start["type"] == "http.response.start"
    assert path == {"type": "http.response.pathsend", "path": str(file)}


def test_it_is_the_name_of_what_was_opened_not_of_a_link_to_it(file, tmp_path):
    link = tmp_path / "link.bin"
    link.symlink_to(file)
    assert send(lambda res: res.send_file(link))[1]["path"] == str(file)


def test_servers_without_the_extension_get_bytes(file):
    assert body(send(lambda res: res.send_file(file), extensions=())) == b"content"


@pytest.mark.parametrize(("offset", "count", "content"), [(2, 3, b"nte"), (0, 4, b"cont")])
def test_a_part_of_a_file_is_sent_as_bytes(file, offset, count, content):
    def part(res):
        res.decide(FileBody(file.open("rb"), offset, count), "application/octet-stream", 200)

    assert body(send(part)) == content


@pytest.mark.parametrize("swap", [os.unlink, lambda path: os.rename(path, f"{path}.old")])
def test_a_file_that_lost_its_name_is_sent_all_the_same(file, swap):
    def late(res):
        opened = file.open("rb")
        swap(file)
        if swap is not os.unlink:
            file.write_bytes(b"another")
        res.decide(FileBody(opened, 0, 7), "application/octet-stream", 200)

    sent = send(late)
    assert b"another" not in body(sent)
    assert body(sent) == b"content" or sent[1]["path"] == f"{file}.old"


def test_the_file_is_closed_and_nothing_more_is_sent_when_the_client_has_gone(file):
    opened = file.open("rb")
    sent = send(lambda res: res.decide(FileBody(opened, 0, 7), "text/plain", 200), gone=True)
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert opened.closed
