"""Bytes over a real socket, for what no well-behaved client would send."""

from __future__ import annotations

import socket
from collections.abc import Iterable


class Raw:
    """One connection: `send`, then `read_until_closed` or `read_replies`."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.sendall(piece)

    def read_until_closed(self) -> bytes:
        """All that comes until the server closes."""
        data = bytearray()
        try:
            while piece := self.socket.recv(65536):
                data += piece
        except ConnectionResetError:
            pass
        return bytes(data)

    def read_until(self, mark: bytes) -> bytes:
        """What comes up to and with the mark."""
        data = b""
        while not data.endswith(mark):
            piece = self.socket.recv(1)
            if not piece:
                raise AssertionError(f"closed before {mark!r}: {data!r}")
            data += piece
        return data

    def read_reply(self) -> tuple[int, bytes, bytes]:
        """Status, head and body of one answer that has a Content-Length."""
        head = self.read_until(b"\r\n\r\n")
        size = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        body = b""
        while len(body) < size:
            body += self.socket.recv(size - len(body))
        return int(head[9:12]), head, body

    def is_closed(self) -> bool:
        """Whether the server closes; waits for it."""
        return self.read_until_closed() == b""


def get(target: bytes = b"/", *lines: bytes) -> bytes:
    """A GET request with a Host and further header lines."""
    return b"GET %b HTTP/1.1\r\nHost: x\r\n%b\r\n" % (target, b"".join(line + b"\r\n" for line in lines))


def bytewise(data: bytes) -> Iterable[bytes]:
    return (data[i : i + 1] for i in range(len(data)))
