"""A load generator: so many connections, each with one request under way, from one thread with epoll.

Written here because none of the known ones comes as a Python package, and a benchmark that anybody can run needs
one. It does as little as possible per answer - one read, one write - and is several times as fast as what it loads.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast


@dataclass(frozen=True, slots=True)
class Result:
    """Requests per second, latency percentiles in milliseconds, the server's CPU time per request in microseconds."""

    per_second: float
    p50: float
    p99: float
    cpu: float


def run_load(port: int, pid: int, path: str, connections: int, seconds: float) -> Result:
    """Ask for one path for so long. Raises AssertionError for an answer that is not as expected."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n"
    ).encode()
    size = _answer_size(port, request)
    with selectors.DefaultSelector() as selector:
        clock = time.perf_counter
        latencies: list[float] = []
        for _ in range(connections):
            client = socket.create_connection(("127.0.0.1", port))
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # When the request left, and how much of its answer is still to come.
            selector.register(client, selectors.EVENT_READ, [clock(), size])
            client.send(request)
        begun = now = clock()
        cpu = _cpu_seconds(pid)
        end = begun + seconds
        while now < end:
            for key, _ in selector.select(1):
                client = cast("socket.socket", key.fileobj)
                state = key.data
                state[1] -= len(client.recv(65536))
                if state[1] <= 0:
                    assert state[1] == 0, "an answer of another size"
                    now = clock()
                    latencies.append(now - state[0])
                    state[:] = now, size
                    client.send(request)
        cpu = _cpu_seconds(pid) - cpu
        for key in list(selector.get_map().values()):
            cast("socket.socket", key.fileobj).close()
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.99))
    return Result(len(latencies) / (now - begun), p50, p99, cpu / len(latencies) * 1e6)


def _answer_size(port: int, request: bytes) -> int:
    """How many bytes one answer has; all of one path are alike."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.send(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += client.recv(65536)
        head, _, _ = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        lengths = [
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        ]
        return len(head) + 4 + lengths[0]


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process so far; NaN where the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
