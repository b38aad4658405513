"""Log in through a provider of OpenID Connect: `OIDC`. Everything but the issuer and the client is discovered.

The ID token is judged here and not by the client library: `provider.id_token` says by which rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from growler.http.request import Request
from growler_ext.auth.method import Ended, Proved, Rejected, Route, RouteOutcome
from growler_ext.auth.methods.code_flow import CodeFlow, _only
from growler_ext.auth.provider.cached import Cached
from growler_ext.auth.provider.flow import Flow
from growler_ext.auth.provider.grant import Grant
from growler_ext.auth.provider.id_token import (
    MAX_AGE_OF_LOGOUT,
    ExpectedID,
    problem_of_id_token,
    problem_of_logout_token,
)
from growler_ext.auth.provider.keys import IssuerKeys
from growler_ext.auth.provider.metadata import Metadata, discover
from growler_ext.auth.provider.signatures import ASYMMETRIC, BadToken
from growler_ext.auth.provider.web import ProviderError, may_be_asked
from growler_ext.auth.services import Services
from growler_ext.auth.tokens import LEEWAY, subject_of
from growler_ext.auth.users import Identity

_HMAC = ("HS256", "HS384", "HS512")
_SID_SECONDS = 30 * 24 * 3600


class OIDC(CodeFlow):
    """
    Parameters:
        name: of the method, also in its addresses; register `{base_url}{prefix}/{name}/callback` at the provider, and
            for logging out from there `{base_url}{prefix}/{name}/backchannel`.
        issuer: of the provider, exactly as it says it itself.
        client_id, client_secret: of this site there; no secret for a public client.
        scope: with "openid".
        algorithms: of ID tokens; HMAC only if named here, since its key is the client_secret.
        auth_method: "client_secret_basic", "client_secret_post", "none"; None chooses by the secret.
        response_mode: "form_post" has the answer posted, so it is in no address; needs https.
        prompt, max_age: sent along (OpenID Connect Core 3.1.2.1); `max_age` in seconds is checked too.
        keep_tokens: keep the tokens in the session, for `await auth[name].access_token(req)`: not with a CookieStore,
            whose cookies are too small for them.
        label: on the button; made of the name if None.
    """

    needs = ("authlib", "httpx2", "joserfc")

    def __init__(
        self, name: str, *, issuer: str, client_id: str, client_secret: str | None = None,
        scope: str = "openid email profile", algorithms: Sequence[str] = ASYMMETRIC, auth_method: str | None = None,
        response_mode: str = "query", prompt: str | None = None, max_age: float | None = None,
        keep_tokens: bool = False, label: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            name, label=label, client_id=client_id, client_secret=client_secret, scope=scope,
            auth_method=auth_method, form_post=response_mode == "form_post", keep_tokens=keep_tokens,
        )  # fmt: skip
        self._issuer = issuer
        self._algorithms = tuple(algorithms)
        self._response_mode = response_mode
        self._prompt = prompt
        self._max_age = max_age
        self._metadata: Cached[Metadata] = Cached(lambda: discover(self._web, issuer))
        self._keys = IssuerKeys(self._web, self._jwks_uri, self._algorithms, client_secret)

    def mistakes(self) -> Sequence[str]:
        found = list(super().mistakes())
        if not may_be_asked(self._issuer):
            found.append(f"{self.name}: issuer must be an https URL, not {self._issuer!r}")
        if "openid" not in self._scope.split():
            found.append(f'{self.name}: scope must have "openid" in it')
        unknown = set(self._algorithms) - {*ASYMMETRIC, *_HMAC}
        if unknown or not self._algorithms:
            found.append(f"{self.name}: algorithms are some of {', '.join((*ASYMMETRIC, *_HMAC))}")
        if set(self._algorithms) & set(_HMAC) and (
            not self._client_secret or set(self._algorithms) & set(ASYMMETRIC)
        ):
            found.append(f"{self.name}: HMAC algorithms need a client_secret, and no others beside them")
        if self._response_mode not in ("query", "form_post"):
            found.append(f'{self.name}: response_mode must be "query" or "form_post"')
        return found

    def wire(self, services: Services) -> Sequence[str]:
        mistakes = list(super().wire(services))
        if self._form_post and (services.base_url or "").startswith("http:"):
            mistakes.append(f'{self.name}: response_mode="form_post" needs an https base_url')
        return mistakes

    def routes(self) -> Sequence[Route]:
        return [*super().routes(), Route("POST", f"/{self.name}/backchannel", self._end, cross_site=True)]

    async def _jwks_uri(self) -> str:
        return (await self._metadata.get()).jwks_uri

    async def _authorization(self, flow: Flow) -> tuple[str, dict[str, str]]:
        more = {"nonce": self._flows.nonce(flow)}
        if self._form_post:
            more["response_mode"] = "form_post"
        if self._prompt is not None:
            more["prompt"] = self._prompt
        if self._max_age is not None:
            more["max_age"] = str(int(self._max_age))
        return (await self._metadata.get()).authorization_endpoint, more

    async def _check_sender(self, issuer: str | None) -> str:
        if issuer is None:
            # RFC 9207 2.4: who promises to say it always has not sent this.
            return "an answer without its issuer" if (await self._metadata.get()).says_issuer else ""
        return "" if issuer == self._issuer else "an answer of another issuer"

    async def _token_endpoint(self) -> str:
        return (await self._metadata.get()).token_endpoint

    async def _identify(self, flow: Flow, token: dict[str, Any]) -> Proved:
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise BadToken("no id_token")
        header, claims = await self._keys.open(id_token)
        expected = ExpectedID(
            self._issuer, self._client_id, self._flows.nonce(flow), token["access_token"], self._max_age
        )
        problem = problem_of_id_token(header, claims, expected, self._services.clock())
        if problem:
            raise BadToken(f"the id_token's {problem}")
        everything = {**await self._userinfo(claims, token["access_token"]), **claims}
        keep: dict[str, Any] = {"op": self.name, **self._kept(token)}
        if isinstance(claims.get("sid"), str):
            keep["sid"] = claims["sid"]
            subject = str(claims["sub"]).encode()
            await self._services.shared.put(f"sid {self.name} {claims['sid']}", subject, _SID_SECONDS)
        email = everything.get("email")
        identity = Identity(
            self._issuer,
            str(claims["sub"]),
            email if isinstance(email, str) else None,
            everything.get("email_verified") is True,
            everything,
        )
        # What a provider calls "mfa" is its own affair: a second factor that was set up here is asked for here.
        amr = claims.get("amr")
        proof = tuple(str(word) for word in amr if word != "mfa") if isinstance(amr, list) else ()
        return Proved(identity, proof, everything, keep=keep)

    async def _renewed(self, grant: Grant) -> Mapping[str, Any]:
        answer = await super()._renewed(grant)
        if isinstance(answer.get("id_token"), str):
            # OpenID Connect Core 12.2: of the same issuer, for us, of the same user.
            try:
                _, claims = await self._keys.open(answer["id_token"])
            except BadToken as error:
                raise ProviderError(f"a renewed id_token: {error}") from None
            audience = claims.get("aud")
            for_us = self._client_id in (audience if isinstance(audience, list) else [audience])
            same = claims.get("sub") == subject_of(str(grant.tokens.get("id_token", "")))
            if claims.get("iss") != self._issuer or not for_us or not same:
                raise ProviderError("a renewed id_token of somebody else")
        return answer

    async def close(self) -> None:
        self._keys.close()
        self._metadata.close()

    async def _userinfo(self, claims: Any, access_token: str) -> dict[str, Any]:
        """What the userinfo endpoint says beside, where the ID token has no address."""
        endpoint = (await self._metadata.get()).userinfo_endpoint
        if endpoint is None or "email" in claims or "email" not in self._scope.split():
            return {}
        found = await self._web.get_object(endpoint, access_token)
        # OpenID Connect Core 5.3.2: else somebody else's answer could be slipped in.
        if found.get("sub") != claims["sub"]:
            raise BadToken("the userinfo's sub")
        return found

    # Logging out

    async def logged_out(self, kept: Any, next_url: str) -> str | None:
        """Where to go to log out at the provider too (OpenID Connect RP-Initiated Logout 1.0)."""
        try:
            endpoint = (await self._metadata.get()).end_session_endpoint
        except ProviderError:
            return None
        if endpoint is None:
            return None
        query = {
            "client_id": self._client_id,
            "post_logout_redirect_uri": f"{self._services.base_url}{next_url}",
        }
        tokens = kept.get("tokens")
        if isinstance(tokens, dict) and isinstance(tokens.get("id_token"), str):
            query["id_token_hint"] = tokens["id_token"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def _end(self, req: Request) -> RouteOutcome:
        token = _only(await req.form(), "logout_token") or ""
        try:
            header, claims = await self._keys.open(token)
            now = self._services.clock()
            problem = problem_of_logout_token(header, claims, self._issuer, self._client_id, now)
            seconds = MAX_AGE_OF_LOGOUT + 2 * LEEWAY
            if not problem and not await self._services.is_first(
                req, self.name, f"jti {self.name} {claims['jti']}", seconds
            ):
                problem = "jti"
        except (BadToken, ProviderError) as error:
            problem = str(error)
        if problem:
            return Rejected(f"a logout token: {problem}", status=400, message="The logout token is not good.")
        subject, session = claims.get("sub"), claims.get("sid")
        kept = {"op": self.name} if session is None else {"op": self.name, "sid": str(session)}
        if subject is None:
            found = await self._services.shared.take(f"sid {self.name} {session}")
            subject = None if found is None else found.decode()
        return Ended(None if subject is None else Identity(self._issuer, str(subject)), kept)
