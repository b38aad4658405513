"""`app.run(workers=N)`: real processes, killed and stopped by real signals."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from growler import App
from support.program import Program, fetch
from support.raw import Raw, get

PROGRAM = """
import asyncio, os, sys
from growler import App
from growler.aio import listening, workers
app = App("x")

@app.get("/")
def index(req, res):
    res.send_json({"pid": os.getpid(), "workers": app.config["workers"]})

@app.post("/slow")
async def slow(req, res):
    print("inside", os.getpid(), flush=True)
    res.send(await req.body())

@app.get("/blocks")
def blocks(req, res):
    print("inside", flush=True)
    while True:
        pass

# One write each, even where several processes print at once.
app.on_startup(lambda: os.write(1, f"up with {app.config['workers']}\\n".encode()))
app.on_shutdown(lambda: os.write(1, b"down\\n"))
"""
RUN = PROGRAM + "print('parent begins')\napp.run(port=0, workers=3)\nprint('parent goes on')\n"
SHARED = RUN.replace("app.run", "listening.CAN_SHARE_PORTS = False\napp.run")
SLOW = b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"


def pids(url, count):
    """Ask until that many processes have answered."""
    found = set()
    while len(found) < count:
        found.add(json.loads(fetch(url))["pid"])
    return found


@pytest.mark.parametrize("text", [RUN, SHARED], ids=["reuseport", "one socket"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_workers_serve_one_port_and_end_together(text, number):
    with Program("-c", text) as program:
        url = program.url()
        # By its end, one line for each worker that listens and none twice.
        assert program.lines == ["parent begins", *["up with 3"] * 3, f"Listening on {url}"]
        assert json.loads(fetch(url))["workers"] == 3
        if text is RUN:
            assert program.pid not in pids(url, 3)
        program.signal(number)
        assert program.ended() == 0
    assert program.lines[5:] == ["down", "down", "down", "parent goes on"]


@pytest.mark.parametrize("text", [RUN, SHARED], ids=["reuseport", "one socket"])
def test_a_worker_that_was_killed_is_replaced(text):
    with Program("-c", text) as program:
        url = program.url()
        dead = pids(url, 1).pop()
        os.kill(dead, signal.SIGKILL)
        assert program.until("Worker ").startswith(f"Worker {dead} ended by signal 9")
        program.until("up")
        if text is RUN:
            assert dead not in pids(url, 3)
        program.signal(signal.SIGTERM)
        assert program.ended() == 0
    assert program.lines.count("down") == 3
    assert len([line for line in program.lines if line.startswith("Listening")]) == 1


def test_a_worker_that_ends_by_itself_is_replaced():
    with Program("-c", RUN) as program:
        os.kill(pids(program.url(), 1).pop(), signal.SIGTERM)
        assert " ended with status 0" in program.until("Worker ")
        program.until("up")


@pytest.mark.parametrize("send", [Program.signal, Program.signal_group])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_running_requests_are_finished_also_when_every_process_gets_the_signal(send, number):
    # A terminal and a service manager signal the workers too, who then are told by their parent once more.
    with Program("-c", RUN.replace("workers=3", "workers=2")) as program:
        with Raw(program.port()) as busy:
            busy.send(SLOW)
            program.until("inside")
            send(program, number)
            program.until("down")  # the other one, which has nothing to finish
            busy.send(b"body")
            assert busy.read_reply()[2] == b"body"
        assert program.ended() == 0


def test_a_worker_that_is_told_twice_still_finishes():
    with Program("-c", RUN.replace("workers=3", "workers=2")) as program:
        port = program.port()
        with Raw(port) as busy, ExitStack() as stack:
            busy.send(SLOW)
            pid = int(program.until("inside").split()[1])
            while True:
                idle = stack.enter_context(Raw(port))
                idle.send(get())
                if json.loads(idle.read_reply()[2])["pid"] == pid:
                    break
            os.kill(pid, signal.SIGTERM)
            assert idle.is_closed()
            program.signal(signal.SIGTERM)
            program.until("down")
            busy.send(b"body")
            assert busy.read_reply()[2] == b"body"
        assert program.ended() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/net/tcp is Linux")
@pytest.mark.parametrize(("text", "count"), [(RUN, 3), (SHARED, 1)], ids=["reuseport", "one socket"])
def test_each_worker_has_a_socket_where_the_kernel_spreads_connections(text, count):
    with Program("-c", text) as program:
        port = program.port()
        sockets = [line.split()[1:4:2] for line in Path("/proc/net/tcp").read_text().splitlines()]
        assert sockets.count([f"0100007F:{port:04X}", "0A"]) == count  # 0A: listening


def test_a_second_signal_ends_all_at_once():
    with Program("-c", RUN.replace("workers=3", "workers=2")) as program:
        with Raw(program.port()) as busy:
            busy.send(get(b"/blocks"))
            program.until("inside")
            program.signal(signal.SIGTERM)
            program.until("down")
            program.signal(signal.SIGTERM)
            assert busy.is_closed()
        assert program.ended() == -signal.SIGTERM
    assert program.lines.count("down") == 1


def test_workers_end_when_their_parent_was_killed():
    with Program("-c", RUN) as program:
        program.url()
        program.signal(signal.SIGKILL)
        assert program.ended() == -signal.SIGKILL
    assert program.lines.count("down") == 3


DIES = """
workers.BACK_OFF = 0.001
app.on_startup(lambda: os._exit(7) if os.path.exists(sys.argv[1]) else None)
app.run(port=0, workers=2)
"""


def test_workers_that_die_at_once_are_not_started_forever(tmp_path):
    with Program("-c", PROGRAM + DIES, str(tmp_path)) as program:
        assert program.ended() == 1
    assert program.lines.count("up with 2") == 6
    assert program.lines[-1].endswith("like 5 before it right after their start: giving up")


def test_giving_up_on_one_worker_ends_the_others_gracefully(tmp_path):
    mark = tmp_path / "mark"
    with Program("-c", PROGRAM + DIES, str(mark)) as program:
        url = program.url()
        mark.touch()
        os.kill(pids(url, 1).pop(), signal.SIGKILL)
        assert program.ended() == 1
    assert program.lines[-2].endswith("giving up")
    assert program.lines[-1] == "down"


@pytest.mark.parametrize("how", ["raise OSError('no database')", "sys.exit('no database')"])
def test_a_failing_startup_is_said_once_and_ends_the_program(how):
    start = f"@app.on_startup\ndef fail():\n    {how}\napp.run(port=0, workers=3)"
    with Program("-c", PROGRAM + start) as program:
        assert program.ended() == 1
    assert len([line for line in program.lines if line.endswith("no database")]) == 1
    assert program.lines.count("up with 3") == 1
    assert not [line for line in program.lines if line.startswith(("Listening", "Worker", "down"))]


def test_a_startup_that_fails_later_is_tried_again(tmp_path):
    mark = tmp_path / "mark"
    start = """
@app.on_startup
def connect():
    if os.path.exists(sys.argv[1]):
        os.remove(sys.argv[1])
        raise OSError("no database")
app.run(port=0, workers=2)
"""
    with Program("-c", PROGRAM + start, str(mark)) as program:
        url = program.url()
        mark.touch()
        os.kill(pids(url, 1).pop(), signal.SIGKILL)
        program.until("OSError: no database")
        assert " ended with status 3 " in program.until("Worker ")
        pids(url, 2)


def test_a_failing_shutdown_is_the_status_of_the_program():
    with Program("-c", PROGRAM + "app.on_shutdown(lambda: 1 / 0)\napp.run(port=0, workers=2)") as program:
        program.url()
        program.signal(signal.SIGTERM)
        assert program.ended() == 1
    assert program.lines.count("The shutdown failed") == 2


def test_a_taken_port_is_an_error_also_when_others_share_it():
    with Program("-c", RUN) as first:
        port = first.port()
        with Program("-c", PROGRAM + f"app.run(port={port}, workers=2)") as second:
            assert second.ended() == 1
        assert f"cannot listen on 127.0.0.1, port {port}" in second.lines[-1]


def test_a_given_socket_is_shared():
    start = "import socket\nsock = socket.create_server(('127.0.0.1', 0))\napp.run(sock=sock, workers=2)"
    with Program("-c", PROGRAM + start) as program:
        assert json.loads(fetch(program.url()))["workers"] == 2
        program.signal(signal.SIGTERM)
        assert program.ended() == 0


def test_one_process_says_that_it_is_one():
    with Program("-c", PROGRAM + "app.run(port=0)") as program:
        assert json.loads(fetch(program.url())) == {"pid": program.pid, "workers": 1}


def test_there_is_at_least_one_worker():
    with pytest.raises(ValueError, match="workers=0: there must be at least one"):
        App().run(workers=0)


def test_a_system_without_fork_says_so(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(ValueError, match="this system cannot fork"):
        App().run(workers=2)
