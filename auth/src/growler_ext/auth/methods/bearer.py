"""Access tokens: `Bearer` (RFC 6750), signed by this site or by another issuer.

A token that was good is taken for good for a minute without computing its signature once more; its user is asked for
with every request, so who is locked, or whose `auth_version` has changed, is out at once.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from growler.http.request import Request
from growler_ext.auth.credentials import INVALID_TOKEN, MAX_LENGTH, credential
from growler_ext.auth.method import NOT_MINE, Accepted, AuthMethod, Outcome, Rejected
from growler_ext.auth.services import Services
from growler_ext.auth.tokens import OwnTokens
from growler_ext.auth.users import User, auth_version
from growler_ext.auth.verified import Verified
from growler_ext.auth.waiting import after


class Bearer(AuthMethod):
    """`Authorization: Bearer <token>`, with tokens that `issue` makes.

        auth = Auth(Password(), Bearer(audience="shop"), users=users, secret=SECRET)

        @app.post("/token")
        @auth.require(methods=["password"])
        def token(req, res):
            res.send_json({"access_token": auth["bearer"].issue(req.user, ttl=600), "token_type": "Bearer"})

    Tokens in queries and forms are not read: they would end in logs (RFC 6750 5.3).

    Parameters:
        audience: whom the tokens are for: a name of this service that no other has.
        key: of 32 bytes or more, or several, newest first; derived from Auth's secret if None.
    """

    name = "bearer"
    challenge = "Bearer"

    def __init__(self, *, audience: str, key: str | bytes | Sequence[str | bytes] | None = None) -> None:
        self._audience = audience
        given = [] if key is None else [key] if isinstance(key, str | bytes) else list(key)
        self._given = None if key is None else [k.encode() if isinstance(k, str) else k for k in given]
        self._verified: Verified[Mapping[str, Any]] = Verified()

    def wire(self, services: Services) -> Sequence[str]:
        mistakes = []
        if not callable(getattr(services.users, "get", None)):
            mistakes.append(
                "Bearer asks users.get(id) whose token it is: Auth(..., users=MemoryUsers()) or your own"
            )
        if not self._audience or not isinstance(self._audience, str):
            mistakes.append('Bearer needs audience="...": a name of this service that no other has')
        keys = services.keys.derive("bearer") if self._given is None else self._given
        if not keys or any(len(key) < 32 for key in keys):
            mistakes.append(
                "Bearer: each key needs 32 random bytes: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        if mistakes:
            return mistakes
        try:
            self._tokens = OwnTokens(keys, self._audience, clock=services.clock)
        except ImportError:
            return ["Bearer needs joserfc: pip install growler-ext-auth[jwt]"]
        self._users: Any = services.users
        return []

    def issue(
        self,
        user: User,
        *,
        ttl: float | timedelta = 600,
        scopes: Collection[str] | None = None,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """A token for this user.

        Parameters:
            ttl: how long it is good, in seconds or as a timedelta. It cannot be taken back before, but by changing
                the user's `auth_version`: keep it short.
            scopes: the permissions of the user that it may use; None for all.
            claims: to be added, for `req.auth.claims`. Everybody who has the token can read them.

        Raises ValueError for claims that the token needs itself.
        """
        taken = {"sub", "aud", "iat", "exp", "jti", "ver", "scope", "nbf", "iss"} & set(claims or {})
        if taken:
            raise ValueError(f"Bearer.issue: the token itself says {', '.join(sorted(taken))}")
        own: dict[str, Any] = {"ver": auth_version(user), **(claims or {})}
        if scopes is not None:
            own["scope"] = " ".join(sorted(scopes))  # RFC 8693 4.2
        seconds = ttl.total_seconds() if isinstance(ttl, timedelta) else ttl
        return self._tokens.issue(str(user.id), seconds, own)

    def authenticate(self, req: Request) -> Outcome | Awaitable[Outcome]:
        token = credential(req, "bearer")
        # What is no JSON Web Token at all may be a key of another method; if it is none, Auth refuses it.
        if token is None or token.count(".") != 2:
            return NOT_MINE
        claims = self._verified.get(token)
        if claims is None:
            if len(token) > MAX_LENGTH:
                return Rejected("a token that is too long", challenge=INVALID_TOKEN)
            read = self._tokens.read(token)
            if read.problem:
                return Rejected(read.problem, challenge=INVALID_TOKEN)
            claims = read.values
            self._verified.add(token, claims, at_most=claims["exp"] - time.time())
        return after(self._users.get(claims["sub"]), partial(_of_user, claims))


def _of_user(claims: Mapping[str, Any], user: User | None) -> Outcome:
    if user is None or claims.get("ver") != auth_version(user):
        return Rejected("a token of nobody, or of before", challenge=INVALID_TOKEN)
    scope = claims.get("scope")
    scopes = frozenset(scope.split()) if isinstance(scope, str) else None
    return Accepted(user, scopes=scopes, claims=claims)
