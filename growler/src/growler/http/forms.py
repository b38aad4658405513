"""What a form holds: `Form`, its text fields and its files, and `Upload`, one of the files.

Fields and files are apart, so that what a handler takes for text is text whatever the client sent. Files lie in
memory while they are small, else in a temporary file without a name; they are closed when the answer has left.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from growler.http.multidict import MultiDict
from growler.http.query import Query

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Form(Query):
    """A form's fields; `form["tag"]` is the list of values, `form.get_first("tag")` the first of them.

    `files` is a mapping like it: `form.files.get_first("photo")` is an Upload or None. A file input that the user
    left empty is not in it.
    """

    __slots__ = ("files",)

    def __init__(
        self, pairs: Iterable[tuple[str, str]] = (), files: Iterable[tuple[str, Upload]] = ()
    ) -> None:
        super().__init__(pairs)
        self.files: MultiDict[Upload] = MultiDict(files)

    def close(self) -> None:
        """Close all files; done by itself when the request is over."""
        for uploads in self.files.values():
            for upload in uploads:
                upload.file.close()

    # A request keeps its form; with the request it goes.
    __del__ = close


class Upload:
    """A file that came in a form.

    `filename` and `content_type` are what the client says. The name has lost its folders and control characters
    (RFC 7578 4.2) and may be ""; it may still be that of another file, which `save` refuses to write over: a name of
    your own is better. Never serve a file back by the type that was claimed.
    """

    __slots__ = ("content_type", "file", "filename", "size")

    def __init__(self, filename: str, content_type: str, buffer: int) -> None:
        self.filename: str = plain_name(filename)
        self.content_type: str = content_type
        self.size: int = 0
        """Bytes."""
        # The wrapper of the standard library, which closes with its content.
        self.file: BinaryIO = cast("BinaryIO", SpooledTemporaryFile(buffer))  # noqa: SIM115 - Form.close closes it
        """The content, open for reading from its beginning; reading may wait for the disk."""

    async def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, or all that are left. Reads in a thread."""
        return await asyncio.to_thread(self.file.read, size)

    async def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the whole file to a path that the application chose. Works in a thread.

        Parameters:
            overwrite: whether to write over a file that is there, or where a link that is there leads.

        Raises FileExistsError if there is something of that name and `overwrite` is not given, OSError if it cannot be
        written; then nothing new is left behind.
        """
        await asyncio.to_thread(self._save, path, overwrite)

    def _save(self, path: str | os.PathLike[str], overwrite: bool) -> None:
        self.file.seek(0)
        with open(path, "wb" if overwrite else "xb") as target:
            try:
                shutil.copyfileobj(self.file, target, 256 * 1024)
            except BaseException:
                if not overwrite:
                    os.unlink(path)
                raise

    def __repr__(self) -> str:
        return f"<Upload {self.filename!r} {self.size} bytes>"


def plain_name(filename: str) -> str:
    """The last part of a name that may be a path, of whatever system; "" for what names a folder."""
    name = _CONTROL.sub("", filename).replace("\\", "/").rpartition("/")[2].strip()
    return "" if name in (".", "..") else name
