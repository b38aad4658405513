"""`run`: an app as a program of its own, in one process or several, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from growler.aio.server import HTTPServer
from growler.aio.serving import Ending, loop_factory, serve
from growler.aio.stop_signals import StopSignals

if TYPE_CHECKING:
    from growler.app import App


def run(
    app: App,
    host: str | None = "127.0.0.1",
    port: int | str = 8000,
    *,
    workers: int = 1,
    reload: bool = False,
    **server_config: Any,
) -> None:
    """Serve until Ctrl-C or SIGTERM, on uvloop where it is installed; a second signal ends the program at once.

    Prints one line, `Listening on http://HOST:PORT/`, once connections are accepted.

    Parameters:
        host: address to bind; None or "" binds all.
        port: 0 picks a free one.
        workers: how many processes answer, each with a loop of its own and its own copy of the app as it is now.
            Not on Windows. `app.config["workers"]` says how many, from before the startup on.
        reload: for development: start the whole program again when one of its files changes (see `growler.reload`).
        server_config: what `HTTPServer` takes: `ssl`, `sock`, `backlog` ...

    Raises OSError when the address cannot be had, ValueError for a port or a number of workers that cannot be, and
    SystemExit with status 1 when the startup or the shutdown failed, which was logged.
    """
    if workers < 1:
        raise ValueError(f"workers={workers!r}: there must be at least one")
    if workers > 1 and not hasattr(os, "fork"):
        raise ValueError(
            f"workers={workers!r}: this system cannot fork; start one process per port, behind a proxy"
        )
    watched = False
    if reload:
        from growler import reload as reloading

        if not reloading.is_watched():
            reloading.watch()
            return
        watched = True
    server = HTTPServer(app, host, port, **server_config)
    app.config["workers"] = workers
    server.bind()
    if workers > 1:
        from growler.aio.workers import Supervisor  # one process is the rule

        failed = Supervisor(server, workers, passed_on=watched).run()
    else:
        failed = run_alone(server, passed_on=watched) != Ending.DONE
    if failed:
        raise SystemExit(1)


def run_alone(server: HTTPServer, *, passed_on: bool = False) -> Ending:
    """Serve in this process. For `passed_on` see StopSignals."""
    # Around the runner: what the loop still has to end, it ends while a second signal is still heard.
    with StopSignals(passed_on=passed_on) as stop, asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(serve(server, stop, lambda: say(server.url)))


def say(url: str) -> None:
    """For people, and for programs that wait for it."""
    print(f"Listening on {url}", flush=True)  # noqa: T201 - the one line a server has to say


def create_server_and_run_forever(app: App, *args: Any, **config: Any) -> None:
    """See `App.create_server_and_run_forever`; a first positional loop is accepted as old programs gave it."""
    loop = config.pop("loop", None)
    words = list(args)
    if words and (words[0] is None or isinstance(words[0], asyncio.AbstractEventLoop)):
        loop = words.pop(0)
    config.update(zip(("host", "port"), words, strict=False))
    loop = loop or app.loop
    server = HTTPServer(app, config.pop("host", None), config.pop("port", 8000), **config)
    server.bind()
    if loop is None:
        ending = run_alone(server)
    else:
        with StopSignals() as stop:
            ending = loop.run_until_complete(serve(server, stop, lambda: say(server.url)))
    if ending != Ending.DONE:
        raise SystemExit(1)
