"""Access tokens: `Bearer` (RFC 6750), signed by this site or by other issuers.

A token that was good is taken for good for a minute without computing its signature once more; its user is asked for
with every request, so who is locked, or whose `auth_version` has changed, is out at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Literal

from growler.http.errors import HTTPErrorServiceUnavailable
from growler.http.request import Request
from growler_ext.auth.credentials import INVALID_TOKEN, MAX_LENGTH, credential
from growler_ext.auth.events import Event
from growler_ext.auth.method import NOT_MINE, Accepted, AuthMethod, Outcome, Rejected
from growler_ext.auth.provider.access_token import TokenUser, amr_of, login_of, scopes_of
from growler_ext.auth.provider.issuers import PAUSE_SECONDS, Issuers, mistakes_in
from growler_ext.auth.provider.signatures import ASYMMETRIC, BadToken
from growler_ext.auth.provider.web import ProviderError
from growler_ext.auth.services import Services
from growler_ext.auth.tokens import OwnTokens, issuer_of
from growler_ext.auth.users import Identity, IdentityConflict, User, auth_version
from growler_ext.auth.verified import Verified
from growler_ext.auth.waiting import after, settled

log: logging.Logger = logging.getLogger("growler.auth")

Claims = Mapping[str, Any]


class Bearer(AuthMethod):
    """`Authorization: Bearer <token>`, with tokens that `issue` makes, or that another issuer does, or both.

        auth = Auth(Password(), Bearer(audience="shop"), users=users, secret=SECRET)

        @app.post("/token")
        @auth.require(methods=["password"])
        def token(req, res):
            res.send_json({"access_token": auth["bearer"].issue(req.user, ttl=600), "token_type": "Bearer"})

        api = Auth(Bearer(issuer="https://login.example.org", audience="https://api.example.org"))

    Tokens in queries and forms are not read: they would end in logs (RFC 6750 5.3).

    The user of a token from another issuer is that of `users.identity(...)`, with those permissions that are among the
    token's scopes. Without `users` it is a `TokenUser`, whose permissions are the scopes.

    Parameters:
        audience: whom the tokens are for: a name of this service that no other has.
        key: of 32 bytes or more, or several, newest first, for tokens of our own; derived from Auth's secret if neither
            `key` nor `issuer` is given.
        issuer: the URL of another issuer, or several, exactly as they name themselves. Their keys are found by OpenID
            Connect Discovery or RFC 8414.
        algorithms: that other issuers may sign with, whatever a token says.
        profile: "at+jwt" takes what RFC 9068 describes. "jwt" also takes tokens without that type, and without
            `client_id`, `iat` and `jti`: for older issuers, whose ID tokens must have another audience.
        scopes: the claim of other issuers' tokens that has their scopes: "scp", "permissions".
    """

    name = "bearer"
    challenge = "Bearer"

    def __init__(
        self, *, audience: str, key: str | bytes | Sequence[str | bytes] | None = None,
        issuer: str | Sequence[str] | None = None, algorithms: Sequence[str] = ASYMMETRIC,
        profile: Literal["at+jwt", "jwt"] = "at+jwt", scopes: str = "scope",
    ) -> None:  # fmt: skip
        self._audience = audience
        given = [] if key is None else [key] if isinstance(key, str | bytes) else list(key)
        self._given = None if key is None else [k.encode() if isinstance(k, str) else k for k in given]
        self._urls = [] if issuer is None else [issuer] if isinstance(issuer, str) else list(issuer)
        self._algorithms = algorithms
        self._profile = profile
        self._scopes = scopes
        self._own: OwnTokens | None = None
        self._issuers: Issuers | None = None
        self._verified: Verified[Claims] = Verified()

    def wire(self, services: Services) -> Sequence[str]:
        mistakes = []
        if not self._audience or not isinstance(self._audience, str):
            mistakes.append('Bearer needs audience="...": a name of this service that no other has')
        keys = self._given
        if keys is None:
            keys = [] if self._urls else services.keys.derive("bearer")
        elif not keys or any(len(key) < 32 for key in keys):
            mistakes.append(
                "Bearer: each key needs 32 random bytes: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        mistakes += self._mistakes_of_users(services.users, is_own=bool(keys) or not self._urls)
        if self._urls:
            mistakes += mistakes_in(self._urls, self._algorithms, self._profile)
        if mistakes:
            return mistakes
        try:
            if keys:
                self._own = OwnTokens(keys, self._audience, clock=services.clock)
            if self._urls:
                for module in ("authlib", "httpx2", "joserfc"):
                    __import__(module)
                self._issuers = Issuers(self._urls, self._audience, self._algorithms, self._profile)
        except ImportError as error:
            extra = "oauth" if self._urls else "jwt"
            return [f"Bearer needs {error.name}: pip install growler-ext-auth[{extra}]"]
        self._services = services
        self._users: Any = services.users
        return []

    def _mistakes_of_users(self, users: Any, *, is_own: bool) -> Sequence[str]:
        found = []
        if is_own and not callable(getattr(users, "get", None)):
            found.append(
                "Bearer asks users.get(id) whose token it is: Auth(..., users=MemoryUsers()) or your own"
            )
        if self._urls and users is not None and not callable(getattr(users, "identity", None)):
            found.append("Bearer(issuer=...) asks users.identity(who) whose token it is: see `Users`")
        if len(self._urls) > 1 and users is None:
            # The same `sub` of two issuers is two people.
            found.append(
                "Bearer with several issuers needs Auth(users=...), whose identity(who) tells them apart"
            )
        return found

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
            claims: to be added, for `req.auth.claims`. Everybody who has the token can read them. With `auth_time`, the
                Unix time of the login, the token serves `auth.require(fresh=...)` for as long as that is recent.

        Raises ValueError for claims that the token needs itself, RuntimeError where only others issue tokens.
        """
        if self._own is None:
            raise RuntimeError('Bearer has no key of its own to sign with: Bearer(..., key="...")')
        taken = {"sub", "aud", "iat", "exp", "jti", "ver", "scope", "nbf", "iss"} & set(claims or {})
        if taken:
            raise ValueError(f"Bearer.issue: the token itself says {', '.join(sorted(taken))}")
        own: dict[str, Any] = {"ver": auth_version(user), **(claims or {})}
        if scopes is not None:
            own["scope"] = " ".join(sorted(scopes))  # RFC 8693 4.2
        seconds = ttl.total_seconds() if isinstance(ttl, timedelta) else ttl
        return self._own.issue(str(user.id), seconds, own)

    def authenticate(self, req: Request) -> Outcome | Awaitable[Outcome]:
        token = credential(req, "bearer")
        # What is no JSON Web Token at all may be a key of another method; if it is none, Auth refuses it.
        if token is None or token.count(".") != 2:
            return NOT_MINE
        claims = self._verified.get(token)
        if claims is None:
            if len(token) > MAX_LENGTH:
                return _refused("a token that is too long")
            if self._issuers is not None:
                issuer = issuer_of(token)
                if issuer is not None and issuer in self._issuers:
                    return self._ask(self._issuers, issuer, token, req)
            if self._own is None:
                return _refused("a token of an unknown issuer")
            read = self._own.read(token)
            if read.problem:
                return _refused(read.problem)
            claims = read.values
            self._remember(token, claims)
        # Tokens of our own have no issuer, and one that has is not taken for ours.
        if self._issuers is not None and claims.get("iss") in self._issuers:
            return self._of_other(claims)
        return after(self._users.get(claims["sub"]), partial(_of_user, claims))

    async def open(self) -> None:
        if self._issuers is not None:
            await self._issuers.open()

    async def close(self) -> None:
        if self._issuers is not None:
            self._issuers.close()

    def _remember(self, token: str, claims: Claims) -> None:
        self._verified.add(token, claims, at_most=claims["exp"] - time.time())

    async def _ask(self, issuers: Issuers, issuer: str, token: str, req: Request) -> Outcome:
        try:
            claims = await issuers.read(issuer, token, self._services.clock())
        except BadToken as error:
            return _refused(str(error))
        except ProviderError as error:
            # Neither good nor bad: the client shall keep its token and come again.
            log.error("bearer: %s", error)
            await self._services.tell(Event("provider_error", self.name, reason=str(error), ip=req.ip))
            raise HTTPErrorServiceUnavailable(
                "Tokens cannot be checked at the moment.", headers={"Retry-After": str(PAUSE_SECONDS)}
            ) from None
        self._remember(token, claims)
        return await settled(self._of_other(claims))

    def _of_other(self, claims: Claims) -> Outcome | Awaitable[Outcome]:
        scopes = scopes_of(claims, self._scopes)
        if self._users is None:
            user = TokenUser(claims["sub"], scopes)
            return Accepted(user, amr_of(claims), scopes=scopes, claims=claims, at=login_of(claims))
        return self._identified(claims, scopes)

    async def _identified(self, claims: Claims, scopes: frozenset[str]) -> Outcome:
        email = claims.get("email")
        who = Identity(
            claims["iss"], claims["sub"], email if isinstance(email, str) else None,
            claims.get("email_verified") is True, claims,
        )  # fmt: skip
        try:
            user: User | None = await settled(self._users.identity(who))
        except IdentityConflict as conflict:
            await self._services.tell(
                Event("identity_conflict", self.name, conflict.user, reason=str(conflict))
            )
            user = None
        if user is None:
            return _refused("a token of nobody here")
        # What an issuer calls "mfa" is its own affair: a second factor that was set up here is asked for here.
        proof = tuple(word for word in amr_of(claims) if word != "mfa")
        return Accepted(user, proof, scopes=scopes, claims=claims, at=login_of(claims))


def _refused(reason: str) -> Rejected:
    return Rejected(reason, challenge=INVALID_TOKEN)


def _of_user(claims: Claims, user: User | None) -> Outcome:
    if user is None or claims.get("ver") != auth_version(user):
        return _refused("a token of nobody, or of before")
    scope = claims.get("scope")
    scopes = frozenset(scope.split()) if isinstance(scope, str) else None
    return Accepted(user, scopes=scopes, claims=claims, at=login_of(claims))
