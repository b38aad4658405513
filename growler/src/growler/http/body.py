"""What a response may have as its body: bytes, an open file or an async iterator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(slots=True)
class FileBody:
    """`count` bytes of an open file, from `offset`. The file is closed when the exchange is over."""

    file: BinaryIO
    offset: int
    count: int


Body = bytes | FileBody | AsyncIterator[bytes]
