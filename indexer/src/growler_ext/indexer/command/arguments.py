"""The command line of `growler-index`: its options and their help. What cannot be raises `UsageError`, a sentence."""

from __future__ import annotations

import argparse
import os
from importlib.metadata import version
from typing import NoReturn

from growler.aio.listening import reason
from growler.command import UsageError
from growler.http.headers import Headers
from growler.middleware import AllowedHosts
from growler_ext.indexer.archive import KINDS
from growler_ext.indexer.command.basic import Credentials
from growler_ext.static.hiding import Hiding

__all__ = ["UsageError", "read"]

# Another value than the server's own would spoil the messages, or what is done to their bodies.
_OF_EACH_ANSWER = frozenset(
    {"connection", "content-encoding", "content-length", "content-range", "date", "transfer-encoding"}
)

_EXAMPLES = """\
examples:
  growler-index                             this folder, at http://127.0.0.1:8000/
  growler-index ~/photos -b all --qr        for the phones in this network
  growler-index report.pdf -b all           one file
  growler-index dist --spa index.html       an application with its own routes
  growler-index /srv --auth me:secret --cert cert.pem --key key.pem -b all -p 443

Ends on Ctrl-C. Exit status: 0 after a clean end, 1 if serving failed, 2 if it could not begin.
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (more by: growler-index --help)")


def read(words: list[str] | None) -> argparse.Namespace:
    """The options. Raises UsageError."""
    arguments = _parser().parse_args(words)
    _check_path(arguments.path)
    if arguments.spa is not None:
        if not os.path.isdir(arguments.path):
            raise UsageError("--spa needs a folder, and the name of a file in it")
        if not os.path.isfile(os.path.join(arguments.path, arguments.spa)):
            raise UsageError(f"--spa: there is no {arguments.spa!r} in {arguments.path!r}")
        if arguments.index:
            raise UsageError("--spa shows its file in place of every listing: leave out --index")
    return arguments


def _check_path(path: str) -> None:
    try:
        if os.path.isdir(path):
            os.scandir(path).close()
        elif os.path.isfile(path):
            open(path, "rb").close()
        elif os.path.exists(path):
            raise UsageError(f"{path!r} is neither a folder nor a file")
        else:
            raise UsageError(f"there is no {path!r}")
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot read {path!r}: {why}") from error


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="growler-index",
        description="Shows a folder in the browser: to look through, to search, to download from.",
        epilog=_EXAMPLES,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
            prog, max_help_position=26, width=100
        ),
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument(
        "path", metavar="PATH", nargs="?", default=".", help="a folder, or one file (default: this folder)"
    )

    where = parser.add_argument_group("where it listens")
    where.add_argument(
        "-p",
        "--port",
        type=_port,
        metavar="PORT",
        help="the port; 0 takes a free one (default: 8000, or the next that is free)",
    )
    where.add_argument(
        "-b",
        "--bind",
        type=_host,
        metavar="HOST",
        default="127.0.0.1",
        help='the address; "all" for everybody who can reach this machine (default: 127.0.0.1)',
    )
    where.add_argument(
        "--prefix",
        type=_prefix,
        metavar="PATH",
        default="",
        help="the path in front of everything, such as /files",
    )

    what = parser.add_argument_group("what it shows")
    what.add_argument("--hidden", action="store_true", help="names that begin with a dot too")
    what.add_argument(
        "--hide",
        action="append",
        type=_glob,
        metavar="GLOB",
        default=[],
        help="nothing of that name, such as '*.bak' or 'build/*'; may be repeated",
    )
    what.add_argument("--follow", action="store_true", help="links that lead out of the folder too")
    what.add_argument(
        "--archive",
        type=_archives,
        nargs="?",
        const=("zip", "tar.gz"),
        metavar="KINDS",
        default=("zip", "tar.gz"),
        help=f"how folders can be downloaded: some of {','.join(KINDS)}, or none (default: zip,tar.gz)",
    )
    what.add_argument("--index", action="store_true", help="index.html in place of the listing of its folder")
    what.add_argument("--spa", metavar="FILE", help="FILE for every path that no file has, and no listings")

    who = parser.add_argument_group("who may see it")
    who.add_argument("--auth", type=_credentials, metavar="USER:PASS", help="ask for this name and password")
    who.add_argument(
        "--host",
        action="append",
        type=_name,
        metavar="NAME",
        default=[],
        help="answer to this public name too, beside addresses and names of this network; may be repeated",
    )
    who.add_argument("--cert", metavar="FILE", help="serve https with this certificate (PEM)")
    who.add_argument("--key", metavar="FILE", help="its private key, if that is not in the same file")
    who.add_argument(
        "--header",
        action="append",
        type=_header,
        metavar="K:V",
        default=[],
        help="send this header field with every answer; may be repeated",
    )
    who.add_argument("--cors", action="store_true", help="let the pages of all sites read it")

    comfort = parser.add_argument_group("comfort")
    comfort.add_argument(
        "--qr", action="store_true", help="show the address as a QR code (needs growler-ext-indexer[qr])"
    )
    comfort.add_argument("--open", action="store_true", help="open it in the browser")
    comfort.add_argument("-q", "--quiet", action="store_true", help="write no line for each request")
    comfort.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"growler-index {version('growler-ext-indexer')}",
        help="print the version and end",
    )
    comfort.add_argument("-h", "--help", action="help", help="print this and end")
    return parser


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 6 and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")


def _host(text: str) -> str | None:
    """None stands for all addresses, of both kinds."""
    return None if text in ("", "all", "*") else text.removeprefix("[").removesuffix("]")


def _name(text: str) -> str:
    try:
        AllowedHosts(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _prefix(text: str) -> str:
    parts = [part for part in text.split("/") if part]
    if not all(
        part not in (".", "..") and part.isprintable() and not set(part) & set(":?#%\\*<>") for part in parts
    ):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no path: give names with slashes between, such as /files"
        )
    return "".join(f"/{part}" for part in parts)


def _glob(text: str) -> str:
    try:
        Hiding([text])
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _archives(text: str) -> tuple[str, ...]:
    kinds = () if text == "none" else tuple(dict.fromkeys(kind.strip() for kind in text.split(",")))
    if any(kind not in KINDS for kind in kinds):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no kind of archive: give some of {', '.join(KINDS)}, or none"
        )
    return kinds


def _credentials(text: str) -> Credentials:
    name, colon, password = text.partition(":")
    if not (name and colon and password):
        # Not repeated: it may be a password.
        raise argparse.ArgumentTypeError("give a name and a password with a colon between them")
    return Credentials(name, password)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = (part.strip() for part in text.partition(":"))
    try:
        if not colon:
            raise ValueError("there is no colon")
        Headers()[name] = value
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no header field: {error}") from None
    if name.lower() in _OF_EACH_ANSWER:
        raise argparse.ArgumentTypeError(f"{name!r} comes out of each answer by itself: leave it out")
    return name, value
