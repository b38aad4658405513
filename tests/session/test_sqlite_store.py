"""SqliteStore beyond the contract: options, the file, what is done in one transaction, and what stays small."""

import asyncio
import os
import sqlite3
import stat
import threading

import pytest
from session.in_a_loop import run

from growler_ext.session import StoreError
from growler_ext.session.store import MOVED_FOR, Change, Outcome
from growler_ext.session.stores.sqlite import SqliteStore
from growler_ext.session.testing import ManualClock


async def create(store, key, fields={}, ttl=100.0, owner=None):  # noqa: B006 - nobody changes it
    await store.create(key, fields, ttl=ttl, lifetime=None, owner=owner)


def count(path, table):
    with sqlite3.connect(path) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return number


# Options


def test_every_wrong_option_is_named_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"no folder .*nowhere") as caught:
        SqliteStore(tmp_path / "nowhere" / "x.db", timeout=0, max_size=5)
    for word in ("timeout", "max_size", "create it"):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": None}, "path must be a str or a path, not None"),
        ({"path": b"x.db"}, "path must be a str or a path"),
        ({"timeout": "1"}, "timeout must be seconds, more than 0 and at most 3600, not '1'"),
        ({"timeout": None}, "timeout must be seconds"),
        ({"max_size": "1G"}, "max_size must be 65536 bytes or more"),
        ({"max_size": 1e9}, "max_size must be 65536 bytes or more"),
    ],
)
def test_what_is_of_another_kind_is_named(tmp_path, options, words):
    with pytest.raises(ValueError, match=words):
        SqliteStore(**{"path": tmp_path / "x.db"} | options)


@pytest.mark.parametrize("path", [":memory:", "", "file:x?mode=memory"])
def test_a_database_in_memory_is_refused(path):
    with pytest.raises(ValueError, match=r"must be a file.*DictStore\(\)"):
        SqliteStore(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder"):
        SqliteStore(tmp_path)


def test_urls_are_relative_with_three_slashes_and_absolute_with_four(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    relative = SqliteStore.from_url("sqlite:///my%20sessions.db")
    absolute = SqliteStore.from_url(f"sqlite:///{tmp_path}/my sessions.db")
    assert repr(relative) == repr(absolute) == f"<SqliteStore {tmp_path}/my sessions.db>"


@pytest.mark.parametrize(
    "url", ["sqlite://x.db", "sqlite:x.db", "x.db", "redis://x", "sqlite:///x.db?mode=ro", "sqlite:///x.db#y"]
)
def test_other_urls_are_refused(url):
    with pytest.raises(ValueError, match=r"sqlite:///sessions\.db"):
        SqliteStore.from_url(url)


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:"])
def test_urls_of_no_file_are_refused(url):
    with pytest.raises(ValueError, match="must be a file"):
        SqliteStore.from_url(url)


def test_a_relative_path_stays_where_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = SqliteStore("sessions.db")
    monkeypatch.chdir("/")
    run(store, lambda store: create(store, "a"))
    assert (tmp_path / "sessions.db").exists()


# The file


def test_nothing_is_opened_before_it_is_used(path):
    SqliteStore(path)
    assert not path.exists()


def test_the_file_is_its_owners_alone(path):
    async def work(store):
        await create(store, "a")
        return {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    before = os.umask(0)
    try:
        modes = run(SqliteStore(path), work)
    finally:
        os.umask(before)
    assert modes == {"sessions.db": 0o600, "sessions.db-wal": 0o600, "sessions.db-shm": 0o600}


def test_an_existing_file_keeps_its_mode(path):
    path.touch(0o640)
    path.chmod(0o640)
    run(SqliteStore(path), lambda store: create(store, "a"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_sessions_survive_a_restart(path):
    clock = ManualClock()
    run(SqliteStore(path, clock=clock), lambda store: create(store, "a", {"x": b"1"}, owner="u"))
    record = run(SqliteStore(path, clock=clock), lambda store: store.load("a", touch=None))
    assert (record.fields, record.owner) == ({"x": b"1"}, "u")


def test_a_closed_store_is_opened_again_by_its_next_use_in_any_loop(path):
    store = SqliteStore(path)
    threads = threading.active_count()
    for number in range(3):
        run(store, lambda store, number=number: create(store, f"k{number}"))
        assert threading.active_count() == threads
    assert run(store, lambda store: store.delete("k0", "k1", "k2")) == 3


def test_closing_does_what_was_asked_for_before(path):
    async def work(store):
        await create(store, "a")
        asked = [asyncio.ensure_future(store.commit("a", Change({f"k{n}": b"1"}))) for n in range(10)]
        await asyncio.sleep(0)
        await store.close()
        assert {await task for task in asked} == {Outcome.DONE}
        return await store.load("a", touch=None)

    assert len(run(SqliteStore(path), work).fields) == 10


def test_closing_what_was_never_opened_is_no_error(path):
    asyncio.run(SqliteStore(path).close())
    assert not path.exists()


def test_event_loops_of_several_threads_share_a_store(path):
    store = SqliteStore(path)
    asyncio.run(create(store, "a", ttl=1000))

    async def work(number):
        for turn in range(20):
            await store.commit("a", Change({f"{number}.{turn}": b"1"}))

    threads = [threading.Thread(target=lambda n=n: asyncio.run(work(n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(run(store, lambda store: store.load("a", touch=None)).fields) == 80


def test_another_programs_database_is_left_alone(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE users (name)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program's database: give sessions a file of their own"):
        run(SqliteStore(path), lambda store: create(store, "a"))
    assert path.read_bytes() == before


def test_a_later_formats_database_is_left_alone(path):
    run(SqliteStore(path), lambda store: create(store, "a"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(StoreError, match=r"format 2.*knows 1.*install the version that wrote it"):
        run(SqliteStore(path), lambda store: store.load("a", touch=None))


def test_a_file_that_was_removed_is_made_anew(path):
    async def work(store):
        await create(store, "a")
        for file in list(path.parent.iterdir()):
            file.unlink()
        assert await store.load("a", touch=None) is None
        await create(store, "b")

    run(SqliteStore(path), work)
    assert count(path, "records") == 1


# Transactions


def commits_of(path, work):
    """How many transactions `work` has written: each ends with one frame of the WAL that says so."""
    store = SqliteStore(path)

    async def main():
        await create(store, "a")
        wal = path.with_name("sessions.db-wal")
        start = wal.stat().st_size
        await work(store)
        frames = wal.read_bytes()[start:]
        await store.close()
        # sqlite.org/fileformat2.html 4.1: a frame is 24 bytes and a page; bytes 4 to 8 of a commit's last are not 0.
        return sum(frames[at + 4 : at + 8] != bytes(4) for at in range(0, len(frames), 24 + 4096))

    return asyncio.run(main())


def test_one_turns_changes_are_one_transaction(path):
    async def at_once(store):
        await asyncio.gather(*[store.commit("a", Change({f"k{n}": b"1"})) for n in range(50)])

    async def one_by_one(store):
        for n in range(5):
            await store.commit("a", Change({f"k{n}": b"1"}))

    assert commits_of(path, at_once) == 1
    path.unlink()
    assert commits_of(path, one_by_one) == 5


def test_reading_writes_nothing(path):
    async def read(store):
        await asyncio.gather(*[store.load("a", touch=None) for _ in range(5)], store.owned("u"))

    assert commits_of(path, read) == 0


def test_a_failing_neighbour_is_alone_with_it(path):
    async def work(store):
        await create(store, "a", {"x": b"1"})
        answers = await asyncio.gather(
            store.commit("a", Change({"y": b"2"})),
            store.commit("a", Change({"bad": object()})),
            store.load("a", touch=None),
            store.commit("nobody", Change({"y": b"2"})),
            store.load("\ud800", touch=None),
            store.commit("a", Change({"first": b"3", "then": object()})),
            store.delete("nobody"),
            return_exceptions=True,
        )
        return answers, await store.load("a", touch=None)

    answers, record = run(SqliteStore(path), work)
    assert answers[0] is Outcome.DONE
    assert isinstance(answers[1], StoreError)
    assert isinstance(answers[1].__cause__, sqlite3.Error)
    assert answers[2].fields == {"x": b"1"}
    assert answers[3] is Outcome.GONE
    assert isinstance(answers[4], UnicodeEncodeError)
    assert isinstance(answers[5], StoreError)
    assert answers[6] == 0
    assert record.fields == {"x": b"1", "y": b"2"}


# What stays small


def test_each_write_removes_two_expired_records_and_reads_remove_none(path):
    clock = ManualClock()

    async def work(store):
        for number in range(10):
            await create(store, f"k{number}", {"x": b"1"}, ttl=100)
        clock.now += 101
        await store.load("k0", touch=None)
        before = count(path, "records")
        await create(store, "live")
        after = count(path, "records")
        for _ in range(4):
            await store.commit("live", Change({"x": b"1"}))
        return before, after

    assert run(SqliteStore(path, clock=clock), work) == (10, 9)
    assert (count(path, "records"), count(path, "fields")) == (1, 1)


def test_former_keys_are_forgotten_in_their_time(path):
    clock = ManualClock()

    async def work(store):
        await create(store, "k0", ttl=10_000)
        for number in range(10):
            await store.rename(f"k{number}", f"k{number + 1}", Change(), grace=10)
        before = count(path, "moved")
        clock.now += MOVED_FOR + 1
        for _ in range(5):
            await store.commit("k10", Change({"x": b"1"}))
        return before

    assert run(SqliteStore(path, clock=clock), work) == 10
    assert count(path, "moved") == 0


def test_no_field_outlives_its_record(path):
    async def work(store):
        for number in range(20):
            key = f"k{number}"
            await create(store, key, {"x": b"1"}, owner="u")
            await store.rename(key, key + "-new", Change({"y": b"1"}), grace=10)
        await store.delete("k0-new")
        await create(store, "k1-new", {"x": b"1"})
        await store.rename("k2-new", "k3-new", Change(), grace=0)
        await store.revoke("u", keep=[])
        return await store.load("k1-new", touch=None)

    assert run(SqliteStore(path), work).fields == {"x": b"1"}
    assert (count(path, "records"), count(path, "fields")) == (1, 1)


def test_a_key_in_its_grace_never_means_a_record_that_came_later(path):
    async def work(store):
        await create(store, "a")
        await store.rename("a", "b", Change(), grace=30)
        await store.delete("b")
        await create(store, "somebody else's", {"x": b"1"})  # it gets the number in the file that "a" had
        assert await store.commit("a", Change({"x": b"2"})) is Outcome.GONE
        assert await store.delete("a") == 0
        return await store.load("a", touch=None)

    assert run(SqliteStore(path), work) is None


def test_the_file_gives_back_room_that_nobody_needs(path):
    clock = ManualClock()

    async def work(store):
        for start in range(0, 400, 50):
            many = range(start, start + 50)
            await asyncio.gather(*[create(store, f"k{n}", {"x": bytes(40_000)}, ttl=100) for n in many])
        await create(store, "live", ttl=1000)
        clock.now += 101
        for turn in range(60):
            await asyncio.gather(*[store.commit("live", Change({f"{turn}": b"1"})) for _ in range(4)])

    run(SqliteStore(path, clock=clock), work)
    assert count(path, "records") == 1
    assert path.stat().st_size < 13_000_000  # of 16 MB


def test_expired_records_make_room_in_a_full_file(path):
    clock = ManualClock()

    async def work(store):
        created = 0
        try:
            while created < 100:
                await create(store, f"k{created}", {"x": bytes(20_000)}, ttl=100)
                created += 1
        except StoreError as error:
            assert "full" in str(error)  # noqa: PT017 - the number of those before it is wanted
        clock.now += 101
        await create(store, "new", {"x": bytes(20_000)})
        return created

    created = run(SqliteStore(path, max_size=1 << 20, clock=clock), work)
    assert 30 < created < 60
    assert path.stat().st_size <= 1 << 20


def test_the_lookup_of_expired_records_uses_an_index(path):
    run(SqliteStore(path), lambda store: create(store, "a"))
    with sqlite3.connect(path) as connection:
        plans = [
            str(connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
            for query in (
                "SELECT id FROM records WHERE expires <= 1 ORDER BY expires LIMIT 2",
                "SELECT key FROM moved WHERE forgotten <= 1 ORDER BY forgotten LIMIT 2",
                "SELECT * FROM records WHERE owner = 'u' AND expires > 1",
                "DELETE FROM records WHERE id = 1",
            )
        ]
    connection.close()
    assert all("SEARCH" in plan and "SCAN" not in plan and "TEMP" not in plan for plan in plans), plans
