"""One way to call sync and async directories of users, for the contract's tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from growler_ext.auth.users import Identity
from growler_ext.auth.waiting import settled


class OpenedUsers:
    """A directory whose answers are there at once, whichever kind it is; closed at the end of a `with`.

    Parameters:
        open_users, add, close_users: of the contract.
    """

    def __init__(
        self, open_users: Callable[[], Any], add: Callable[..., Any], close_users: Callable[[Any], Any]
    ) -> None:
        self._open = open_users
        self._add = add
        self._close = close_users
        self._runner = asyncio.Runner()

    def __enter__(self) -> OpenedUsers:
        self.users: Any = self._now(self._open)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._now(self._close, self.users)
        finally:
            self._runner.close()

    def add(self, login: str, **fields: Any) -> Any:
        """Make a user, and give it back as the directory does."""
        self._now(self._add, self.users, login, **fields)
        user = self.find(login)
        assert user is not None, f"add() made {login!r}, but find({login!r}) does not find it"
        return user

    def get(self, id: str) -> Any:
        return self._now(self.users.get, id)

    def find(self, login: str) -> Any:
        return self._now(self.users.find, login)

    def save_hash(self, user: Any, password_hash: str) -> None:
        self._now(self.users.save_hash, user, password_hash)

    def identity(self, who: Identity) -> Any:
        return self._now(self.users.identity, who)

    def at_once(self, calls: Iterable[Callable[[], Any]]) -> list[Any]:
        """The answers of calls that an async directory is given at the same time; errors are among them."""
        return self._runner.run(_gather(calls))

    def _now(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        # Inside the loop also where it is sync: what a directory opens may belong to the loop.
        async def call() -> Any:
            return await settled(function(*arguments, **named))

        return self._runner.run(call())


async def _gather(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    async def one(call: Callable[[], Any]) -> Any:
        return await settled(call())

    return await asyncio.gather(*(one(call) for call in calls), return_exceptions=True)
