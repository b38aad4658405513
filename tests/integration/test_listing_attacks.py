"""Attacks on listings and archives, over every server they may stand behind.

What concerns files is in `test_file_attacks`; the page and the formats are tried in `tests/indexer`.
"""

from __future__ import annotations

import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote_from_bytes, urljoin, urlsplit

import pytest

from growler import App
from growler.ext import Indexer
from growler_ext.indexer import Item
from growler_ext.indexer.packer import MAX_ARCHIVES
from support.file_attacks import HOSTILE_NAMES, SECRET, make_tree
from support.listing_page import Page, name_behind
from support.raw import Raw, get
from support.servers import Running

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, pipes and names are those of POSIX")

SERVERS = ("native", "native-uvloop", "uvicorn", "hypercorn")
FILM = 30_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is listed; made once, for ten thousand files take their time."""
    folder = tmp_path_factory.mktemp("listed")
    tree = make_tree(folder)
    (tree / "sub" / "up").symlink_to("..")
    for name in ("names", "large", "many"):
        (folder / name).mkdir()
    for hostile in HOSTILE_NAMES:
        with open(os.fsencode(folder / "names") + b"/" + hostile, "wb") as file:
            file.write(hostile)
    with open(folder / "large" / "film.mp4", "wb") as file:
        file.truncate(FILM)
    for number in range(10_000):
        (folder / "many" / f"file {number}").touch()
    return folder


@pytest.fixture(scope="module", params=SERVERS)
def port(request: pytest.FixtureRequest, folder: Path) -> Iterator[int]:
    """`/tree` has the tree of the attacks, `/names` hostile names, `/large` a film, `/small` the same with a limit,
    `/many` ten thousand files."""
    app = App()
    app.use("/tree", Indexer(folder / "shown"))
    app.use("/names", Indexer(folder / "names", hidden=True))
    app.use("/large", Indexer(folder / "large", archive=("tar",)))
    app.use("/small", Indexer(folder / "large", archive_limit=FILM - 1))
    app.use("/many", Indexer(folder / "many"))
    with Running(request.param, app) as port:
        yield port


def ask(port: int, target: bytes, *lines: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body."""
    with Raw(port) as client:
        client.send(get(target, *lines, b"Connection: close"))
        head, _, body = client.read_until_closed().partition(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        body = joined(body)
    return int(head[9:12]), head, body


def joined(chunked: bytes) -> bytes:
    """The body that these chunks carry (RFC 9112 7.1); it has to have its end."""
    body, at = b"", 0
    while size := int(chunked[at : chunked.index(b"\r\n", at)], 16):
        at = chunked.index(b"\r\n", at) + 2
        body += chunked[at : at + size]
        at += size + 2
    return body


def test_each_hostile_name_is_a_link_to_exactly_its_file(port: int) -> None:
    base = f"http://127.0.0.1:{port}/names/"
    status, _, body = ask(port, b"/names/")
    page = Page(body.decode())
    assert status == 200
    assert not {"img", "iframe", "object"} & page.tags
    assert not [name for name in page.attributes if name.startswith("on")]
    assert sorted(name_behind(base, link) for link in page.links) == sorted(HOSTILE_NAMES)
    for link in page.links:
        path = urlsplit(urljoin(base, link)).path.encode()
        assert ask(port, path)[::2] == (200, name_behind(base, link))
        status, head, _ = ask(port, path + b"?archive=zip")
        assert status == 200
        assert b"application/zip" not in head


def test_nothing_that_was_asked_comes_back(port: int) -> None:
    strange = b"X-Forwarded-Host: evil.example", b"Referer: http://evil.example/", b"X-Original-URL: /evil"
    for target in (b"/tree/?evil=evil&%3Cevil%3E", b"/tree/?format=evil", b"/tree/?sort=evil", b"/tree/?page=evil",
                   b"/tree/?archive=evil", b"/tree/sub?evil=", b"/tree/%3Cevil%3E/"):  # fmt: skip
        status, head, body = ask(port, target, *strange)
        assert status < 500, target
        assert b"evil" not in body.replace(b"/sub/?evil=", b""), target
        assert b"evil.example" not in head, target


def test_an_archive_holds_what_the_listing_shows_and_ends(port: int) -> None:
    status, _, body = ask(port, b"/tree/?archive=zip")
    assert status == 200
    assert SECRET not in body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        # A link to a folder that it lies in leads to an empty one.
        assert sorted(archive.namelist()) == ["tree/", "tree/a.txt", "tree/sub/", "tree/sub/up/"]


def test_an_archive_beyond_its_limit_is_refused_before_it_begins(port: int) -> None:
    status, head, _ = ask(port, b"/small/?archive=zip")
    assert status == 413
    assert b"application/zip" not in head


def test_the_work_on_an_archive_ends_with_its_client(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(MAX_ARCHIVES):
            client = stack.enter_context(Raw(port))
            client.send(get(b"/large/?archive=tar"))
            assert b" 200 " in client.read_until(b"\r\n\r\n")
        assert ask(port, b"/large/?archive=tar")[0] == 503
    # They have gone. A server needs a moment to see it, however long that is; then all places are free.
    status = 503
    while status == 503:
        status, _, body = ask(port, b"/large/?archive=tar")
    assert status == 200
    assert len(body) > FILM


def test_ten_thousand_names_are_listed_in_pages_and_whole(port: int) -> None:
    status, _, body = ask(port, b"/many/?format=json&page=10")
    page = json.loads(body)
    assert (status, page["total"], len(page["entries"])) == (200, 10_000, 1000)
    assert page["entries"][-1]["name"] == "file 9999"
    status, _, body = ask(port, b"/many/?page=all")
    assert status == 200
    assert len(Page(body.decode()).links) == 10_000
    assert ask(port, b"/many/" + quote_from_bytes(b"file 77").encode())[::2] == (200, b"")


@pytest.mark.parametrize("server", SERVERS)
def test_others_are_answered_while_a_folder_is_listed(server: str, tmp_path: Path) -> None:
    """The listing waits, in its filter, for the other answer: were it made on the loop, neither would ever come."""
    (tmp_path / "a.txt").touch()
    begun, answered = threading.Event(), threading.Event()

    def slow(item: Item) -> bool:
        begun.set()
        return answered.wait(10)

    app = App()
    app.get("/other", lambda req, res: res.send_text("answered"))
    app.use(Indexer(tmp_path, filter=slow))
    with Running(server, app) as port, Raw(port) as client:
        client.send(get(b"/?format=txt", b"Connection: close"))
        assert begun.wait(10)
        assert ask(port, b"/other")[::2] == (200, b"answered")
        answered.set()
        assert b"a.txt" in client.read_until_closed()
