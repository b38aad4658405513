"""Reads multipart/form-data (RFC 7578) as it arrives, within the limits; python-multipart finds the parts.

`MultipartReader` turns pieces of the body into fields and into writes that have still to be made, without doing
any of them; `read_multipart` feeds it and makes the writes, in a thread as soon as a file has gone to disk.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from growler.http.errors import HTTPErrorBadRequest, HTTPErrorRequestEntityTooLarge
from growler.http.forms import Form, Upload
from growler.limits import Limits

# Small pieces are gathered: a body of single bytes must not cost a turn of the parser, or a thread, for each.
BATCH = 64 * 1024

# Browsers send two fields per part; the library's own bound on their size cannot be told from other mistakes.
MAX_PART_FIELDS = 16
NO_BOUND = 2**62

# The library warns of every malformed body. That is the client's mistake, and the 400 says so to the client: clients
# do not write our log.
_SILENT = logging.Logger("multipart")
_SILENT.disabled = True

# RFC 2046 5.1.1
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]").fullmatch


async def read_multipart(content_type: str, pieces: AsyncIterator[bytes], limits: Limits) -> Form:
    """The form that a body holds.

    Parameters:
        content_type: the field's value, with the boundary.
        pieces: the body as it arrives.

    Raises HTTPErrorBadRequest for what is no such form, HTTPErrorRequestEntityTooLarge over one of the limits.
    """
    reader = MultipartReader(content_type, limits)
    try:
        batch, size = bytearray(), 0
        async for piece in pieces:
            size += len(piece)
            if size > limits.max_form:
                raise HTTPErrorRequestEntityTooLarge(f"a form may have {limits.max_form} bytes")
            batch += piece
            if len(batch) >= BATCH:
                await _take_in(reader, bytes(batch), limits.file_buffer)
                batch.clear()
        await _take_in(reader, bytes(batch), limits.file_buffer)
        return reader.finish()
    except BaseException:
        reader.close()
        raise


async def _take_in(reader: MultipartReader, data: bytes, buffer: int) -> None:
    reader.feed(data)
    writes = reader.take_writes()
    if any(upload.size > buffer for upload, _ in writes):
        await asyncio.to_thread(_write, writes)
    else:
        _write(writes)


def _write(writes: list[tuple[Upload, bytes]]) -> None:
    for upload, data in writes:
        upload.file.write(data)


class MultipartReader:
    """Fields and files of a body that is fed in pieces; no piece is written by it."""

    def __init__(self, content_type: str, limits: Limits) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        if not _BOUNDARY(boundary):
            raise HTTPErrorBadRequest("the form's Content-Type has no boundary as in RFC 2046 5.1.1")
        self._limits = limits
        self._fields: list[tuple[str, str]] = []
        self._files: list[tuple[str, Upload]] = []
        self._writes: list[tuple[Upload, bytes]] = []
        self._ended = False
        self._text_size = 0  # of all text fields
        self._file_count = 0  # with those that are dropped because they are empty
        self._name = ""
        self._text: bytearray | None = None  # of the part that is being read, if it is a field
        self._upload: Upload | None = None  # if it is a file
        self._begin_part()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_to_header_name,
                "on_header_value": self._add_to_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_head,
                "on_part_data": self._add_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
            max_header_count=MAX_PART_FIELDS,
            max_header_size=NO_BOUND,
        )
        self._parser.logger = _SILENT

    def feed(self, data: bytes) -> None:
        """Take in a piece. Raises HTTPErrorBadRequest, HTTPErrorRequestEntityTooLarge."""
        try:
            self._parser.write(data)
        except MultipartParseError:
            raise HTTPErrorBadRequest("the body is not multipart/form-data") from None

    def take_writes(self) -> list[tuple[Upload, bytes]]:
        """What has to be written to which file now; each is handed out once."""
        writes, self._writes = self._writes, []
        return writes

    def finish(self) -> Form:
        """The form; the body has ended, and all writes were made."""
        if not self._ended:
            raise HTTPErrorBadRequest("the form breaks off before its last boundary")
        for _, upload in self._files:
            upload.file.seek(0)
        return Form(self._fields, self._files)

    def close(self) -> None:
        """Close what was opened, for a form that is not to be finished."""
        for _, upload in self._files:
            upload.file.close()
        if self._upload is not None:
            self._upload.file.close()

    # What the parser calls

    def _begin_part(self) -> None:
        self._head: dict[bytes, bytes] = {}
        self._head_size = 0
        self._header_name = self._header_value = b""

    def _add_to_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]
        self._count_head(end - start)

    def _add_to_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]
        self._count_head(end - start)

    def _count_head(self, size: int) -> None:
        self._head_size += size
        if self._head_size > self._limits.max_part_head:
            raise HTTPErrorRequestEntityTooLarge(
                f"the header fields of a form's part may have {self._limits.max_part_head} bytes"
            )

    def _end_header(self) -> None:
        self._head.setdefault(self._header_name.lower(), self._header_value)
        self._header_name = self._header_value = b""

    def _end_head(self) -> None:
        disposition = self._head.get(b"content-disposition", b"").decode("latin-1")
        kind, options = parse_options_header(disposition)
        if kind != b"form-data" or b"name" not in options:
            # RFC 7578 4.2: each part has both
            raise HTTPErrorBadRequest("a part of the form has no name")
        self._name = options[b"name"].decode("utf-8", "replace")
        filename = options.get(b"filename")
        if filename is None:
            self._text = bytearray()
            self._count_text(len(self._name))
            if len(self._fields) == self._limits.max_query_fields:
                raise HTTPErrorRequestEntityTooLarge(
                    f"a form may have {self._limits.max_query_fields} fields"
                )
        else:
            self._file_count += 1
            if self._file_count > self._limits.max_form_files:
                raise HTTPErrorRequestEntityTooLarge(f"a form may have {self._limits.max_form_files} files")
            claimed = self._head.get(b"content-type", b"").decode("latin-1").strip()
            self._upload = Upload(
                filename.decode("utf-8", "replace"),
                claimed or "application/octet-stream",
                self._limits.file_buffer,
            )

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._upload is not None:
            self._upload.size += end - start
            self._writes.append((self._upload, data[start:end]))
        elif self._text is not None:
            self._text += data[start:end]
            if len(self._text) > self._limits.max_form_field:
                raise HTTPErrorRequestEntityTooLarge(
                    f"a field of a form may have {self._limits.max_form_field} bytes"
                )
            self._count_text(end - start)

    def _count_text(self, size: int) -> None:
        self._text_size += size
        if self._text_size > self._limits.max_body:
            raise HTTPErrorRequestEntityTooLarge(
                f"the text fields of a form may have {self._limits.max_body} bytes"
            )

    def _end_part(self) -> None:
        upload, text = self._upload, self._text
        self._upload = self._text = None
        if text is not None:
            self._fields.append((self._name, text.decode("utf-8", "replace")))
        elif upload is not None:
            if upload.size or upload.filename:
                self._files.append((self._name, upload))
            else:
                upload.file.close()  # what a browser sends for a file input that was left empty

    def _end(self) -> None:
        self._ended = True
