"""`python -m growler_ext.demo [DIR]`: starts the demo site and says how to log in.

Ends with status 0 on Ctrl-C and SIGTERM, and with 2 and one sentence where it cannot start.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import sys
from contextlib import suppress

from growler_ext.demo.app import build

MEMBER = "demo"
# Without characters that look alike: people type this on a phone.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def main(words: list[str] | None = None) -> int:
    arguments = _read(words)
    folder, host, port = arguments.directory, arguments.host, arguments.port
    try:
        os.scandir(folder).close()
    except OSError as error:
        return _fail(f"cannot show {folder!r}: {_reason(error)}")
    password = new_password()
    app = build(folder, MEMBER, password)
    # repr: a folder's name need not be text, and then could not be printed.
    print(f"{app.name} shows {os.path.abspath(folder)!r} to its one member:", flush=True)
    print(f"  name      {MEMBER}\n  password  {password}", flush=True)
    try:
        # Where signals cannot be caught otherwise (Windows), Ctrl-C comes as this exception.
        with suppress(KeyboardInterrupt):
            app.run(host, port)
    except OSError as error:
        return _fail(f"cannot listen on {host}, port {port}: {_reason(error)}; choose with --host and --port")
    return 0


def new_password() -> str:
    """Three groups of four characters, some 59 random bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _read(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m growler_ext.demo",
        description="Growler's demo site: a members' file room. The password is new at every start.",
    )
    parser.add_argument(
        "directory", metavar="DIR", nargs="?", default=".", help="the folder to show (default: this one)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port; 0 takes a free one (default: %(default)s)"
    )
    return parser.parse_args(words)


def _port(text: str) -> int:
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")


def _reason(error: OSError) -> str:
    """What the system says, without the detail that asyncio adds to it."""
    # Errors of name resolution have numbers of their own (EAI_*).
    if error.errno is None or isinstance(error, socket.gaierror):
        return error.strerror or str(error)
    return os.strerror(error.errno)


def _fail(sentence: str) -> int:
    print(f"growler_ext.demo: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
