"""starsessions in memory."""

from _session_starsessions import run
from starsessions import InMemoryStore

if __name__ == "__main__":
    run(InMemoryStore())
