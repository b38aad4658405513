"""The memory of idle keep-alive connections: how much a server grows when so many are held open.

Each connection has got one answer, so that what a server makes lazily is there. Servers are started for this, since
what one has freed after a load would hide what it takes.
"""

from __future__ import annotations

import contextlib
import resource
import socket
from dataclasses import dataclass

from jobs import JOBS
from load import WrongAnswer, ask, receive
from peer import Peer

CONNECTIONS = 1000


@dataclass(frozen=True, slots=True)
class Footprint:
    """Resident memory of a server after its first answer in MiB, and in KiB for each connection held."""

    at_rest: float
    per_connection: float


def hold(peer: Peer) -> Footprint:
    """Hold the connections, look, let them go. Raises WrongAnswer, also for a server that closes one meanwhile."""
    job = JOBS["text"]
    request = job.request(peer.port)
    ask(peer, job)
    before = peer.resident_kib()
    with contextlib.ExitStack() as held:
        clients = []
        for _ in range(CONNECTIONS):
            client = held.enter_context(socket.create_connection(("127.0.0.1", peer.port), timeout=10))
            client.send(request)
            receive(client, peer, job)
            clients.append(client)
        after = peer.resident_kib()
        for client in clients:
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                raise WrongAnswer(f"{peer.name} did not hold the connections: {client.recv(100)!r}")
    return Footprint(before / 1024, (after - before) / CONNECTIONS)


def allow_connections() -> None:
    """Raise the limit of open files of this process and of the servers it will start as far as it goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 200
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
