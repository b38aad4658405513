"""`Packer`: folders as archives, planned before their first byte and made while they are sent, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from growler.http.errors import (
    HTTPErrorForbidden,
    HTTPErrorNotFound,
    HTTPErrorRequestEntityTooLarge,
    HTTPErrorServiceUnavailable,
)
from growler.paths import PathRefused
from growler_ext.indexer.archive import KINDS, ArchiveTooLarge, Limits, plan
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.lister import is_nothing
from growler_ext.indexer.streamed import Streamed

MAX_ARCHIVES = 4
"""How many archives are made at once; another has to wait (503)."""


class Packer:
    """Packs the folders of a tree.

    Parameters:
        tree: what may be seen.
        kinds: the kinds of archive there are, of `KINDS`.
        limits: how large one may become.
    """

    def __init__(self, tree: Tree, kinds: Sequence[str], limits: Limits) -> None:
        self._tree = tree
        self._kinds = kinds
        self._limits = limits
        self._threads = ThreadPoolExecutor(MAX_ARCHIVES, "growler-indexer-archive")
        self._at_work = 0

    async def pack(self, parts: tuple[str, ...], name: str, kind: str) -> Streamed:
        """A folder as an archive; close it after use.

        Parameters:
            parts: where the folder is.
            name: what it is called in the archive.
            kind: of archive.

        Raises HTTPErrorNotFound for an unknown kind and a folder that is not there, HTTPErrorForbidden for one that
        cannot be read, HTTPErrorRequestEntityTooLarge over a limit, HTTPErrorServiceUnavailable while too many are
        being made.
        """
        if kind not in self._kinds:
            raise HTTPErrorNotFound("there is no such archive")
        if self._at_work >= MAX_ARCHIVES:
            raise HTTPErrorServiceUnavailable(
                "too many archives are being made; try again in a moment", headers={"Retry-After": "5"}
            )
        self._at_work += 1
        try:
            # In their own threads: to look through a large tree takes as long as a hundred listings.
            planning = self._threads.submit(plan, self._tree, parts, name, self._limits)
            members = await asyncio.wrap_future(planning)
        except BaseException as error:
            self._at_work -= 1
            if isinstance(error, ArchiveTooLarge):
                raise HTTPErrorRequestEntityTooLarge(str(error)) from None
            if isinstance(error, PermissionError):
                raise HTTPErrorForbidden("this folder cannot be read") from None
            if isinstance(error, PathRefused) or (isinstance(error, OSError) and is_nothing(error)):
                raise HTTPErrorNotFound from None
            raise
        return Streamed(KINDS[kind].pieces(members, self._tree.root), self._threads, self._packed)

    def _packed(self) -> None:
        self._at_work -= 1
