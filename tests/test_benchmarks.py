"""The benchmarks run: every Growler peer starts and gives every job its right answer. Nothing is timed."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the harness is for POSIX systems")

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
GROWLER = sorted(path.stem for path in (BENCHMARKS / "peers").glob("growler_*.py"))
JOBS = ("text", "browser", "different", "params", "five", "pipelined", "mako", "jinja", "memory")


SESSIONS = sorted(path.stem for path in (BENCHMARKS / "peers").glob("session_*_growler.py"))


def bench(*arguments, **environment):
    command = [sys.executable, str(BENCHMARKS), *map(str, arguments), "--rounds", "1", "--seconds", "0.01"]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )


def test_every_growler_peer_does_every_job(tmp_path):
    done = bench(*GROWLER, "--connections", 4, "--results", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "a peer had something to complain about"
    (report,) = tmp_path.glob("*.md")
    rows = report.read_text().splitlines()
    for peer in GROWLER:  # a row in the summary and in the table of each job
        assert sum(row.startswith(f"| {peer} ") for row in rows) == 1 + len(JOBS)


def test_figures_of_the_documentation_are_linked_from_the_repository(tmp_path):
    done = bench("--docs", "--results", tmp_path)
    assert done.returncode == 2
    assert "docs/speed.md links its figures" in done.stderr


def test_growlers_sessions_do_their_jobs(tmp_path):
    jobs = ("session_cookie", "session_memory", "session_redis")
    done = bench(*SESSIONS, "--jobs", *jobs, "--connections", 4, "--results", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "a peer had something to complain about"
    (report,) = tmp_path.glob("*.md")
    rows = report.read_text().splitlines()
    for peer in SESSIONS:  # a row in the summary and in the table of its own job
        assert sum(row.startswith(f"| {peer} ") for row in rows) == 2


def test_the_listing_peers_do_their_job(tmp_path):
    done = bench("--jobs", "listing", "--connections", 2, "--results", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "a peer had something to complain about"
    for peer in ("listing_growler", "listing_growler_cold", "listing_http_server"):
        assert f"| {peer} " in done.stdout


def test_the_peers_with_a_bearer_token_do_their_job(tmp_path):
    peers = ("bearer_growler", "bearer_growler_uvicorn")
    done = bench(*peers, "--jobs", "bearer", "--connections", 2, "--results", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "a peer had something to complain about"
    for peer in peers:
        assert f"| {peer} " in done.stdout


FILE_JOBS = ("static_1k", "static_64k", "static_10m", "static_304")


def test_the_file_peers_do_their_jobs(tmp_path):
    done = bench("--jobs", *FILE_JOBS, "--connections", 2, "--results", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "a peer had something to complain about"
    others = [
        peer for peer in ("static_starlette", "static_nginx") if f"{peer} is left out" not in done.stdout
    ]
    for peer in (
        "static_growler",
        "static_growler_uvicorn",
        *others,
    ):  # a row for each job, and one in the summary
        assert done.stdout.count(f"| {peer} ") == len(FILE_JOBS) + 1


@pytest.mark.parametrize(
    ("peer", "program", "ours", "job"),
    [
        ("static_nginx", "nginx", "static_growler", "static_304"),
        ("express_node", "node", "growler_native", "text"),
    ],
)
def test_a_peer_that_cannot_run_here_is_left_out_with_its_reason(tmp_path, peer, program, ours, job):
    done = bench(peer, ours, "--jobs", job, "--results", tmp_path, PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert f"{peer} is left out: there is no {program} on PATH" in done.stdout
    assert f"| {ours} " in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="memory and open files are read from /proc")
def test_the_soak_runs_and_counts():
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS), "--soak", "1"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr, "the server had something to complain about"
    assert "connections | objects" in done.stdout


def test_the_soak_finds_what_grows(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    soak = importlib.import_module("soak")
    flat = dict.fromkeys((*soak.COUNTS, soak.MEMORY, soak.OBJECTS), 1.0)
    warm_up = [{**flat, "requests": 0.0, soak.MEMORY: -50.0}] * 3
    assert soak.grown_in(warm_up + [flat] * 9) == []
    assert soak.grown_in(warm_up + [flat] * 4 + [{**flat, "requests": 2.0, soak.MEMORY: 9.0}] * 5) == [
        "requests",
        "RSS MiB",
    ]
    short = [flat] * 4 + [{**flat, "requests": 2.0, soak.MEMORY: 9.0}] * 4
    assert soak.grown_in(short) == ["requests"]


def test_what_extensions_add_to_a_request_is_told():
    done = bench("--own")
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "an app had something to complain about"
    for case in ("CookieParser, unused", "Session in a cookie, read and written", "Auth, a bearer token"):
        assert f"| {case} | " in done.stdout
