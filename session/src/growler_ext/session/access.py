"""`Access`: what a session's mapping knows of the request it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, Protocol

from growler_ext.session.state import State


class Access(Protocol):
    """The way from a session to where it is kept, for one request."""

    state: State | None
    live: State | None
    """The state while `read` and `write` would do nothing but return it, else None. To look here first spares the
    call, which costs more than most of what is done with a session."""
    user_key: str | None

    def read(self) -> State:
        """The loaded session; it will be looked at again before the answer leaves."""

    def write(self, *, new_id: bool = False) -> State:
        """The same for a change. Raises RuntimeError once it could not be saved any more."""

    async def save(self) -> None:
        """Save what has changed, now."""

    async def load(self) -> None:
        """Load it, if it is not."""


class Now:
    """What `regenerate`, `destroy` and `bind` return: awaiting it saves at once, not awaiting it costs nothing."""

    __slots__ = ("_save",)

    def __init__(self, save: Callable[[], Awaitable[None]]) -> None:
        self._save = save

    def __await__(self) -> Generator[Any, None, None]:
        return self._save().__await__()
