"""`python3 run.py bench`: requests per second of Growler and its peers, as ratios within one run.

Each server is pinned to one core and the load to another (where the system can pin). Rounds are interleaved -
every server once per round - and medians are compared, so that a machine whose speed drifts drifts for all.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from load import Result, run_load

PEERS = Path(__file__).parent / "peers"
BASE = "starlette_uvicorn"

JOBS = {"plain text": "/", "three params to JSON": "/user/1/post/2/comment/3", "five middleware": "/five/"}


def main() -> int:
    options = arguments()
    names = options.peers or sorted(path.stem for path in PEERS.glob("[!_]*.py"))
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(running(name)) for name in names}
        for job, path in JOBS.items():
            results: dict[str, list[Result]] = {name: [] for name in names}
            for _ in range(options.rounds):
                for name in names:
                    port, pid = servers[name]
                    results[name].append(run_load(port, pid, path, options.connections, options.seconds))
            print(table(job, results), flush=True)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 run.py bench", description=__doc__)
    parser.add_argument("peers", nargs="*", help="names of files in benchmarks/peers; all if none is given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of load per server and round")
    parser.add_argument("--connections", type=int, default=64)
    return parser.parse_args()


@contextlib.contextmanager
def running(name: str) -> Iterator[tuple[int, int]]:
    """Start a peer, get its port and process id. The load keeps to the last core, peers to the first."""
    pin(os.cpu_count() or 1, last=True)
    command = [sys.executable, str(PEERS / f"{name}.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=pin) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{name} did not start")
        try:
            yield int(line), process.pid
        finally:
            process.terminate()


def pin(cores: int = 1, *, last: bool = False) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {cores - 1 if last else 0})


def table(job: str, results: dict[str, list[Result]]) -> str:
    base, base_cpu = [
        statistics.median(getattr(r, figure) for r in results[BASE]) if BASE in results else float("nan")
        for figure in ("per_second", "cpu")
    ]
    lines = [
        f"\n{job}\n{'':24}{'req/s':>10}{'ratio':>8}{'p50 ms':>9}{'p99 ms':>9}{'CPU us/req':>12}{'ratio':>8}"
    ]
    for name, runs in sorted(
        results.items(), key=lambda item: -statistics.median(r.per_second for r in item[1])
    ):
        rate = statistics.median(r.per_second for r in runs)
        p50, p99, cpu = (
            statistics.median(getattr(r, figure) for r in runs) for figure in ("p50", "p99", "cpu")
        )
        # The second ratio is the steadier one where something else runs on the machine.
        lines.append(
            f"{name:24}{rate:>10.0f}{rate / base:>8.2f}{p50:>9.2f}{p99:>9.2f}{cpu:>12.1f}{base_cpu / cpu:>8.2f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    begun = time.monotonic()
    status = main()
    print(f"\n{time.monotonic() - begun:.0f} s")
    sys.exit(status)
