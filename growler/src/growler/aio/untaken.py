"""How much of what was written a client has not taken yet: what the transport holds and what the kernel does.

The transport alone does not tell a slow client from a dead one: it can pass on more only when the kernel's buffer
is a third empty, and that may hold megabytes.
"""

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
    """Bytes the client still has to take."""
    held = transport.get_write_buffer_size()
    sock = transport.get_extra_info("socket")
    try:
        return held + _in_kernel(sock.fileno())
    except (AttributeError, OSError, ValueError):  # no socket, or closed already
        return held
