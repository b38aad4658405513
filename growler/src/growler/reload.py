"""Development: the program is started again when one of its files changes. Needs the extra `growler[reload]`.

The process that calls `watch` becomes the watcher and never serves; it runs the same command line once more, as a
child that finds a mark in its environment and therefore serves. A child that ends by itself - a syntax error, say -
has shown why; the watcher waits for the next change.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from growler.aio.stop_signals import StopSignals

if TYPE_CHECKING:
    import watchfiles

# Python, and the templates of common engines.
SUFFIXES = (".py", ".html", ".htm", ".mako", ".mak", ".tmpl", ".jinja", ".jinja2", ".j2")
MARK = "GROWLER_WATCHED"
PATIENCE = 3.0  # seconds a child has for its graceful end before it is killed


@functools.cache
def is_watched() -> bool:
    """Whether this is the child of a watcher. Programs that it starts itself are not."""
    return os.environ.pop(MARK, None) is not None


def watch() -> None:
    """Run this program's command line in a child until Ctrl-C or SIGTERM, and again whenever a file changes.

    Files are those below the working directory that end in one of SUFFIXES; folders such as `.venv`, `.git` and
    `node_modules` are left out. The child has `GROWLER_ENV=development` unless that variable is set.

    Raises RuntimeError when watchfiles is not installed.
    """
    try:
        import watchfiles
    except ImportError as error:
        raise RuntimeError(
            "reloading needs watchfiles, which is not installed: pip install growler[reload]"
        ) from error
    folder = Path.cwd()
    usual = watchfiles.DefaultFilter()

    def is_source(change: watchfiles.Change, path: str) -> bool:
        # Relative: where the project itself lies is no reason to leave all of it out.
        return path.endswith(SUFFIXES) and usual(change, os.path.relpath(path, folder))

    with StopSignals() as stop, asyncio.Runner() as runner:
        over = asyncio.Event()
        runner.run(_watch(watchfiles.awatch(folder, watch_filter=is_source, stop_event=over), over, stop))


async def _watch(
    changes: AsyncGenerator[set[tuple[watchfiles.Change, str]], None], over: asyncio.Event, stop: StopSignals
) -> None:
    stop.call(over.set)
    # The program itself, with the interpreter's own options: `python -X dev -m growler run ...`.
    command = [sys.executable, *sys.orig_argv[1:]]
    environment = {"GROWLER_ENV": "development", **os.environ, MARK: "1"}
    change = asyncio.ensure_future(anext(changes, None))
    await asyncio.sleep(0)  # lets the watching begin before the program does: no change is missed
    while True:
        child = await asyncio.create_subprocess_exec(*command, env=environment)
        stop.before_death = functools.partial(_quietly, child.kill)
        ended = asyncio.ensure_future(child.wait())
        try:
            await asyncio.wait({change, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not (change.done() or over.is_set()):
                _tell(f"the program ended with status {child.returncode}; waiting for a change")
            changed = await change
        finally:
            await _end(child, ended)
        if changed is None:
            break
        _tell(f"{_names(changed)} changed, starting again")
        change = asyncio.ensure_future(anext(changes, None))
    stop.call_nothing()


async def _end(child: asyncio.subprocess.Process, ended: asyncio.Future[int]) -> None:
    for end in (child.terminate, child.kill):
        if not ended.done():
            _quietly(end)
            await asyncio.wait({ended}, timeout=PATIENCE)


def _names(changed: set[tuple[watchfiles.Change, str]]) -> str:
    return ", ".join(sorted({os.path.relpath(path) for _, path in changed}))


def _quietly(end: Callable[[], None]) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
        end()


def _tell(sentence: str) -> None:
    print(f"growler: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 - for the developer at the terminal
