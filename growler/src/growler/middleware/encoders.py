"""The codings themselves: gzip from the standard library, zstd and br from libraries that may be missing.

An encoder takes a body in pieces: `encode` keeps what it likes, `flush` gives all so far in a form that the client
can decode at once, `finish` gives the rest. Nothing is kept from one answer for another.
"""

from __future__ import annotations

import importlib.util
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol


class Encoder(Protocol):
    """One body on its way; no method may be called behind `finish`."""

    def encode(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes: ...
    def finish(self) -> bytes: ...


class Coding(NamedTuple):
    """A content coding.

    Parameters:
        make: given a level, an encoder.
        level: the usual one: about as fast as gzip's, for pages that are made for each request.
        levels: those there are.
        module: the library it needs.
    """

    make: Callable[[int], Encoder]
    level: int
    levels: range
    module: str

    @property
    def is_installed(self) -> bool:
        return importlib.util.find_spec(self.module) is not None


class GzipEncoder:
    """gzip (RFC 1952)."""

    def __init__(self, level: int) -> None:
        self._compressor = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        self.encode: Callable[[bytes], bytes] = self._compressor.compress

    def flush(self) -> bytes:
        return self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._compressor.flush(zlib.Z_FINISH)


class BrotliEncoder:
    """br (RFC 7932)."""

    def __init__(self, level: int) -> None:
        import brotli  # needed only where it was chosen

        # A window of 512 KiB: the usual 4 MiB would be held by every open stream.
        compressor = brotli.Compressor(quality=level, lgwin=19)
        self.encode: Callable[[bytes], bytes] = compressor.process
        self.flush: Callable[[], bytes] = compressor.flush
        self.finish: Callable[[], bytes] = compressor.finish


class ZstdEncoder:
    """zstd (RFC 8878); no level up to 19 has a window above the 8 MiB of RFC 9659."""

    def __init__(self, level: int) -> None:
        import zstandard  # needed only where it was chosen

        self._block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        self._compressor: Any = zstandard.ZstdCompressor(level).compressobj()
        self.encode: Callable[[bytes], bytes] = self._compressor.compress

    def flush(self) -> bytes:
        flushed: bytes = self._compressor.flush(self._block)
        return flushed

    def finish(self) -> bytes:
        finished: bytes = self._compressor.flush()
        return finished


CODINGS: Mapping[str, Coding] = {
    "zstd": Coding(ZstdEncoder, 3, range(1, 20), "zstandard"),
    "br": Coding(BrotliEncoder, 4, range(12), "brotli"),
    "gzip": Coding(GzipEncoder, 6, range(1, 10), "zlib"),
}
"""By their names in Accept-Encoding, the best first."""
