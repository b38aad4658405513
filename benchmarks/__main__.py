"""`python3 run.py bench`: how fast Growler and its peers answer, and what memory an idle connection takes.

Each server is pinned to one core and the load to another (where the system can pin). Rounds are interleaved - every
server once per round - and medians are compared, so that a machine whose speed drifts drifts for all. Answers are
checked before each measurement.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from datetime import datetime
from pathlib import Path

import peer
import redis_server
import report
import soak
import wrk
from jobs import APART, JOBS
from load import run_load
from memory import allow_connections, hold
from results import Results

MEMORY = "memory"
EPILOG = f"peers: {', '.join(peer.NAMES)}; jobs: {', '.join(JOBS)}, {MEMORY}"


def main() -> int:
    begun = time.monotonic()
    options = arguments()
    if options.soak:
        return soak.soak(options.soak)
    if options.own:
        # Where it is needed: the peers of a job may do without the libraries of the others.
        import own_time

        print(f"{report.environment()}\n\n{own_time.table(options.rounds)}")
        return 0
    circumstances = (
        f"{options.rounds} rounds of {options.seconds:g} s per server and job, {options.connections} connections, "
        f"load by {'wrk' if options.wrk else 'benchmarks/load.py'}.\n{report.environment()}"
    )
    print(circumstances, flush=True)
    allow_connections()
    peer.pin_load()
    results, left_out = Results(), []
    with contextlib.ExitStack() as stack:
        servers = []
        for name in peers_for(options):
            try:
                if name.startswith("session_redis") and "REDIS_URL" not in os.environ:
                    os.environ["REDIS_URL"] = stack.enter_context(redis_server.running())
                servers.append(stack.enter_context(peer.running(name)))
            except peer.LeftOut as reason:
                left_out.append(f"{name} ({reason})")
                print(f"{name} is left out: {reason}", flush=True)
        for name in options.jobs:
            if name != MEMORY and any(JOBS[name].is_for(server.name) for server in servers):
                measure_speed(name, servers, options, results)
                print(f"\n{results.job_table(name)}", flush=True)
    if MEMORY in options.jobs:
        measure_memory([server.name for server in servers if not server.name.startswith(APART)], results)
        print(f"\n{results.memory_table()}", flush=True)
    path = options.results / f"{datetime.now():{options.name}}.md"
    report.write(results, circumstances, left_out, path)
    if options.docs:
        report.publish(results, path)
    print(f"\n{results.summary()}\n\n{path} ({time.monotonic() - begun:.0f} s)")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 run.py bench",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("peers", nargs="*", metavar="PEER", help="who takes part; all if none is named")
    parser.add_argument("--jobs", nargs="+", metavar="JOB", help="all if none is named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of load per server, job and round")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--wrk", action="store_true", help="load by wrk instead of the built-in generator")
    parser.add_argument(
        "--results",
        type=Path,
        default=Path(__file__).parent / "results",
        metavar="FOLDER",
        help="for the files",
    )
    parser.add_argument(
        "--soak", type=float, nargs="?", const=300.0, metavar="SECONDS",
        help="instead of all this: does anything grow under a mixed load? 300 s if no number is given",
    )  # fmt: skip
    parser.add_argument(
        "--own", action="store_true", help="instead of all this: what each extension adds to a request"
    )
    parser.add_argument("--docs", action="store_true", help="put the table into docs/speed.md too")
    options = parser.parse_args()
    # A run of a part does not replace the run of everything on the same day.
    options.name = "%Y-%m-%d-%H%M%S" if options.peers or options.jobs or options.wrk else "%Y-%m-%d"
    options.jobs = options.jobs or [*JOBS, MEMORY]
    for given, known in ((options.peers, peer.NAMES), (options.jobs, [*JOBS, MEMORY])):
        if unknown := set(given) - set(known):
            parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if options.docs and not options.results.resolve().is_relative_to(Path(__file__).resolve().parents[1]):
        parser.error("docs/speed.md links its figures: with --docs, --results is to be in the repository")
    if options.wrk and not wrk.is_there():
        parser.error("there is no wrk on PATH")
    return options


def peers_for(options: argparse.Namespace) -> list[str]:
    """Those that have something to do."""
    return [
        name
        for name in options.peers or peer.NAMES
        if any(
            not name.startswith(APART) if job == MEMORY else JOBS[job].is_for(name) for job in options.jobs
        )
    ]


def measure_speed(
    job_name: str, servers: list[peer.Peer], options: argparse.Namespace, results: Results
) -> None:
    """All rounds of one job, after a short one that does not count."""
    job = JOBS[job_name]
    run = wrk.run_wrk if options.wrk else run_load
    taking_part = [server for server in servers if job.is_for(server.name)]
    for server in taking_part:
        run_load(server, job, options.connections, min(options.seconds, 0.3))
    rounds = results.speed[job_name] = {server.name: [] for server in taking_part}
    for _ in range(options.rounds):
        for server in taking_part:
            rounds[server.name].append(run(server, job, options.connections, options.seconds))


def measure_memory(names: list[str], results: Results) -> None:
    for name in names:
        with peer.running(name) as server:
            results.memory[name] = hold(server)


if __name__ == "__main__":
    sys.exit(main())
