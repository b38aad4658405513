"""`python -m growler_ext.static compress DIR`: writes .br, .zst and .gz beside each file that becomes smaller by it."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from queue import SimpleQueue

from growler_ext.static.compress.plan import Job, Plan, plan
from growler_ext.static.compress.progress import Progress, progress
from growler_ext.static.compress.work import Outcome, compress, missing
from growler_ext.static.precompressed import SUFFIXES

LOOK = 0.2
"""Seconds between two looks at how far the work is."""

EXTRA = "pip install growler-ext-static[compress]"


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `compress` to a program's commands."""
    parser = commands.add_parser(
        "compress",
        help="write compressed forms of files",
        description="Write .br, .zst and .gz beside each file below DIR that becomes smaller by it. Static sends "
        "them to clients that take them. What is up to date is left alone.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument(
        "-e",
        "--encodings",
        metavar="LIST",
        help=f"which, with commas between them: {', '.join(SUFFIXES)}; those whose library is installed if not given",
    )
    parser.add_argument(
        "-j",
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="files at a time; %(default)s if not given",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but what went wrong")
    parser.set_defaults(run=lambda options: run(parser, options))


def run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    """The command. Returns the exit status: 1 if a file could not be compressed; the parser's is 2."""
    codings = _codings(parser, options.encodings, quiet=options.quiet)
    if not options.folder.is_dir():
        parser.error(f"there is no folder {options.folder}")
    if options.jobs < 1:
        parser.error(f"--jobs is {options.jobs}: give a number from 1")
    try:
        todo = plan(options.folder, codings)
    except OSError as error:
        parser.error(f"{_readable(error.filename)} cannot be read: {error.strerror}")
    with progress(sum(job.size for job in todo.jobs), quiet=options.quiet) as shown:
        results, written, saved = _work(todo.jobs, options.jobs, shown)
    if not options.quiet:
        print(_summary(todo, results, written, saved))  # noqa: T201 - a command's answer
    return 1 if results["failed"] else 0


def _codings(parser: argparse.ArgumentParser, given: str | None, *, quiet: bool) -> tuple[str, ...]:
    if given is None:
        lacking = missing(tuple(SUFFIXES))
        if lacking and not quiet:
            print(f"{' and '.join(lacking)} left out: {EXTRA}", file=sys.stderr)  # noqa: T201 - as above
        return tuple(coding for coding in SUFFIXES if coding not in lacking)
    codings = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    unknown = [coding for coding in codings if coding not in SUFFIXES]
    if unknown or not codings:
        parser.error(
            f"--encodings is {given!r}: give some of {', '.join(SUFFIXES)}, with commas between them"
        )
    if lacking := missing(codings):
        parser.error(f"no library for {' and '.join(lacking)} is installed: {EXTRA}")
    return codings


def _work(jobs: Sequence[Job], threads: int, shown: Progress) -> tuple[Counter[str], int, int]:
    """Do all jobs. Returns how many ended how, and the bytes of sources and of what was saved on them.

    In threads: the libraries compress without holding the interpreter. They tell their progress through a queue, so
    that one thread alone writes to the terminal.
    """
    results: Counter[str] = Counter()
    size = saved = 0
    done: SimpleQueue[int] = SimpleQueue()
    pool = ThreadPoolExecutor(threads)
    try:
        # The largest first: none of them is to be begun when all others have ended.
        begun = {pool.submit(compress, job, done.put): job for job in sorted(jobs, key=lambda job: -job.size)}
        waiting = set(begun)
        while waiting:
            ended, waiting = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
            while not done.empty():
                shown.advance(done.get())
            for future in ended:
                job = begun[future]
                try:
                    outcome, made = future.result()
                except OSError as error:
                    results["failed"] += 1
                    shown.say(f"{_readable(job.target)}: {error.strerror or error}")
                    continue
                results[outcome.value] += 1
                if outcome is Outcome.WRITTEN:
                    size += job.size
                    saved += job.size - made
                elif outcome is Outcome.CHANGED:
                    shown.say(f"{_readable(job.source)}: changed while it was compressed; run this again")
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C: what is begun ends, nothing is left half done
    return results, size, saved


def _readable(path: object) -> str:
    """A path for a terminal, which would obey what is no text in it."""
    text = str(path)
    return text if text.isprintable() else repr(text)


def _summary(todo: Plan, results: Counter[str], size: int, saved: int) -> str:
    counts = {"up to date": todo.up_to_date, **{outcome.value: results[outcome.value] for outcome in Outcome}}
    counts["failed"] = results["failed"]
    text = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to compress"
    return f"{text}; {saved / size:.0%} of {size:,} bytes saved" if size else text
