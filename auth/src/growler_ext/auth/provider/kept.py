"""`KeptTokens`: the access token a login has brought, for calls of the provider; renewed when it is about to end.

The tokens stand in the session. Renewing writes them there; a provider that takes the refresh token no more has ended
the login as well, so its session ends here too.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from growler.http.errors import HTTPErrorServiceUnavailable, HTTPErrorUnauthorized
from growler.http.request import Request
from growler_ext.auth.events import Event
from growler_ext.auth.login import NOBODY, SESSION_KEY, LoginRecord, usable
from growler_ext.auth.provider.grant import Grant
from growler_ext.auth.provider.refreshing import Refreshing
from growler_ext.auth.provider.web import ProviderError
from growler_ext.auth.services import Services
from growler_ext.auth.shared import SharedError

log: logging.Logger = logging.getLogger("growler.auth")

_MOST_RENEWALS = 20
"""One after the other, of a login whose session knows of none of them."""

Renew = Callable[[Grant], Awaitable[Mapping[str, Any]]]


class GrantEndedError(HTTPErrorUnauthorized):
    """The provider takes the refresh token of this login no more: the session has ended, and the answer is 401."""


class KeptTokens:
    """
    Parameters:
        name: of the method whose logins these are.
        services: of the Auth.
        renew: asks the token endpoint with the refresh token, and judges the answer. Raises ProviderError.
    """

    def __init__(self, name: str, services: Services, renew: Renew) -> None:
        self._name = name
        self._services = services
        self._renew = renew
        self._refreshing = Refreshing(name, services.shared, services.keys.derive(f"refresh {name}")[0])

    async def access_token(self, req: Request) -> str | None:
        """See `CodeFlow.access_token`."""
        session = usable(req.session)
        record = LoginRecord.read(session.get(SESSION_KEY))
        # Who was told to be nobody - locked, or of an older version - has no tokens either; nor has who comes by a key
        # of their own with the session of somebody else.
        if (
            req.user is None
            or record is None
            or (record.user, record.method) != (str(req.user.id), self._name)
        ):
            return None
        grant = Grant.read(record.kept)
        if grant is None or grant.lasts(self._services.clock()):
            return None if grant is None else grant.access_token
        if grant.refresh_token is None:
            return None
        try:
            renewed = await self._renewed(grant)
        except (ProviderError, SharedError) as error:
            code = getattr(error, "code", "")
            if code == "invalid_grant":
                await self._end(req)
                raise GrantEndedError(
                    "The provider has ended this login. Log in again.",
                    headers={"WWW-Authenticate": 'Cookie realm="session"'},
                ) from None
            log.error("%s: the tokens of a login were not renewed: %s", self._name, error)
            await self._services.tell(
                Event("provider_error", self._name, req.user, reason=str(error), ip=req.ip)
            )
            raise HTTPErrorServiceUnavailable(
                "The provider of this login does not answer. Try again in a moment.",
                headers={"Retry-After": "5"},
            ) from None
        kept = {**record.kept, "tokens": dict(renewed.tokens)}
        session[SESSION_KEY] = replace(record, kept=kept).written()
        req.auth = replace(req.auth, kept=kept)
        return renewed.access_token

    async def _renewed(self, grant: Grant) -> Grant:
        for _ in range(_MOST_RENEWALS):
            token = str(grant.refresh_token)
            grant = grant.renewed(await self._refreshing.once(token, partial(self._renew, grant)))
            # What a stream has renewed an hour ago, and could write into no session, may have ended since.
            if grant.refresh_token == token or not grant.has_ended(self._services.clock()):
                break
        return grant

    async def _end(self, req: Request) -> None:
        user = req.user
        usable(req.session).destroy()
        req.user, req.auth = None, NOBODY
        reason = "the provider has ended its grant"
        await self._services.tell(Event("logout", self._name, user, reason=reason, ip=req.ip))
