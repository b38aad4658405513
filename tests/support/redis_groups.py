"""Several real Redis servers that know of each other: a cluster, and a master with a replica under Sentinel."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import redis

from support.redis_server import RedisServer, wait_until

_SLOTS = 16384


@contextlib.contextmanager
def running_cluster(binary: str, folder: Path, *, replica: bool = False) -> Iterator[list[RedisServer]]:
    """Three masters that share the slots; and a fourth node that is a replica of the first, if it is wanted."""
    with contextlib.ExitStack() as stack:
        nodes = [
            stack.enter_context(
                RedisServer(
                    binary, "--cluster-enabled", "yes", "--cluster-config-file", str(folder / f"node{number}.conf"),
                    "--cluster-node-timeout", "500", "--cluster-require-full-coverage", "no",
                    "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0",
                )
            )
            for number in range(3 + replica)
        ]  # fmt: skip
        clients = [stack.enter_context(node.client()) for node in nodes]
        for number, client in enumerate(clients[:3]):
            first, last = number * _SLOTS // 3, (number + 1) * _SLOTS // 3
            client.execute_command("CLUSTER ADDSLOTS", *range(first, last))
            client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
        for node in nodes[1:]:
            clients[0].execute_command("CLUSTER MEET", "127.0.0.1", node.port)
        wait_until(lambda: all(_knows(client, len(nodes)) for client in clients))
        if replica:
            master = clients[0].execute_command("CLUSTER MYID")
            wait_until(lambda: is_done(clients[3], "CLUSTER REPLICATE", master))
            wait_until(lambda: clients[3].info("replication")["master_link_status"] == "up")
            wait_until(lambda: all(len(_replicas(client)) == 1 for client in clients))
        yield nodes


@contextlib.contextmanager
def running_sentinel(binary: str, folder: Path) -> Iterator[tuple[RedisServer, RedisServer, RedisServer]]:
    """A master, its replica, and a Sentinel that watches over "mymaster"."""
    with contextlib.ExitStack() as stack:
        master = stack.enter_context(RedisServer(binary, "--repl-diskless-sync-delay", "0"))
        replica = stack.enter_context(RedisServer(binary, "--replicaof", "127.0.0.1", str(master.port)))
        with replica.client() as client:
            wait_until(lambda: client.info("replication")["master_link_status"] == "up")
        settings = folder / "sentinel.conf"
        settings.write_text(
            f"sentinel monitor mymaster 127.0.0.1 {master.port} 1\n"
            "sentinel down-after-milliseconds mymaster 300\n"
            "sentinel failover-timeout mymaster 2000\n"
        )
        sentinel = stack.enter_context(SentinelServer(binary, settings))
        with sentinel.client() as client:
            wait_until(lambda: client.sentinel_master("mymaster")["num-slaves"] == 1)
        yield master, replica, sentinel


class SentinelServer(RedisServer):
    """redis-server as a Sentinel, which takes other options."""

    def __init__(self, binary: str, settings: Path) -> None:
        super().__init__(binary)
        self._command = [binary, str(settings), "--sentinel", "--port", str(self.port), "--bind", "127.0.0.1"]


def _knows(client: redis.Redis, nodes: int) -> bool:
    info = client.execute_command("CLUSTER INFO")
    text = info if isinstance(info, dict) else dict(line.split(":") for line in info.decode().split())
    return text["cluster_state"] == "ok" and int(text["cluster_known_nodes"]) == nodes


def _replicas(client: redis.Redis) -> list[object]:
    return [node for entry in client.execute_command("CLUSTER SLOTS") for node in entry[3:]]


def is_done(client: redis.Redis, *command: str | bytes) -> bool:
    """Whether a command is not refused (yet)."""
    try:
        client.execute_command(*command)
    except redis.ResponseError:
        return False
    return True
