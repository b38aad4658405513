"""SqliteStore between processes: nothing is lost, a killed one leaves a usable file, a fork opens its own."""

import json
import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen

import pytest
from session.in_a_loop import run

from growler_ext.session.store import Change
from growler_ext.session.stores.sqlite import SqliteStore
from support.program import Program

HAMMER = """
import asyncio, sys
from growler_ext.session.store import Change, Outcome
from growler_ext.session.stores.sqlite import SqliteStore

async def main(path, name, fields):
    store = SqliteStore(path, timeout=60)
    for number in range(0, fields, 5):
        outcomes = await asyncio.gather(*[
            store.commit("a", Change({f"{name}.{number + step}": b"1"}, ttl=1000)) for step in range(5)
        ])
        assert outcomes == [Outcome.DONE] * 5, outcomes
        print("kept", number + 5, flush=True)
    await store.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def prepare(path):
    run(SqliteStore(path), lambda store: store.create("a", {}, ttl=1000, lifetime=None, owner="u"))


def fields(path):
    return run(SqliteStore(path), lambda store: store.load("a", touch=None)).fields


def test_four_processes_lose_nothing_in_one_record(path):
    prepare(path)
    programs = [Program("-c", HAMMER, str(path), f"p{number}", "50") for number in range(4)]
    for program in programs:
        with program:
            program.until("kept 50")
            assert program.ended() == 0, program.lines
    assert set(fields(path)) == {f"p{number}.{step}" for number in range(4) for step in range(50)}


def test_processes_that_make_the_file_at_once_share_it(path):
    script = """
import asyncio, sys
from growler_ext.session.stores.sqlite import SqliteStore

async def main(path, key):
    store = SqliteStore(path, timeout=60)
    await store.create(key, {}, ttl=1000, lifetime=None, owner="u")
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""
    programs = [Program("-c", script, str(path), f"k{number}") for number in range(6)]
    for program in programs:
        with program:
            assert program.ended() == 0, program.lines
    assert len(run(SqliteStore(path), lambda store: store.owned("u"))) == 6


def test_a_process_that_is_killed_while_it_writes_loses_nothing_it_was_answered(path):
    prepare(path)
    for turn in range(3):
        with Program("-c", HAMMER, str(path), f"t{turn}", "1000000") as program:
            program.until("kept 50")
            program.signal(signal.SIGKILL)
            program.ended()
        kept = max(int(line.split()[1]) for line in program.lines)
        present = fields(path)
        assert {f"t{turn}.{step}" for step in range(kept)} <= set(present)
        run(SqliteStore(path), lambda store, turn=turn: store.commit("a", Change({f"after{turn}": b"1"})))
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()


FORK = """
import asyncio, os, sys
from growler_ext.session.store import Change, Outcome
from growler_ext.session.stores.sqlite import SqliteStore

store = SqliteStore(sys.argv[1], timeout=20)

async def commits(name):
    for step in range(20):
        assert await store.commit("a", Change({f"{name}.{step}": b"1"})) is Outcome.DONE

async def first():
    await store.create("a", {}, ttl=1000, lifetime=None, owner=None)

asyncio.run(first())  # the parent's thread and connection are there when it forks
children = []
for number in range(3):
    pid = os.fork()
    if not pid:
        asyncio.run(commits(f"child{number}"))
        asyncio.run(store.close())
        sys.exit(0)
    children.append(pid)
asyncio.run(commits("parent"))
for pid in children:
    assert os.waitpid(pid, 0)[1] == 0
asyncio.run(commits("after"))
record = asyncio.run(store.load("a", touch=None))
print("fields", len(record.fields), flush=True)
asyncio.run(store.close())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks there")
def test_a_child_opens_its_own_and_leaves_the_parents_alone(path):
    # 3.12 warns of forks in a process with threads; to have one is the point here.
    with Program("-W", "ignore::DeprecationWarning", "-c", FORK, str(path)) as program:
        assert program.until("fields") == "fields 100"
        assert program.ended() == 0, program.lines
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


SITE = """
import os, sys
from growler import App
from growler_ext.session import Session

app = App()
app.use(Session(sys.argv[1], timeout=30))

@app.get("/put")
def put(req, res):
    req.session[req.query.get_first("k")] = 1
    res.send_text(str(os.getpid()))

app.get("/all", lambda req, res: res.send_json(sorted(req.session)))
app.run(port=0, workers=2)
"""


def test_two_hundred_requests_at_once_to_two_workers_keep_two_hundred_keys(path):
    with Program("-c", SITE, f"sqlite:///{path}") as program:
        url = program.url().rstrip("/")

        def get(target, cookie=""):
            with urlopen(Request(url + target, headers={"Cookie": cookie}), timeout=60) as reply:
                return reply.read().decode(), (reply.headers["Set-Cookie"] or "").partition(";")[0]

        _, cookie = get("/put?k=first")
        with ThreadPoolExecutor(40) as pool:
            workers = {pid for pid, _ in pool.map(lambda n: get(f"/put?k=k{n}", cookie), range(200))}
        assert len(workers) == 2
        assert json.loads(get("/all", cookie)[0]) == sorted(["first", *(f"k{n}" for n in range(200))])
        program.signal(signal.SIGTERM)
        program.ended()
    assert [file.name for file in path.parent.iterdir()] == ["sessions.db"], (
        "closed in order: no -wal is left"
    )


def test_a_program_that_ends_without_close_does_not_hang(path):
    script = """
import asyncio, sys
from growler_ext.session.stores.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
asyncio.run(store.create("a", {"x": b"1"}, ttl=1000, lifetime=None, owner=None))
"""
    with Program("-c", script, str(path)) as program:
        assert program.ended() == 0, program.lines
    assert fields(path) == {"x": b"1"}
