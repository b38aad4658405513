"""`Lister`: answers questions about folders, in a few threads of its own.

A slow disk holds up those threads and nobody else. What many ask for at the same time is made once, what was made
within the last second is kept, and what has too many rows for one piece is made while it is sent.
"""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import time
from collections.abc import Callable, Generator, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import ParamSpec, TypeVar

from growler.paths import PathRefused
from growler_ext.indexer.contents import Contents, gather, unreadable
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.formats.contract import Format, View
from growler_ext.indexer.pages import LIFETIME, Page, Pages, Stamp, stamp_of
from growler_ext.indexer.streamed import Streamed
from growler_ext.indexer.wanted import Wanted

THREADS = 4
"""How many folders are looked at, at once; others wait."""
MAX_AT_ONCE = 2000
"""Entries; a listing of more is made and sent piece by piece."""

_PATIENCE = 0.05  # seconds that a listing waits for another, which may be held up by its disk

# What says that there is no such folder, rather than that the machine has failed.
_NOTHING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL})

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """What is asked about a folder.

    Parameters:
        path: the whole raw path of the request.
        form: what the answer is written in.
        wanted: what of the folder it shows.
        view: where it is shown.
    """

    path: bytes
    form: Format
    wanted: Wanted
    view: View

    @cached_property
    def key(self) -> Hashable:
        """What the answer depends on, besides the folder."""
        return (self.path, self.view.mount, self.form.name, self.wanted)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent."""

    status: int
    body: bytes | Streamed
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Made:
    """What a thread has made of a folder: a page, or what a stream is made of."""

    status: int
    contents: Contents
    page: Page | None = None


class Lister:
    """Answers questions; for one event loop at a time.

    Parameters:
        tree: the folders it answers for.
        page_size: entries on a page.
        readme: whether pages show the README.
    """

    def __init__(self, tree: Tree, page_size: int, readme: bool) -> None:
        self._tree = tree
        self._page_size = page_size
        self._readme = readme
        self._threads = ThreadPoolExecutor(THREADS, "growler-indexer")
        self._turn = threading.Lock()
        self._pages = Pages()
        self._at_work: dict[Hashable, Future[_Made | None]] = {}

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what waits for the disk."""
        return await asyncio.wrap_future(self._threads.submit(function, *args, **kwargs))

    def kept(self, question: Question) -> Answer | None:
        """The answer, if there is one from less than a second ago that holds still. Does not wait."""
        page = self._pages.get(question.key)
        return Answer(200, page.body, page.link) if page is not None else None

    async def answer(self, question: Question, parts: tuple[str, ...]) -> Answer | None:
        """The answer; None if there is no such folder. Raises NoSuchPage, and OSError where the machine fails."""
        made = await self._make_once(question, parts)
        if made is None:
            return None
        if made.page is None:
            pieces = _encoded(question.form, made.contents, question.view)
            return Answer(made.status, Streamed(pieces, self._threads, lambda: None), _link(made.contents))
        if made.status == 200:
            self._pages.keep(question.key, made.page)
        return Answer(made.status, made.page.body, made.page.link)

    async def _make_once(self, question: Question, parts: tuple[str, ...]) -> _Made | None:
        """Make it, or wait for somebody who is about to, if that is as good as new when it is ready."""
        key = question.key
        other = self._at_work.get(key)
        if other is not None:
            made = await asyncio.shield(asyncio.wrap_future(other))
            if made is not None and made.page is not None and stamp_of(made.page.path) == made.page.stamp:
                return made
        future = self._threads.submit(self._make, question, parts)
        self._at_work[key] = future
        try:
            return await asyncio.shield(asyncio.wrap_future(future))
        finally:
            if self._at_work.get(key) is future:
                del self._at_work[key]

    def _make(self, question: Question, parts: tuple[str, ...]) -> _Made | None:
        """In a thread, and if others are not slow, alone: to share Python's one lock costs all of them more."""
        alone = self._turn.acquire(timeout=_PATIENCE)
        try:
            return self._look_and_write(question, parts)
        finally:
            if alone:
                self._turn.release()

    def _look_and_write(self, question: Question, parts: tuple[str, ...]) -> _Made | None:
        until = time.monotonic() + LIFETIME
        status, stamp = 200, Stamp(0, 0, 0, 0)
        try:
            with self._tree.open(parts) as folder:
                stamp = Stamp.of(folder.stat)
                contents = gather(
                    self._tree, folder, question.wanted, page_size=self._page_size, readme=self._readme
                )
        except PermissionError:
            status, contents = 403, unreadable(parts, question.wanted)
        except PathRefused:
            return None
        except OSError as error:
            if is_nothing(error):
                return None
            raise
        if len(contents.entries) > MAX_AT_ONCE:
            return _Made(status, contents)
        # Piece by piece: one name that is not ASCII would make all of the page four times as dear to encode.
        body = b"".join([piece.encode() for piece in question.form.pieces(contents, question.view)])
        path = os.path.join(self._tree.root.path, *parts)
        return _Made(status, contents, Page(body, path, stamp, until, _link(contents), question.path))


def is_nothing(error: OSError) -> bool:
    """Whether an error says that there is no such folder."""
    return error.errno in _NOTHING


def _encoded(form: Format, contents: Contents, view: View) -> Generator[bytes, None, None]:
    for piece in form.pieces(contents, view):
        yield piece.encode()


def _link(contents: Contents) -> str:
    """The Link field's value (RFC 8288): the pages before and after."""
    wanted, page = contents.wanted, contents.page
    links = []
    if page > 1:
        links.append(f'<{wanted.at_page(page - 1)}>; rel="prev"')
    if page < contents.pages:
        links.append(f'<{wanted.at_page(page + 1)}>; rel="next"')
    return ", ".join(links)
