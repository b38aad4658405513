"""Large folders: pages, all of it as a stream, and searches; and how fresh a listing is."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Serve

from growler import App
from growler.ext import Indexer
from growler.testing import TestClient
from growler_ext.indexer import pages as keeping
from support.listing_page import Page


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large")
    for number in range(2500):
        (root / f"file {number}.txt").touch()
    for name in ("sub", "other"):
        (root / name).mkdir()
    return root


def mounted(root: Path, **options: Any) -> App:
    app = App()
    app.use("/files", Indexer(root, **options))
    return app


def names(reply: Any) -> list[str]:
    return [entry["name"] for entry in reply.json()["entries"]]


def test_each_entry_is_on_exactly_one_page(serve: Serve, large: Path) -> None:
    client = serve(mounted(large))
    listed = [client.get(f"/files/?format=json&page={page}").json() for page in (1, 2, 3)]
    assert [part["page"] for part in listed] == [1, 2, 3]
    assert [len(part["entries"]) for part in listed] == [1000, 1000, 502]
    shown = [entry["name"] for part in listed for entry in part["entries"]]
    assert shown == ["other", "sub", *(f"file {number}.txt" for number in range(2500))]
    assert all(entry["size"] == 0 for entry in listed[2]["entries"])
    assert {part["total"] for part in listed} == {2502}


def test_pages_are_linked_in_the_page_and_in_the_header(serve: Serve, large: Path) -> None:
    client = serve(mounted(large, page_size=100))
    reply = client.get("/files/?page=2&sort=name&order=desc")
    links = '<?sort=name&order=desc>; rel="prev", <?sort=name&order=desc&page=3>; rel="next"'
    assert reply.headers["link"] == links
    assert "?sort=name&order=desc&page=3" in Page(reply.text).all_links
    assert len(Page(reply.text).links) == 100
    assert "link" not in client.get("/files/sub/").headers


def test_a_page_that_is_not_there_is_not_found(serve: Serve, large: Path) -> None:
    client = serve(mounted(large))
    assert client.get("/files/?page=3").status == 200
    reply = client.get("/files/?page=4")
    assert reply.status == 404
    assert "the last page is 3" in reply.text
    assert client.get("/files/sub/?page=2").status == 404


@pytest.mark.parametrize("form", ["html", "json", "txt"])
def test_all_of_it_comes_as_one_stream(serve: Serve, large: Path, form: str) -> None:
    client = serve(mounted(large))
    reply = client.get(f"/files/?page=all&format={form}")
    assert reply.status == 200
    assert "content-length" not in reply.headers
    count = {
        "html": lambda: len(Page(reply.text).links),
        "json": lambda: len(reply.json()["entries"]),
        "txt": lambda: len(reply.text.splitlines()),
    }[form]()
    assert count == 2502
    head = client.head(f"/files/?page=all&format={form}")
    assert (head.status, head.body, head.headers["content-type"]) == (200, b"", reply.headers["content-type"])


def test_search_is_over_all_pages(serve: Serve, large: Path) -> None:
    client = serve(mounted(large))
    listed = client.get("/files/?format=json&q=FILE%20249")
    assert names(listed) == ["file 249.txt", *(f"file 249{digit}.txt" for digit in range(10))]
    assert listed.json()["total"] == 11
    assert names(client.get("/files/?format=json&q=*1.txt&sort=name&order=desc"))[0] == "file 2491.txt"
    assert client.get("/files/?format=json&q=nothing").json() == {
        "path": "/", "parent": None, "total": 0, "page": 1, "entries": [],
    }  # fmt: skip


def test_a_name_that_comes_or_goes_shows_at_once(serve: Serve, tmp_path: Path) -> None:
    client = serve(mounted(tmp_path))
    for step in range(20):
        (tmp_path / f"new {step}").touch()
        assert names(client.get("/files/?format=json"))[-1] == f"new {step}"
    for step in range(20):
        (tmp_path / f"new {step}").unlink()
        assert len(names(client.get("/files/?format=json"))) == 19 - step


@pytest.fixture
def settled(tmp_path: Path) -> Path:
    """A folder that has rested for a while."""
    (tmp_path / "a").write_bytes(b"1")
    while time.time_ns() - tmp_path.stat().st_ctime_ns <= keeping._SETTLED_AFTER:
        os.sched_yield()
    return tmp_path


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time that a folder was looked at."""
    seen: list[object] = []
    scandir = os.scandir

    def scan(path: Any) -> Any:
        seen.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    return seen


def test_a_listing_is_made_once_within_a_second(settled: Path, scans: list[object]) -> None:
    with TestClient(mounted(settled)) as client:
        first = client.get("/files/")
        assert client.get("/files/").body == first.body
        assert client.head("/files/").status == 200
        assert len(scans) == 1
        client.get("/files/?sort=size")
        client.get("/files/", headers={"Accept": "application/json"})
        assert len(scans) == 3


def test_a_listing_is_no_older_than_a_second(
    settled: Path, scans: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with TestClient(mounted(settled)) as client:
        client.get("/files/?format=json")
        (settled / "a").write_bytes(b"four")  # changes nothing of the folder
        clock[0] += 1
        assert client.get("/files/?format=json").json()["entries"][0]["size"] == 4


def test_another_folder_of_the_same_name_is_another_listing(settled: Path) -> None:
    (settled / "sub").mkdir()
    (settled / "sub" / "old").touch()
    (settled / "next").mkdir()
    (settled / "next" / "new").touch()
    os.utime(settled / "sub", (1, 1))
    os.utime(settled / "next", (1, 1))
    with TestClient(mounted(settled)) as client:
        assert names(client.get("/files/sub/?format=json")) == ["old"]
        (settled / "sub").rename(settled / "gone")
        (settled / "next").rename(settled / "sub")
        assert names(client.get("/files/sub/?format=json")) == ["new"]


def test_a_folder_that_becomes_unreadable_or_goes_is_not_shown_from_memory(settled: Path) -> None:
    (settled / "sub").mkdir()
    with TestClient(mounted(settled)) as client:
        assert client.get("/files/sub/").status == 200
        (settled / "sub").rmdir()
        assert client.get("/files/sub/").status == 404


def test_many_who_ask_at_once_cost_one_look(
    settled: Path, monkeypatch: pytest.MonkeyPatch, scans: list[object]
) -> None:
    go_on, scandir = threading.Event(), os.scandir

    def slow(path: Any) -> Any:
        assert go_on.wait(20)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", slow)
    client = TestClient(mounted(settled))

    async def all_at_once() -> set[int]:
        asking = [asyncio.create_task(client.request_async("GET", "/files/")) for _ in range(10)]
        while len(asyncio.all_tasks()) < 11:
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(go_on.set)
        return {(await each).status for each in asking}

    with client:
        assert client._runner.run(all_at_once()) == {200}
    assert len(scans) == 1


def test_kept_pages_have_a_bound() -> None:
    stamp = keeping.Stamp.of(os.stat("/"))

    def page(length: int, asked: bytes = b"") -> keeping.Page:
        return keeping.Page(bytes(length), "/", stamp, time.monotonic() + 60, asked=asked)

    pages = keeping.Pages(size=8 * page(100).size)
    for number in range(20):
        pages.keep(number, page(100))
    assert [number for number in range(20) if pages.get(number) is not None] == list(range(12, 20))
    pages.keep("large", page(101))
    assert pages.get("large") is None
    # Text of an empty folder has no bytes; its key has some, as many as the client likes.
    for number in range(20):
        pages.keep(f"empty {number}", page(0, b"/./"))
    assert sum(pages.get(f"empty {number}") is not None for number in range(20)) == 8
    pages.keep("long", page(0, bytes(101)))
    assert pages.get("long") is None


def test_slow_disk_holds_up_nobody_else(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanning, go_on, scandir = threading.Event(), threading.Event(), os.scandir

    def slow(path: Any) -> Iterator[Any]:
        scanning.set()
        assert go_on.wait(20)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", slow)
    app = mounted(settled)
    app.get("/other", lambda req, res: res.send_text("other"))
    client = TestClient(app)

    async def both() -> tuple[bool, int]:
        listing = asyncio.create_task(client.request_async("GET", "/files/"))
        await asyncio.to_thread(scanning.wait, 20)
        other = await client.request_async("GET", "/other")
        answered_first = other.text == "other" and not listing.done()
        go_on.set()
        return answered_first, (await listing).status

    with client:
        assert client._runner.run(both()) == (True, 200)
