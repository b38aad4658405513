"""`python -m growler run module:app`: finds the application, reads the certificate, runs it.

Whatever the person at the keyboard can mend by another command line raises UsageError, a sentence. An exception
inside the application's own modules is not one of these: its traceback is shown.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import Any

from growler.aio.listening import reason
from growler.app import App
from growler.command.certificate import certificate
from growler.command.usage import UsageError


def add_run_command(commands: Any) -> None:
    """Declare the command and its options."""
    run = commands.add_parser("run", help="serve an application", description="Serve an application.")
    run.add_argument("app", metavar="MODULE:APP", help="where the App is, such as shop.web:app")
    run.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    run.add_argument(
        "--port", type=_port, default=8000, help="the port; 0 takes a free one (default: %(default)s)"
    )
    run.add_argument(
        "--workers", type=_count, default=1, metavar="N", help="how many processes (default: %(default)s)"
    )
    run.add_argument("--reload", action="store_true", help="for development: start again when a file changes")
    run.add_argument("--cert", metavar="FILE", help="serve https with this certificate (PEM)")
    run.add_argument("--key", metavar="FILE", help="its private key, if that is not in the same file")
    run.set_defaults(start=start)


def start(arguments: argparse.Namespace) -> None:
    """Serve as the command line says. Raises UsageError."""
    if arguments.reload:
        from growler import reload

        if not reload.is_watched():
            # Before the application is imported: it may have a mistake in it that the watcher has to survive.
            try:
                reload.watch()
            except RuntimeError as error:
                raise UsageError(str(error)) from error
            return
    app = find(arguments.app)
    context = certificate(arguments.cert, arguments.key)
    try:
        app.run(
            arguments.host, arguments.port,
            workers=arguments.workers, reload=arguments.reload, ssl=context,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise UsageError(reason(error) if isinstance(error, OSError) else str(error)) from error


def find(place: str) -> App:
    """The application that `module:app` names; `app` may have dots. The current directory is searched first."""
    module_name, colon, attribute = place.partition(":")
    if not (colon and module_name and attribute):
        raise UsageError(f"{place!r} is no application: write MODULE:APP, such as shop:app")
    if module_name.endswith(".py") or "/" in module_name or os.sep in module_name:
        raise UsageError(f"{module_name!r} is a file: write its module, such as shop:app for shop.py")
    here = os.getcwd()
    if sys.path[:1] not in ([""], [here]):
        sys.path.insert(0, here)
    found: Any = _import(module_name)
    for name in attribute.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            raise UsageError(f"the module {module_name!r} has no {attribute!r}") from error
    if not isinstance(found, App):
        raise UsageError(f"{place!r} is no App but of the type {type(found).__name__}")
    return found


def _import(name: str) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Only if it is the one that was asked for, or a package around it: not one that it imports in vain.
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise UsageError(f"there is no module {error.name!r} here or among the installed ones") from error
        raise
    except TypeError as error:
        if name.startswith("."):
            raise UsageError(f"{name!r} is relative: write the module's whole name") from error
        raise


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")


def _count(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of processes: give 1 or more")
