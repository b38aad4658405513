"""Versions of large files, which anybody may ask for: read in threads, and once."""

from __future__ import annotations

import asyncio
import threading

import pytest

from growler.paths import open_parts
from growler_ext.static import versions
from growler_ext.static.versions import Versions


@pytest.fixture
def held(monkeypatch):
    """Holds up whoever reads a file, until it is set; and counts them."""
    go, digest = threading.Event(), versions.digest
    readers = []

    def wait_and_read(file):
        readers.append(file)
        assert go.wait(20)
        return digest(file)

    monkeypatch.setattr(versions, "digest", wait_and_read)
    yield go, readers
    go.set()


def test_many_who_ask_at_a_time_cost_one_reading(root, held):
    go, readers = held
    known, opened = Versions(), open_parts(root, ("a.txt",))

    async def ask() -> list[str]:
        asking = [asyncio.create_task(known.compute_later(opened)) for _ in range(9)]
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*asking)

    with opened.file:
        assert set(asyncio.run(ask())) == {"84d89877"}
        assert len(readers) == 1


def test_who_leaves_does_not_spoil_it_for_the_others(root, held):
    go, _ = held
    known = Versions()
    first, second = (open_parts(root, ("a.txt",)) for _ in range(2))

    async def ask() -> str:
        leaving, staying = (asyncio.create_task(known.compute_later(each)) for each in (first, second))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        first.file.close()
        go.set()
        return await staying

    with second.file:
        assert asyncio.run(ask()) == "84d89877"
