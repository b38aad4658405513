"""How fast a client is: what it has not taken yet of what was written, and whether it keeps to a least rate."""

from __future__ import annotations

import asyncio
import sys

if sys.platform == "linux":
    import fcntl
    import struct
    import termios

    def _in_kernel(descriptor: int) -> int:
        """Bytes that the other side has not acknowledged (SIOCOUTQ, tcp(7))."""
        answer = fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0\0\0\0")
        return int(struct.unpack("i", answer)[0])

else:

    def _in_kernel(descriptor: int) -> int:
        """Not known here: the transport's own count has to do."""
        return 0


def untaken(transport: asyncio.Transport) -> int:
    """Bytes the client still has to take: those the transport holds and those the kernel does.

    The transport alone does not tell a slow client from a dead one: it can pass on more only when the kernel's buffer
    is a third empty, and that may hold megabytes.
    """
    held = transport.get_write_buffer_size()
    sock = transport.get_extra_info("socket")
    try:
        return held + _in_kernel(sock.fileno())
    except (AttributeError, OSError, ValueError):  # no socket, or closed already
        return held


class Pace:
    """Measures one transfer, from its first look at it on, in periods.

    Parameters:
        now: seconds, of any clock.
        done: bytes so far.
    """

    __slots__ = ("_begun", "_done")

    def __init__(self, now: float, done: int) -> None:
        self._begun = now
        self._done = done

    def is_kept(self, now: float, done: int, *, period: float, rate: float) -> bool:
        """Whether so many bytes a second were done in the period that ends now; True if none ends."""
        seconds, count = now - self._begun, done - self._done
        if seconds < period:
            return True
        self._begun, self._done = now, done
        return count >= rate * seconds
