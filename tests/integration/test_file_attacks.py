"""Attacks on a file server, over every server it may stand behind: nothing from outside, no 5xx, no byte too many.

What concerns listings and archives is in `tests/indexer`: hostile names, reflected input, packing, huge folders.
"""

from __future__ import annotations

import gzip
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from growler import App
from growler.ext import Static
from support.file_attacks import ATTACKS, SECRET, make_tree
from support.raw import Raw
from support.servers import Running
from support.unreadable import unreadable_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, pipes and modes are those of POSIX")

SERVERS = ("native", "native-uvloop", "uvicorn", "hypercorn")
LARGE = 16 * 1024 * 1024
TEN = b"0123456789"


@dataclass
class Site:
    """A server with these mounts, and the folders behind them.

    `/` has the tree of the attacks, `/own` the same with its own errors, `/f` files to ask for parts of, `/u` what
    strangers have put there, `/p` files with compressed forms.
    """

    port: int
    folder: Path

    def ask(self, target: bytes, *lines: bytes, method: bytes = b"GET") -> Answer:
        request = b"\r\n".join([method + b" " + target + b" HTTP/1.1", b"Host: x", *lines])
        with Raw(self.port) as client:
            client.send(request + b"\r\nConnection: close\r\n\r\n")
            return Answer.read(client)


@dataclass
class Answer:
    status: int
    head: bytes
    body: bytes

    @classmethod
    def read(cls, client: Raw) -> Answer:
        head, _, body = client.read_until_closed().partition(b"\r\n\r\n")
        assert head, "closed without an answer"
        return cls(int(head[9:12]), head, body)

    def field(self, name: str) -> str | None:
        found = re.search(rb"(?im)^%b: *([^\r]*)" % name.encode(), self.head)
        return found[1].decode("latin-1") if found else None


@pytest.fixture(scope="module", params=SERVERS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("attacked")
    root = make_tree(folder)
    for name in ("f", "u", "p"):
        (folder / name).mkdir()
    (folder / "f" / "ten.txt").write_bytes(TEN)
    for name in (
        "page.html",
        "drawing.svg",
        "feed.xml",
        "code.js",
        "style.css",
        "film.mp4",
        "paper.pdf",
        "x.bin",
    ):
        (folder / "u" / name).write_bytes(b"<script>alert(1)</script>")
    for name in ("fresh.txt", "stale.txt", "linked.txt"):
        (folder / "p" / name).write_bytes(TEN)
        os.utime(folder / "p" / name, (0, 1_700_000_000))
    (folder / "p" / "fresh.txt.gz").write_bytes(gzip.compress(TEN))
    (folder / "p" / "stale.txt.gz").write_bytes(gzip.compress(b"of yesterday"))
    os.utime(folder / "p" / "stale.txt.gz", (0, 1_600_000_000))
    (folder / "p" / "linked.txt.gz").symlink_to(folder / "outside")
    app = App()
    app.use("/own", Static(root, fallthrough=False))
    app.use("/f", Static(folder / "f"))
    app.use("/u", Static(folder / "u", untrusted=True))
    app.use("/p", Static(folder / "p"))
    app.use(Static(root))
    with Running(request.param, app) as port:
        yield Site(port, folder)


# Paths


@pytest.mark.parametrize("group", ATTACKS)
@pytest.mark.parametrize("mount", [b"", b"/own"], ids=["handed on", "own errors"])
def test_a_path_that_wants_out_is_refused(site: Site, mount: bytes, group: str) -> None:
    for attack in ATTACKS[group]:
        answer = site.ask(mount + attack)
        assert 300 < answer.status < 500, attack
        assert SECRET not in answer.body, attack
        assert b"\nX-Injected" not in answer.head, attack
        location = answer.field("Location")
        assert location is None or re.match(r"/(?![/\\])", location), (attack, location)


@pytest.mark.parametrize(
    "target",
    [b"/a.txt", b"/sub/../a.txt", b"/./a.txt", b"/sub/%2e%2e/a.txt", b"/%61.txt", b"/own/a.txt", b"http://x/a.txt"],
)  # fmt: skip
def test_what_stays_inside_is_served(site: Site, target: bytes) -> None:
    answer = site.ask(target)
    assert (answer.status, answer.body) == (200, b"a")


def test_a_target_in_absolute_form_is_resolved_like_any_other(site: Site) -> None:
    for target in (b"http://x/../outside", b"http://x/%2e%2e/outside", b"http://x//etc/passwd"):
        answer = site.ask(target)
        assert 300 < answer.status < 500
        assert SECRET not in answer.body


def test_the_line_of_a_request_may_be_too_long_but_is_no_500(site: Site) -> None:
    with Raw(site.port) as client:
        try:
            client.send(b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        except ConnectionError:
            return  # refused before it was whole
        answer = client.read_until_closed()
    assert not answer or 400 <= int(answer[9:12]) < 500


def test_a_link_that_is_swapped_in_between_leads_nowhere(site: Site) -> None:
    """The folder on the way becomes a link out of the root and a folder again while requests come in."""
    root = site.folder / "shown"
    (root / "door").mkdir()
    (root / "door" / "secret").write_bytes(b"inside")
    (root / "trap").symlink_to(site.folder / "shown-private")
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            for one, other in (("door", "aside"), ("trap", "door"), ("door", "trap"), ("aside", "door")):
                (root / one).rename(root / other)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        answers = [site.ask(b"/door/secret") for _ in range(150)]
    finally:
        over.set()
        swapping.join()
    assert {answer.status for answer in answers} <= {200, 404}
    assert {answer.body for answer in answers if answer.status == 200} <= {b"inside"}


# What a file may do


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "feed.xml", "code.js", "style.css", "x.bin"])
def test_what_a_stranger_has_put_there_does_not_run(site: Site, name: str) -> None:
    answer = site.ask(b"/u/" + name.encode())
    assert answer.status == 200
    assert answer.field("X-Content-Type-Options") == "nosniff"
    assert str(answer.field("Content-Disposition")).startswith("attachment")
    assert answer.field("Content-Security-Policy") == "sandbox"


@pytest.mark.parametrize("name", ["film.mp4", "paper.pdf"])
def test_what_cannot_run_is_shown(site: Site, name: str) -> None:
    answer = site.ask(b"/u/" + name.encode())
    assert answer.field("X-Content-Type-Options") == "nosniff"
    assert answer.field("Content-Disposition") is None
    assert answer.field("Content-Security-Policy") is None


# Ranges and conditions


@pytest.mark.parametrize(
    ("value", "status", "body"),
    [
        (b"bytes=0-0", 206, b"0"),
        (b"bytes=2-4", 206, b"234"),
        (b"bytes=5-", 206, b"56789"),
        (b"bytes=-3", 206, b"789"),
        (b"bytes=-99", 206, TEN),
        (b"bytes=0-99999999999999999999999", 206, TEN),
        (b"bytes=0-1,2-3", 206, b"0123"),
        (b"bytes=10-", 416, None),
        (b"bytes=-0", 416, None),
        (b"bytes=99999999999999999999999-", 416, None),
        (b"bytes=4-2", 200, TEN),
        (b"bytes=+1-2", 200, TEN),
        (b"bytes=1_0-", 200, TEN),
        ("bytes=\u0661-\u0662".encode(), 200, TEN),
        (b"bytes=a-b", 200, TEN),
        (b"bytes=-", 200, TEN),
        (b"lines=0-1", 200, TEN),
        (b"bytes=0-0,5-5", 200, TEN),
        (b"bytes=" + b",".join([b"0-"] * 500), 206, TEN),
        (b"bytes=" + b",".join(b"%d-%d" % (n % 2 * 9, n % 2 * 9) for n in range(500)), 200, TEN),
    ],
)
def test_a_range_gets_no_byte_more_than_the_file(
    site: Site, value: bytes, status: int, body: bytes | None
) -> None:
    answer = site.ask(b"/f/ten.txt", b"Range: " + value)
    assert answer.status == status
    assert body is None or answer.body == body
    if status == 416:
        assert answer.field("Content-Range") == "bytes */10"
        assert TEN not in answer.body


def test_conditions_are_asked_in_their_order(site: Site) -> None:
    plain = site.ask(b"/f/ten.txt")
    etag, date = (str(plain.field(name)).encode() for name in ("ETag", "Last-Modified"))
    old, late = b"Mon, 01 Jan 1990 00:00:00 GMT", b"Fri, 01 Jan 2100 00:00:00 GMT"
    other = b'"other"'
    for lines, status in (
        ([b"If-Match: " + etag], 200),
        ([b"If-Match: *"], 200),
        ([b"If-Match: " + other], 412),
        ([b"If-Match: " + other, b"If-None-Match: " + etag], 412),
        ([b"If-Match: " + etag, b"If-Unmodified-Since: " + old], 200),
        ([b"If-Unmodified-Since: " + old], 412),
        ([b"If-Unmodified-Since: nonsense"], 200),
        ([b"If-None-Match: " + etag], 304),
        ([b"If-None-Match: " + other + b", " + etag], 304),
        ([b"If-None-Match: *"], 304),
        ([b"If-None-Match: " + other, b"If-Modified-Since: " + late], 200),
        ([b"If-Modified-Since: " + date], 304),
        ([b"If-Modified-Since: " + old], 200),
        ([b"If-None-Match: " + etag, b"Range: bytes=0-0"], 304),
        ([b"Range: bytes=0-0", b"If-Range: " + etag], 206),
        ([b"Range: bytes=0-0", b"If-Range: " + other], 200),
        ([b"Range: bytes=0-0", b"If-Range: " + date], 206),
        ([b"Range: bytes=0-0", b"If-Range: " + late], 200),
    ):
        answer = site.ask(b"/f/ten.txt", *lines)
        assert answer.status == status, lines
        if status == 304:
            assert not answer.body, lines


# Methods


def test_head_is_get_without_the_body(site: Site) -> None:
    def fields(answer: Answer) -> list[bytes]:
        return sorted(line.lower() for line in answer.head.split(b"\r\n")[1:] if line[:5].lower() != b"date:")

    for target in (b"/a.txt", b"/f/ten.txt", b"/sub", b"/missing"):
        get, head = site.ask(target), site.ask(target, method=b"HEAD")
        assert (head.status, head.body) == (get.status, b"")
        assert fields(head) == fields(get)


@pytest.mark.parametrize("method", [b"POST", b"PUT", b"DELETE", b"PATCH", b"TRACE"])
def test_other_methods_are_refused(site: Site, method: bytes) -> None:
    for target, allowed in ((b"/own/a.txt", {405}), (b"/a.txt", {404, 405})):
        answer = site.ask(target, b"Content-Length: 0", method=method)
        # A server that does not know TRACE may say so itself.
        assert answer.status in allowed | ({400, 501} if method == b"TRACE" else set())
        assert answer.body != b"a"


# Files that change while they are sent


def begin(site: Site, client: Raw, lines: bytes = b"") -> bytes:
    """Ask for the large file, and read only as far as the end of the answer's head."""
    client.send(b"GET /f/large.bin HTTP/1.1\r\nHost: x\r\n" + lines + b"Connection: close\r\n\r\n")
    return client.read_until(b"\r\n\r\n")


@pytest.fixture
def large(site: Site) -> Path:
    path = site.folder / "f" / "large.bin"
    path.write_bytes(b"x" * LARGE)
    return path


def test_a_file_that_shrinks_closes_the_connection(site: Site, large: Path) -> None:
    with Raw(site.port) as client:
        begin(site, client)
        os.truncate(large, 1000)
        assert len(client.read_until_closed()) < LARGE
    assert site.ask(b"/f/ten.txt").body == TEN


def test_ranges_of_a_file_that_shrinks_close_the_connection(site: Site, large: Path) -> None:
    with Raw(site.port) as client:
        begin(site, client, b"Range: bytes=0-9999999,10000000-15999999\r\n")
        os.truncate(large, 1000)
        assert len(client.read_until_closed()) < 16_000_000
    assert site.ask(b"/f/ten.txt").body == TEN


def test_a_file_that_grows_sends_what_was_promised(site: Site, large: Path) -> None:
    with Raw(site.port) as client:
        begin(site, client)
        with large.open("ab") as file:
            file.write(b"y" * 1_000_000)
        assert client.read_until_closed() == b"x" * LARGE


def test_a_file_that_is_replaced_arrives_as_it_was(site: Site, large: Path) -> None:
    with Raw(site.port) as client:
        begin(site, client)
        (large.parent / "new").write_bytes(b"y" * 1000)
        (large.parent / "new").replace(large)
        assert client.read_until_closed() == b"x" * LARGE
    assert site.ask(b"/f/large.bin").body == b"y" * 1000


# Compressed forms, and what cannot be read


def test_a_compressed_form_goes_through_the_same_checks(site: Site) -> None:
    fresh, stale, linked = (
        site.ask(b"/p/" + name, b"Accept-Encoding: gzip")
        for name in (b"fresh.txt", b"stale.txt", b"linked.txt")
    )
    assert fresh.field("Content-Encoding") == "gzip"
    assert gzip.decompress(fresh.body) == TEN
    for answer in (stale, linked):
        assert answer.field("Content-Encoding") is None
        assert answer.body == TEN


@pytest.mark.parametrize("server", SERVERS)
def test_what_cannot_be_read_is_refused(server: str) -> None:
    with unreadable_folder() as folder:
        app = App()
        app.use("/own", Static(folder, fallthrough=False))
        app.use(Static(folder))
        with Running(server, app) as port:
            site = Site(port, folder)
            for name in (b"a.txt", b"locked/", b"locked/index.html"):
                assert site.ask(b"/own/" + name).status == 403
                assert site.ask(b"/" + name).status == 404
