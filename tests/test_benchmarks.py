"""The benchmarks run: every Growler peer starts and gives every job its right answer. Nothing is timed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the harness is for POSIX systems")

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
GROWLER = sorted(path.stem for path in (BENCHMARKS / "peers").glob("growler_*.py"))
JOBS = ("text", "browser", "params", "five", "pipelined", "memory")


def bench(*arguments, **environment):
    command = [sys.executable, str(BENCHMARKS), *map(str, arguments), "--rounds", "1", "--seconds", "0.01"]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=90
    )


def test_every_growler_peer_does_every_job(tmp_path):
    done = bench(*GROWLER, "--connections", 4, "--results", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "a peer had something to complain about"
    (report,) = tmp_path.glob("*.md")
    rows = report.read_text().splitlines()
    for peer in GROWLER:  # a row in the summary and in the table of each job
        assert sum(row.startswith(f"| {peer} ") for row in rows) == 1 + len(JOBS)


def test_a_peer_that_cannot_run_here_is_left_out_with_its_reason(tmp_path):
    done = bench(
        "express_node", "growler_native", "--jobs", "text", "--results", tmp_path, PATH=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert "express_node is left out: there is no node on PATH" in done.stdout
    assert "| growler_native " in done.stdout
