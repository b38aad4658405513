"""Writes multipart/form-data (RFC 7578) as browsers do, for tests of uploads."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence

from growler.http.media import type_by_suffix

File = tuple[str, bytes] | tuple[str, bytes, str]
"""A filename, the contents and, where it is not by the suffix, the media type."""


def multipart(
    form: Mapping[str, str | Sequence[str]], files: Mapping[str, File | Sequence[File]]
) -> tuple[bytes, str]:
    """A body and its Content-Type. The fields come first."""
    boundary = secrets.token_hex(16)
    parts = [*_fields(form), *_files(files)]
    pieces = [b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary.encode(), head.encode(), data) for head, data in parts]
    return b"".join(pieces) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _fields(form: Mapping[str, str | Sequence[str]]) -> Iterator[tuple[str, bytes]]:
    for name, values in form.items():
        for value in [values] if isinstance(values, str) else values:
            yield f'Content-Disposition: form-data; name="{_quoted(name)}"', value.encode()


def _files(files: Mapping[str, File | Sequence[File]]) -> Iterator[tuple[str, bytes]]:
    for name, given in files.items():
        for filename, data, *kind in [given] if isinstance(given, tuple) else given:
            media_type = kind[0] if kind else type_by_suffix(filename) or "application/octet-stream"
            yield (
                f'Content-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(filename)}"\r\n'
                f"Content-Type: {media_type}",
                data,
            )


def _quoted(text: str) -> str:
    """As the HTML standard has it (multipart/form-data encoding algorithm)."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
