"""`Refreshing`: a refresh token is used once, however many requests, tabs and processes need it at the same time.

Providers that rotate refresh tokens take a second use for theft and end the login. So whoever comes while one is used
waits for it, and whoever comes a little later with the same old token gets what came of it. Between processes
the result waits in `Shared`, sealed with a key that only those can make who have the old token.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from growler_ext.auth.provider.grant import EARLY_SECONDS
from growler_ext.auth.provider.web import SECONDS, ProviderError, in_time
from growler_ext.auth.shared import Shared
from growler_ext.auth.tokens import is_time

Answer = Mapping[str, Any]

REMEMBER_SECONDS = 60
"""How long requests under way may come with what they read in their session before the tokens were renewed."""

REMEMBER_ROTATED_SECONDS = 3600
"""The same where the old refresh token is dead, and to use it would end the login: streams and sockets last long, and
what they renew after their answer has begun is in no session."""

_CLAIM_SECONDS = SECONDS + 2
_POLL_SECONDS = 0.1
_MAX_REMEMBERED = 1000
_FAILED = b"failed"


class Refreshing:
    """
    Parameters:
        name: of the method.
        shared: where other processes are told.
        key: of the Auth, 32 bytes.
    """

    def __init__(self, name: str, shared: Shared, key: bytes) -> None:
        self._name = name
        self._shared = shared
        self._key = key
        self._running: OrderedDict[str, asyncio.Task[Answer]] = OrderedDict()

    async def once(self, token: str, use: Callable[[], Awaitable[Answer]]) -> Answer:
        """What came of using a refresh token.

        Parameters:
            use: asks the provider. A ProviderError with a code (RFC 6749 5.2) stands; after another it may be tried
                again.

        Raises ProviderError.
        """
        digest = hashlib.sha256(token.encode()).hexdigest()
        task = self._running.get(digest)
        if task is None or task.get_loop() is not asyncio.get_running_loop():
            task = self._running[digest] = asyncio.create_task(self._run(digest, token, use))
            task.add_done_callback(lambda done: self._forget_later(digest, token, done))
            if len(self._running) > _MAX_REMEMBERED:
                self._running.popitem(last=False)
        # It goes on if the client leaves: the old token is used up, so what comes of it must be kept.
        return await asyncio.shield(task)

    def _forget_later(self, digest: str, token: str, task: asyncio.Task[Answer]) -> None:
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or (error is not None and not getattr(error, "code", "")):
            self._forget(digest, task)
        else:
            seconds = REMEMBER_SECONDS if error is not None else _worth(token, task.result())
            asyncio.get_running_loop().call_later(seconds, self._forget, digest, task)

    def _forget(self, digest: str, task: asyncio.Task[Answer]) -> None:
        if self._running.get(digest) is task:
            del self._running[digest]

    async def _run(self, digest: str, token: str, use: Callable[[], Awaitable[Answer]]) -> Answer:
        if not self._shared.across_processes:
            return await _used(use)
        place = f"refreshed {self._name} {digest}"
        found = await self._found(place, token)
        if found is not None:
            return found
        if not await self._shared.burn(f"refresh {self._name} {digest}", _CLAIM_SECONDS):
            return await self._wait(place, token)
        # Who looked it up at the same moment had it in hand.
        found = await self._found(place, token)
        if found is not None:
            return found
        try:
            answer = await _used(use)
        except ProviderError:
            await self._shared.put(place, _FAILED, 1)
            raise
        seconds = _worth(token, answer)
        await self._shared.put(place, self._sealed(token, answer, time.time() + seconds), seconds)
        return answer

    async def _wait(self, place: str, token: str) -> Answer:
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    found = await self._found(place, token)
                    if found is not None:
                        return found
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise ProviderError("another process has not renewed the tokens in time", late=True) from None

    async def _found(self, place: str, token: str) -> Answer | None:
        sealed = await self._shared.take(place)
        if sealed is None:
            return None
        if sealed == _FAILED:
            await self._shared.put(place, sealed, 1)
            raise ProviderError("another process could not renew the tokens")
        opened = self._opened(token, sealed)
        if opened is None or opened["until"] <= time.time():
            return None
        # There may be others who need it.
        await self._shared.put(place, sealed, opened["until"] - time.time())
        answer: Answer = opened["answer"]
        return answer

    def _sealed(self, token: str, answer: Answer, until: float) -> bytes:
        from joserfc import jwe

        header = {"alg": "dir", "enc": "A256GCM"}
        text = json.dumps({"answer": dict(answer), "until": until})
        return jwe.encrypt_compact(header, text.encode(), self._sealing_key(token)).encode()

    def _opened(self, token: str, sealed: bytes) -> dict[str, Any] | None:
        from joserfc import jwe
        from joserfc.errors import JoseError

        try:
            plain = jwe.decrypt_compact(sealed, self._sealing_key(token)).plaintext
            opened: dict[str, Any] = json.loads(plain or b"")
        except (JoseError, ValueError):
            return None
        return opened

    def _sealing_key(self, token: str) -> Any:
        from joserfc.jwk import OctKey

        return OctKey.import_key(hmac.digest(self._key, token.encode(), "sha256"))


async def _used(use: Callable[[], Awaitable[Answer]]) -> Answer:
    # While it may go on, nobody else may begin: it ends before the claim does.
    async with in_time():
        return await use()


def _worth(token: str, answer: Answer) -> float:
    """Seconds that what came of a refresh token is of use to who comes with the same one."""
    if answer.get("refresh_token") not in (None, "", token):
        return REMEMBER_ROTATED_SECONDS
    ends = answer.get("expires_at")
    if not is_time(ends):
        return REMEMBER_SECONDS
    # It can be used again, for a token that lasts longer; but not by each of those who come at the same time.
    return min(max(ends - EARLY_SECONDS - time.time(), _CLAIM_SECONDS), REMEMBER_SECONDS)
