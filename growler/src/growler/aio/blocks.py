"""`Blocks`: header fields that come again and again, and what they say of how requests are framed."""

from __future__ import annotations

from typing import Final

from growler.aio.received import Block, Framing, Refused, examine, framing_fields

# Blocks that a server remembers, up to this length: five megabytes of what browsers send, with what they are split into
# and what is derived from that, and fifty of the worst that anybody can think of.
REMEMBERED: Final = 1024
SHORT: Final = 1024


class Blocks:
    """The header fields of a server's requests, all of them HTTP/1.1.

    A proxy sends the requests of many clients on one connection, and those of a client on many. Remembered is what
    comes a second time: fields that are never the same, with an id for each request, would only push out the others.
    """

    def __init__(self) -> None:
        self.known: dict[bytes, Block] = {}
        self._seen: set[int] = set()  # hashes of what came once
        self._framings: dict[tuple[tuple[bytes, bytes], ...], Framing] = {}

    def block_of(self, raw: bytes, max_fields: int) -> Block:
        """What was made of these bytes before, or is now. Raises Refused."""
        block = self.known.get(raw)
        if block is None:
            block = Block(raw, self._framing_of(raw, max_fields))
            if len(raw) <= SHORT:
                self._remember(block)
        return block

    def _remember(self, block: Block) -> None:
        mark = hash(block.raw)
        if mark in self._seen:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[block.raw] = block
        else:
            if len(self._seen) >= 4 * REMEMBERED:
                self._seen.clear()
            self._seen.add(mark)

    def _framing_of(self, raw: bytes, max_fields: int) -> Framing:
        if raw.count(b"\n") - 1 > max_fields:
            raise Refused(431)
        # A handful of these fields say the same for thousands of requests that differ elsewhere.
        found = tuple(framing_fields(raw))
        framing = self._framings.get(found)
        if framing is None:
            framing = examine(found, b"HTTP/1.1")
            if len(raw) <= SHORT:
                if len(self._framings) >= REMEMBERED:
                    self._framings.clear()
                self._framings[found] = framing
        return framing
