"""`python3 run.py bench --soak`: whether anything grows in a native server under a mixed load.

Rounds of load with a pause behind each: when the last connection has gone, the server counts what is left in it. The
first rounds warm up; from then on no count may grow, and the memory by no more than an allocator's play.
"""

from __future__ import annotations

import asyncio
import json
import time
from statistics import median
from typing import Any

import peer
from soak_clients import MIX, Client, ask, get

ROUND = 10.0  # seconds of load
PATIENCE = 10.0  # seconds until the server must have got rid of all connections
WARM_UP = 0.25  # of all rounds
ENOUGH = 12  # samples, for memory to be judged
COUNTS = ("open files", "tasks", "requests", "responses", "exchanges", "connections")
MEMORY = "RSS MiB"
OBJECTS = "objects"
COLUMNS = ("seconds", "asked", MEMORY, *COUNTS, OBJECTS)
WIDTH = {name: max(len(name), 7) for name in COLUMNS}
PLAY = {MEMORY: 2.0, OBJECTS: 200}  # what the last rounds may have more than the first ones that count

Sample = dict[str, float]


def soak(seconds: float) -> int:
    """Run it; 1 if something has grown."""
    print(f"{sum(MIX.values())} clients of {len(MIX)} kinds, for {seconds:g} s", flush=True)
    with peer.running("_soak_app") as server:
        samples = asyncio.run(_run(server, seconds))
    grown = grown_in(samples)
    print(f"grown: {', '.join(grown)}" if grown else "nothing has grown")
    return 1 if grown else 0


async def _run(server: peer.Peer, seconds: float) -> list[Sample]:
    begun = time.monotonic()
    samples: list[Sample] = []
    print(" | ".join(f"{name:>{WIDTH[name]}}" for name in COLUMNS))
    while time.monotonic() - begun < seconds:
        await _load(server.port, min(ROUND, seconds / 8))
        sample = {
            **await _quiet(server.port),
            MEMORY: server.resident_kib() / 1024,
            "seconds": time.monotonic() - begun,
        }
        samples.append(sample)
        print(" | ".join(f"{sample[name]:{WIDTH[name]}.{name == MEMORY:d}f}" for name in COLUMNS), flush=True)
    return samples


async def _load(port: int, seconds: float) -> None:
    clients = [
        asyncio.create_task(_persist(client, port)) for client, count in MIX.items() for _ in range(count)
    ]
    done, _ = await asyncio.wait(clients, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in clients:
        task.cancel()
    await asyncio.wait(clients)
    for task in done:
        task.result()  # raises WrongAnswer


async def _persist(client: Client, port: int) -> None:
    while True:
        try:
            await client(port)
        except (OSError, EOFError):
            # Ended by the server: what most of them are here for.
            await asyncio.sleep(0.01)


async def _quiet(port: int) -> dict[str, Any]:
    """What is left when only the one who asks is connected. Raises WrongAnswer if others stay."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    deadline = time.monotonic() + PATIENCE
    while True:
        census: dict[str, Any] = json.loads(await ask(reader, writer, get("/census"), 200))
        if census["connections"] == 1 or time.monotonic() > deadline:
            writer.close()
            return census
        await asyncio.sleep(0.2)


def grown_in(samples: list[Sample]) -> list[str]:
    """The names of what is more in the last third of the samples than in the first, after the warm-up.

    A short run is all warm-up: of its memory and objects nothing can be said.
    """
    counting = samples[round(len(samples) * WARM_UP) :]
    third = max(1, len(counting) // 3)
    return [
        name
        for name in (*COUNTS, *((MEMORY, OBJECTS) if len(samples) >= ENOUGH else ()))
        if _middle(counting[-third:], name) - _middle(counting[:third], name) > PLAY.get(name, 0)
    ]


def _middle(samples: list[Sample], name: str) -> float:
    return median(sample[name] for sample in samples)
