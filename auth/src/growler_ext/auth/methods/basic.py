"""A name and a password with every request: `Basic` (RFC 7617), for programs and internal pages.

The work of comparing is that of `Password`; a password that was right is taken for right for a minute, as long as its
hash is still the same, so that a program with 200 calls costs one hash - and one try, if they all come at once.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any

from growler.http.request import Request
from growler_ext.auth.credentials import MAX_LENGTH, credential
from growler_ext.auth.method import NOT_MINE, Accepted, AuthMethod, Outcome, Rejected
from growler_ext.auth.methods.password import MAX_BYTES, Password
from growler_ext.auth.passwords import Hasher
from growler_ext.auth.services import Services
from growler_ext.auth.trying import too_many
from growler_ext.auth.users import User, password_hash
from growler_ext.auth.verified import Verified
from growler_ext.auth.waiting import settled


class Basic(AuthMethod):
    """HTTP Basic. Use it on https only: the password comes with every request.

    Browsers send such a credential by themselves once they have it, so unsafe requests from other sites are refused.

    Parameters:
        realm: what browsers show in their window.
        hasher, workers, queue: as for `Password`.

    Raises ValueError for a realm that is no quoted-string, and as `Password` does.
    """

    name = "basic"

    def __init__(
        self, realm: str = "app", *, hasher: Hasher | None = None, workers: int = 2, queue: int = 64
    ) -> None:
        if not realm.isascii() or not realm.isprintable() or '"' in realm or "\\" in realm:
            raise ValueError(
                f"Basic: realm must be printable ASCII without quotes and backslashes, not {realm!r}"
            )
        self.challenge = f'Basic realm="{realm}", charset="UTF-8"'
        self._password = Password(hasher=hasher, workers=workers, queue=queue)
        # The id of the user and the hash that was compared with.
        self._verified: Verified[tuple[str, str | None]] = Verified()
        self._under_way: dict[tuple[str | None, str], asyncio.Task[Outcome]] = {}

    def wire(self, services: Services) -> Sequence[str]:
        self._services = services
        self._users: Any = services.users
        return [mistake.replace("Password", "Basic") for mistake in self._password.wire(services)]

    def authenticate(self, req: Request) -> Outcome | Awaitable[Outcome]:
        given = credential(req, "basic")
        if given is None:
            return NOT_MINE
        pair = _pair(given)
        return (
            Rejected("not a name and a password in Base64")
            if pair is None
            else self._check(req, given, *pair)
        )

    async def open(self) -> None:
        await self._password.open()

    async def close(self) -> None:
        await self._password.close()

    async def _check(self, req: Request, given: str, login: str, password: str) -> Outcome:
        known = self._verified.get(given)
        if known is not None:
            user: User | None = await settled(self._users.find(login))
            if user is not None and (str(user.id), password_hash(user)) == known:
                return Accepted(user, ("pwd",), ambient=True)
        key = (req.ip, given)
        comparing = self._under_way.get(key)
        if comparing is None:
            comparing = self._under_way[key] = asyncio.create_task(self._compare(req, given, login, password))
            comparing.add_done_callback(lambda _: self._under_way.pop(key, None))
        # A client that leaves must not take the answer from the others that wait for it.
        return await asyncio.shield(comparing)

    async def _compare(self, req: Request, given: str, login: str, password: str) -> Outcome:
        refused = await too_many(self._services, req, login)
        if refused is not None:
            return refused
        outcome = await self._password.check(login, password)
        if not isinstance(outcome, Accepted):
            return outcome
        await self._services.turnstile.succeeded(req.ip, login, None)
        self._verified.add(given, (str(outcome.user.id), password_hash(outcome.user)))
        return replace(outcome, ambient=True)


def _pair(given: str) -> tuple[str, str] | None:
    """Name and password of a credential; None for what is none (RFC 7617 2)."""
    if len(given) > MAX_LENGTH:
        return None
    try:
        text = b64decode(given, validate=True).decode()
    except ValueError:
        return None
    login, colon, password = text.partition(":")
    if not colon or max(len(login.encode()), len(password.encode())) > MAX_BYTES:
        return None
    return login, password
