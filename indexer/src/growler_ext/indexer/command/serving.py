"""Listens, says where, and serves until it is told to end."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import ssl
import sys
import threading
import webbrowser
from typing import TextIO
from urllib.parse import quote

from growler import App
from growler.aio.listening import reason
from growler.aio.server import HTTPServer
from growler.aio.serving import Ending, loop_factory
from growler.aio.serving import serve as serve_until
from growler.aio.stop_signals import StopSignals
from growler.command import certificate
from growler_ext.indexer.command.addresses import is_loopback, urls
from growler_ext.indexer.command.arguments import UsageError
from growler_ext.indexer.command.qr import demand_library, qr_code

FIRST_PORT = 8000
_OF_THE_PORT = (errno.EADDRINUSE, errno.EACCES)
_TRIED = 20  # ports from the first on, before the system is asked for any that is free


def serve(app: App, arguments: argparse.Namespace) -> int:
    """Serve as the command line says; the exit status. Raises UsageError where it cannot begin."""
    if arguments.qr:
        demand_library()
    context = certificate(arguments.cert, arguments.key)
    if arguments.auth is not None and context is None and not is_loopback(arguments.bind):
        _say(
            "warning: without --cert the password travels in plain sight of everybody on the way", sys.stderr
        )
    server = _listening(app, arguments, context)
    here = urls(arguments.bind, server.port, secure=context is not None, path=quote(arguments.prefix + "/"))
    with StopSignals() as stop, asyncio.Runner(loop_factory=loop_factory()) as runner:
        ending = runner.run(serve_until(server, stop, lambda: _announce(here, arguments)))
    return 0 if ending is Ending.DONE else 1


def _listening(app: App, arguments: argparse.Namespace, context: ssl.SSLContext | None) -> HTTPServer:
    """A server that has its address: the port that was asked for, or the next that is free."""
    asked = arguments.port
    ports = [asked] if asked is not None else [*range(FIRST_PORT, FIRST_PORT + _TRIED), 0]
    for port in ports:
        server = HTTPServer(app, arguments.bind, port, ssl=context)
        try:
            server.bind()
        except OSError as error:
            if asked is None and port and error.errno in _OF_THE_PORT:
                continue
            option = "--port" if error.errno in _OF_THE_PORT else "--bind"
            raise UsageError(f"{reason(error)}; choose another with {option}") from error
        return server
    raise UsageError("no port is free")


def _announce(here: list[str], arguments: argparse.Namespace) -> None:
    _say(f"Showing {os.path.abspath(arguments.path)!r}, until Ctrl-C")
    for url in here:
        _say(f"Listening on {url}")
    # A phone cannot use the address that is for this machine alone.
    best = here[-1] if len(here) == 1 else here[1]
    if arguments.qr:
        _say(qr_code(best, colours=sys.stdout.isatty()))
    if arguments.open:
        # Some browsers are started by a program that does not end before them.
        threading.Thread(target=webbrowser.open, args=(here[0],), daemon=True).start()


def _say(text: str, out: TextIO | None = None) -> None:
    print(text, file=out, flush=True)
