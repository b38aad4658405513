"""A load generator: so many connections, each with one request (or one pipeline) under way, from one thread.

Written here because none of the known ones comes as a Python package, and a benchmark that anybody can run needs
one. One read and one write per answer: it costs what wrk costs, nearly all of it in the system's calls. It says how
busy it was itself: as long as that is well below 100 %, the server was the bottleneck.
"""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from jobs import Job
from peer import Peer

PATIENCE = 10.0  # seconds without any answer until a run is given up


class WrongAnswer(Exception):
    """A peer that did not answer as the job wants. Figures of such a run would mean nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run of a load.

    Parameters:
        per_second: requests answered per second.
        p50, p99: percentiles of the latency in milliseconds; with pipelining, from the first request of a pipeline to
            its last answer.
        cpu: the server's CPU time per request in microseconds.
        load: how busy the load generator was, as a share of one core.
    """

    per_second: float
    p50: float
    p99: float
    cpu: float
    load: float


def run_load(peer: Peer, job: Job, connections: int, seconds: float) -> Result:
    """Do a job for so long. Raises WrongAnswer."""
    alike = begin(peer, job)
    clock = time.perf_counter
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            batch, size = begin(peer, job) if job.has_sessions else alike
            client = socket.create_connection(("127.0.0.1", peer.port))
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # When a batch left, how much of its answers is still to come, what to send, how long its answers are.
            selector.register(client, selectors.EVENT_READ, [clock(), size, batch, size])
            client.send(next(batch))
        cpu, own_cpu = peer.cpu_seconds(), time.process_time()
        begun = now = clock()
        end = begun + seconds
        while now < end:
            ready = selector.select(PATIENCE)
            if not ready:
                raise WrongAnswer(f"{peer.name}: no answer for {PATIENCE:.0f} s")
            for key, _ in ready:
                client = cast("socket.socket", key.fileobj)
                state = key.data
                received = len(client.recv(65536))
                state[1] -= received
                if state[1] <= 0 or not received:
                    if state[1]:
                        raise WrongAnswer(f"{peer.name}: an answer of another size, or none: {job.title}")
                    now = clock()
                    latencies.append(now - state[0])
                    state[:2] = now, state[3]
                    client.send(next(state[2]))
        cpu, own_cpu = peer.cpu_seconds() - cpu, time.process_time() - own_cpu
        for key in list(selector.get_map().values()):
            _finish(cast("socket.socket", key.fileobj), key.data[1])
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.99))
    took, requests = now - begun, len(latencies) * job.pipeline
    return Result(requests / took, p50, p99, cpu / requests * 1e6, own_cpu / took)


def _finish(client: socket.socket, remaining: int) -> None:
    """Wait for what is under way, which would else cost the server time while the next one is measured."""
    client.settimeout(PATIENCE)
    with client:
        while remaining > 0 and (received := len(client.recv(65536))):
            remaining -= received


def begin(peer: Peer, job: Job) -> tuple[Iterator[bytes], int]:
    """What a connection sends, batch by batch, and how many bytes it gets for each: all answers are alike.

    Raises WrongAnswer.
    """
    cookie, etag = new_cookie(peer, job), known_etag(peer, job)
    answer = ask(peer, job, cookie, etag)
    batches = [job.request(peer.port, cookie, etag, id) * job.pipeline for id in job.ids]
    return itertools.cycle(batches), len(answer) * job.pipeline


def new_cookie(peer: Peer, job: Job) -> str:
    """The cookie of a new session; "" if the job is about something else. Raises WrongAnswer."""
    if not job.has_sessions:
        return ""
    cookie = _field(ask(peer, job), b"set-cookie").partition(";")[0]
    if not cookie:
        raise WrongAnswer(f"{peer.name} has begun no session")
    return cookie


def known_etag(peer: Peer, job: Job) -> str:
    """The tag of the answer that the client has already; "" if the job asks for all of it. Raises WrongAnswer."""
    return _field(ask(peer, job), b"etag") if job.known else ""


def ask(peer: Peer, job: Job, cookie: str = "", etag: str = "") -> bytes:
    """Ask once, and return the answer. Raises WrongAnswer."""
    with socket.create_connection(("127.0.0.1", peer.port), timeout=PATIENCE) as client:
        client.send(job.request(peer.port, cookie, etag))
        return receive(client, peer, job, unchanged=bool(etag))


def receive(client: socket.socket, peer: Peer, job: Job, *, unchanged: bool = False) -> bytes:
    """Read one answer, which is to be a 304 if the client has it already. Raises WrongAnswer."""
    answer = bytearray()
    end_of_head = -1
    while chunk := client.recv(65536):
        answer += chunk
        if end_of_head < 0:
            end_of_head = answer.find(b"\r\n\r\n")
        if end_of_head >= 0 and len(answer) >= end_of_head + 4 + _content_length(bytes(answer[:end_of_head])):
            break
    status, body = answer[:13], bytes(answer[end_of_head + 4 :])
    right = status == b"HTTP/1.1 304 " and not body if unchanged else job.is_answered_by(body)
    if not right or not (unchanged or status == b"HTTP/1.1 200 "):
        raise WrongAnswer(f"{peer.name} does not answer {job.path} as it should:\n{answer[:1000].decode()}")
    return bytes(answer)


def _content_length(head: bytes) -> int:
    """How many bytes follow. RFC 9110 8.6: the length in a 304 is that of another answer."""
    return 0 if head.startswith(b"HTTP/1.1 304 ") else int(_field(head, b"content-length") or 0)


def _field(answer: bytes, wanted: bytes) -> str:
    """The value of a header field of an answer; "" where it has none."""
    for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == wanted:
            return value.strip().decode()
    return ""
