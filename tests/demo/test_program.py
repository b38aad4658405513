"""`python -m growler_ext.demo` as a process: what it says, that it serves, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from growler_ext.demo.__main__ import new_password
from support.clients import LiveClient

COMMAND = [sys.executable, "-W", "error", "-m", "growler_ext.demo"]


@contextmanager
def started(*words, cwd=None):
    """The program with its lines up to the one that says where it listens."""
    program = subprocess.Popen(
        [*COMMAND, *words, "--port", "0"],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
    )
    with program:
        try:
            lines = []
            for line in program.stdout:
                lines.append(line.rstrip("\n"))
                if line.startswith("Listening"):
                    break
            yield program, lines
        finally:
            program.kill()


def refused(*words):
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_how_to_log_in_serves_and_ends_cleanly(folder, number):
    with started(str(folder)) as (program, lines):
        said = "\n".join(lines)
        port = int(re.fullmatch(r"Listening on http://127\.0\.0\.1:(\d+)/", lines[-1])[1])
        name = re.search(r"^ *name +(\S+)$", said, re.MULTILINE)[1]
        password = re.search(r"^ *password +(\S+)$", said, re.MULTILINE)[1]
        assert str(folder) in said
        client = LiveClient(port)
        assert client.get("/").status == 200
        assert client.post("/auth/login", form={"username": name, "password": password}).status == 200
        assert client.get("/files/a.txt").body == b"INSIDE"
        client.close()
        program.send_signal(number)
        rest, errors = program.communicate(timeout=30)
        assert (program.returncode, rest, errors) == (0, "", "")


def test_the_current_folder_is_shown_if_none_is_named(folder):
    with started(cwd=folder) as (_, lines):
        assert str(folder) in lines[0]


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names of files are text there")
def test_a_folder_whose_name_is_no_text_is_shown(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9\n")
    folder.mkdir()
    with started(str(folder)) as (_, lines):
        assert r"caf\udce9\n" in lines[0]
        assert len(lines) == 4


def test_a_bad_folder_ends_it_with_2_and_one_sentence(folder):
    for bad, reason in (
        (folder / "nowhere", "No such file or directory"),
        (folder / "a.txt", "Not a directory"),
        (Path("a\nb"), "No such file or directory"),
    ):
        done = refused(str(bad))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"growler_ext.demo: cannot show {str(bad)!r}: {reason}\n"


def test_a_taken_port_ends_it_with_2_and_one_sentence(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = refused(str(folder), "--port", str(port))
    assert done.returncode == 2
    assert "Listening" not in done.stdout
    assert done.stderr == (
        f"growler_ext.demo: cannot listen on 127.0.0.1, port {port}: Address already in use; "
        "choose with --host and --port\n"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_a_host_that_is_not_ours_ends_it_with_2_and_one_sentence(folder, host):
    done = refused(str(folder), "--host", host)
    assert done.returncode == 2
    assert re.fullmatch(rf"growler_ext\.demo: cannot listen on {host}, port 8000: \w[^\n]+\n", done.stderr)


@pytest.mark.parametrize("port", ["65536", "-1", "http", "", "²"])
def test_what_is_no_port_is_refused(folder, port):
    done = refused(str(folder), f"--port={port}")
    assert done.returncode == 2
    assert f"{port!r} is no port" in done.stderr


def test_each_start_has_another_password():
    assert len({new_password() for _ in range(100)}) == 100
    assert re.fullmatch(r"(?:[a-z2-9]{4}-){2}[a-z2-9]{4}", new_password())
