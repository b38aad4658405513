"""Logins by mail that wait for their link or code: `WaitingLogins`, put into the shared memory and taken out once."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, replace

from growler.http.errors import HTTPErrorServiceUnavailable
from growler_ext.auth.shared import Shared, SharedError

log: logging.Logger = logging.getLogger("growler.auth")


@dataclass(frozen=True, slots=True)
class WaitingLogin:
    """
    Parameters:
        address: that the message went to.
        next_url: where the login leads, checked.
        code: of the message.
        tries: how often a code may still be typed.
    """

    address: str
    next_url: str
    code: str = field(repr=False)
    tries: int

    def after_a_wrong_code(self) -> WaitingLogin | None:
        """What waits on; None if that was the last try."""
        return None if self.tries <= 1 else replace(self, tries=self.tries - 1)


class WaitingLogins:
    """Both raise HTTPErrorServiceUnavailable while the backend is broken.

    Parameters:
        ttl: seconds that they wait.
    """

    def __init__(self, shared: Shared, ttl: float) -> None:
        self._shared = shared
        self._ttl = ttl

    async def put(self, flow: str, waiting: WaitingLogin) -> None:
        try:
            await self._shared.put(f"link {flow}", json.dumps(asdict(waiting)).encode(), self._ttl)
        except SharedError as error:
            raise _unavailable(error) from error

    async def take(self, flow: str) -> WaitingLogin | None:
        """Of several who ask at once, one gets it."""
        try:
            found = await self._shared.take(f"link {flow}")
        except SharedError as error:
            raise _unavailable(error) from error
        return None if found is None else WaitingLogin(**json.loads(found))


def _unavailable(error: SharedError) -> HTTPErrorServiceUnavailable:
    log.error("links and codes are not available", exc_info=error)
    return HTTPErrorServiceUnavailable("Signing in by mail is not available at the moment.")
