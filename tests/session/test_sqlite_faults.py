"""SqliteStore when something is broken: StoreError in time, nothing lost that was answered, and good again after."""

import asyncio
import os
import resource
import sqlite3
import threading
import time
from contextlib import contextmanager

import pytest
from session.in_a_loop import run

from growler import App
from growler_ext.session import Session, StoreError
from growler_ext.session.store import Change, Outcome, Touch
from growler_ext.session.stores.sqlite import SqliteStore
from growler_ext.session.stores.sqlite.desk import MAX_WAITING

TIMEOUT = 1.5


@pytest.fixture
def store(path, clock):
    return SqliteStore(path, timeout=TIMEOUT, clock=clock)


async def create(store, key, fields={}, ttl=100.0):  # noqa: B006 - nobody changes it
    await store.create(key, fields, ttl=ttl, lifetime=None, owner=None)


@contextmanager
def locked(path):
    """Another connection that holds the write lock, as another process would."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


# Locked by another process


def test_a_change_of_a_locked_file_fails_in_time_and_reading_goes_on(store, path):
    async def work(store):
        await create(store, "a", {"x": b"1"})
        with locked(path):
            start = time.monotonic()
            change = asyncio.ensure_future(store.commit("a", Change({"x": b"2"})))
            reads = 0
            while not change.done():
                assert (await store.load("a", touch=Touch(100, 50))).fields == {"x": b"1"}
                reads += 1
            with pytest.raises(StoreError, match=r"in 1\.5 s|too slow, or locked"):
                await change
            took = time.monotonic() - start
        assert await store.commit("a", Change({"x": b"3"})) is Outcome.DONE
        return took, reads

    took, reads = run(store, work)
    assert took >= TIMEOUT
    assert reads >= 1


def test_a_touch_that_is_due_waits_for_the_lock(store, path, clock):
    async def work(store):
        await create(store, "a")
        clock.now += 60
        with locked(path):
            with pytest.raises(StoreError):
                await store.load("a", touch=Touch(100, 10))
            assert (await store.load("a", touch=None)).expires == clock.now + 40
        return await store.load("a", touch=Touch(100, 10))

    assert run(store, work).touched


def test_a_change_waits_for_a_lock_that_is_soon_let_go(path):
    async def work(store):
        await create(store, "a")
        with locked(path):
            change = asyncio.ensure_future(store.commit("a", Change({"x": b"1"})))
            await store.load("a", touch=None)
            await store.load("a", touch=None)
        assert await change is Outcome.DONE

    run(SqliteStore(path, timeout=20), work)


def test_what_was_given_up_is_not_done_later(store, path):
    async def work(store):
        await create(store, "a")
        with locked(path), pytest.raises(StoreError):
            await store.commit("a", Change({"x": b"1"}))
        await store.commit("a", Change({"y": b"1"}))
        return await store.load("a", touch=None)

    assert list(run(store, work).fields) == ["y"]


def test_a_file_that_is_locked_while_it_is_made_fails_in_time(store, path):
    sqlite3.connect(path).close()

    async def work(store):
        with locked(path), pytest.raises(StoreError):
            await create(store, "a")
        await create(store, "a")

    run(store, work)


def test_a_cancelled_request_disturbs_nobody(store, path):
    async def work(store):
        await create(store, "a")
        tasks = [asyncio.ensure_future(store.commit("a", Change({f"k{n}": b"1"}))) for n in range(10)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError, Outcome] * 5
        return await store.load("a", touch=None)

    assert {f"k{n}" for n in range(1, 10, 2)} <= set(run(store, work).fields)


def test_too_many_at_once_fail_at_once(store, path):
    async def work(store):
        await create(store, "a")
        tasks = [asyncio.ensure_future(store.load("a", touch=None)) for _ in range(MAX_WAITING + 5)]
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(answer) for answer in answers[MAX_WAITING:]] == [StoreError] * 5
        assert not any(isinstance(answer, StoreError) for answer in answers[:100])
        return await store.load("a", touch=None)

    assert run(SqliteStore(path, timeout=60), work) is not None


def test_a_loop_that_is_gone_when_the_answer_comes_does_not_stop_the_thread(path):
    store = SqliteStore(path, timeout=20)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(create(store, "a"))
    with locked(path):
        task = loop.create_task(store.commit("a", Change({"x": b"1"})))
        for _ in range(3):
            loop.run_until_complete(asyncio.sleep(0))
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()
    assert run(store, lambda store: store.commit("a", Change({"y": b"1"}))) is Outcome.DONE


# A broken disk


@pytest.mark.parametrize("repair", ["replaced", "overwritten"])
@pytest.mark.parametrize("damage", ["junk", "cut", "middle"])
def test_a_damaged_file_is_a_store_error_until_it_is_whole(store, path, damage, repair):
    run(store, lambda store: create(store, "a", {"x": bytes(50_000)}))
    whole = path.read_bytes()
    match damage:
        case "junk":
            path.write_bytes(os.urandom(len(whole)))
        case "cut":
            path.write_bytes(whole[:4096])
        case _:
            path.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))

    async def work(store):
        for _ in range(2):
            with pytest.raises(StoreError) as caught:
                await create(store, "b", {"x": bytes(50_000)})
            assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)
        for name in ("sessions.db-wal", "sessions.db-shm"):
            path.with_name(name).unlink(missing_ok=True)
        if repair == "replaced":
            backup = path.with_name("backup")
            backup.write_bytes(whole)
            backup.replace(path)
        else:
            path.write_bytes(whole)
        return await store.load("a", touch=None)

    assert run(store, work).fields == {"x": bytes(50_000)}


def test_a_file_that_was_damaged_and_mended_while_it_is_open_is_shared_as_before(store, path, clock):
    async def work(store):
        await create(store, "a")
        await create(store, "b", {"x": bytes(50_000)})
        await store.close()
        whole = path.read_bytes()
        await store.load("a", touch=None)
        path.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))
        with pytest.raises(StoreError):
            await store.load("b", touch=None)
        for name in ("sessions.db-wal", "sessions.db-shm"):
            path.with_name(name).unlink(missing_ok=True)
        path.write_bytes(whole)
        other = SqliteStore(path, clock=clock)
        await other.commit("b", Change({"y": b"2"}))
        fields = (await store.load("b", touch=None)).fields
        await other.close()
        return fields

    assert run(store, work) == {"x": bytes(50_000), "y": b"2"}


def test_a_full_file_refuses_new_sessions_and_keeps_the_others(path, clock):
    async def work(store):
        await create(store, "a", {"x": b"1"})
        with pytest.raises(StoreError, match="full") as caught:
            await create(store, "b", {"x": bytes(1_000_000)})
        assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
        assert await store.load("b", touch=None) is None
        outcomes = await asyncio.gather(
            store.commit("a", Change({"big": bytes(1_000_000)})),
            store.commit("a", Change({"y": b"2"})),
            return_exceptions=True,
        )
        assert isinstance(outcomes[0], StoreError)
        assert outcomes[1] is Outcome.DONE
        return await store.load("a", touch=None)

    assert run(SqliteStore(path, max_size=1 << 18, clock=clock), work).fields == {"x": b"1", "y": b"2"}


def test_a_disk_that_takes_no_more_is_a_store_error_until_it_does(store, path):
    async def work(store):
        await create(store, "a", {"x": b"1"})
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
        try:
            with pytest.raises(StoreError) as caught:
                await create(store, "b", {"x": bytes(1_000_000)})
            assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
            assert (await store.load("a", touch=None)).fields == {"x": b"1"}
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        await create(store, "b", {"x": bytes(1_000_000)})
        return await store.load("b", touch=None)

    assert len(run(store, work).fields["x"]) == 1_000_000


@contextmanager
def unprivileged(path):
    """Be somebody whom permissions mean something to, and who gets as far as this file's folder."""
    before = os.geteuid()
    if before == 0:
        for folder in [*path.parents][1:4]:
            folder.chmod(folder.stat().st_mode | 0o055)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)
        path.parent.chmod(0o755)


def test_a_file_that_may_not_be_written_is_a_store_error(store, path):
    run(store, lambda store: create(store, "a", {"x": b"1"}))
    path.chmod(0o444)
    path.parent.chmod(0o555)
    with unprivileged(path), pytest.raises(StoreError):
        run(store, lambda store: create(store, "b"))
    path.chmod(0o644)
    run(store, lambda store: create(store, "b"))


@pytest.mark.parametrize(("of_the_folder", "of_the_file", "words"), [
    (0o555, 0o666, "may not write in the folder"),
    (0o777, 0o444, "may not read and write"),
    (0o777, 0o222, "may not read and write"),
])  # fmt: skip
def test_what_may_not_be_written_is_a_mistake_when_it_begins(path, of_the_folder, of_the_file, words):
    path.touch()
    path.chmod(of_the_file)
    path.parent.chmod(of_the_folder)
    with unprivileged(path), pytest.raises(ValueError, match=words):
        SqliteStore(path)


# What the client sees


def make_app(store):
    app = App()
    app.use(Session(store))
    app.get(
        "/set", lambda req, res: (req.session.update(k=req.query.get_first("k")), res.send_text("saved"))[1]
    )
    app.get("/all", lambda req, res: res.send_json(dict(req.session)))
    return app


def test_a_locked_file_is_503_without_a_cookie_and_then_good_again(store, path, serve, caplog):
    client = serve(make_app(store))
    client.get("/set?k=1")
    with locked(path):
        reply = client.get("/set?k=2")
        assert (reply.status, reply.getall("set-cookie")) == (503, [])
        assert client.get("/all").json() == {"k": "1"}
    assert str(path) not in reply.text
    assert "the session store failed" in caplog.text
    assert client.get("/set?k=3").status == 200
    assert client.get("/all").json() == {"k": "3"}


def test_a_damaged_file_is_503_without_a_cookie(store, path, serve, caplog):
    path.write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    reply = serve(make_app(store)).get("/set?k=1")
    assert (reply.status, reply.getall("set-cookie")) == (503, [])
    assert "the session database failed" in caplog.text


def test_the_thread_is_gone_after_close(store):
    before = threading.active_count()

    async def work(store):
        await create(store, "a")
        return threading.active_count()

    assert run(store, work) == before + 1
    names = [thread.name for thread in threading.enumerate()]
    assert "growler-session-sqlite" not in names
