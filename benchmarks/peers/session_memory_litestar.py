"""Litestar's session in memory."""

from _session_litestar import run
from litestar.stores.memory import MemoryStore

if __name__ == "__main__":
    run(MemoryStore())
