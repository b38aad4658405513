"""Builds the application that a command line asks for: the log, the guards, and what is shown."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Awaitable
from urllib.parse import quote

from growler import App, Request, Response
from growler.limits import Limits
from growler.paths import PathRefused, Symlinks, split
from growler_ext.indexer.command.access_log import AccessLog
from growler_ext.indexer.command.arguments import UsageError
from growler_ext.indexer.command.basic import BasicAuth
from growler_ext.indexer.command.fields import Cors, Fields
from growler_ext.indexer.command.own_names import OwnNames
from growler_ext.indexer.middleware import Indexer
from growler_ext.static import Static

PATIENCE = 3.0
"""Seconds that running downloads are given when it ends; a second Ctrl-C does not wait."""


def build(arguments: argparse.Namespace) -> App:
    """The application. Raises UsageError."""
    app = App("growler-index", limits=Limits(shutdown_timeout=PATIENCE))
    if not arguments.quiet:
        app.use(AccessLog(sys.stdout))
    if arguments.header:
        app.use(Fields(arguments.header))
    if arguments.cors:
        app.use(Cors())
    if arguments.auth is not None:
        app.use(BasicAuth(arguments.auth))
    # Who comes by a stranger's name has no password, and no certificate for it.
    if arguments.host or (arguments.auth is None and arguments.cert is None):
        app.use(OwnNames(arguments.host if arguments.bind is None else [*arguments.host, arguments.bind]))
    try:
        _show(app, arguments)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if arguments.prefix:
        app.get("/", lambda req, res: res.redirect(arguments.prefix + "/"))
    return app


def _show(app: App, arguments: argparse.Namespace) -> None:
    symlinks: Symlinks = "follow" if arguments.follow else "inside"
    at = arguments.prefix or "/"
    if os.path.isfile(arguments.path):
        app.use(at, _OneFile(arguments.path))
    elif arguments.spa is not None:
        app.use(
            at,
            Static(
                arguments.path, spa=arguments.spa, index=arguments.spa, hide=arguments.hide, symlinks=symlinks,
                dotfiles="allow" if arguments.hidden else "ignore",
            ),
        )  # fmt: skip
    else:
        app.use(
            at,
            Indexer(
                arguments.path, hidden=arguments.hidden, hide=arguments.hide, symlinks=symlinks, readme=True,
                archive=arguments.archive, index="index.html" if arguments.index else None,
            ),
        )  # fmt: skip


class _OneFile:
    """Serves one file under its own name; `/` leads there, so that it is saved under that name too."""

    def __init__(self, path: str) -> None:
        folder, self._name = os.path.split(os.path.abspath(path))
        # Asked for by whoever started this: a dot or a link is no reason to hide it. And this file alone: none beside
        # it is taken for a compressed form of it.
        self._static = Static(
            folder, index=None, redirect=False, dotfiles="allow", symlinks="follow", encodings=()
        )

    def __call__(self, req: Request, res: Response) -> Awaitable[None] | None:
        try:
            parts = split(req.raw_path)
        except PathRefused:
            return None
        if parts == (self._name,):
            return self._static(req, res)
        if not parts and req.head.method in ("GET", "HEAD"):
            res.redirect(f"{req.base_url}/{quote(os.fsencode(self._name), safe='')}")
        return None
