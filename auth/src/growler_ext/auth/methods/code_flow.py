"""`CodeFlow`: what logins by OAuth 2.0 and OpenID Connect have in common.

That is the authorization code grant (RFC 6749 4.1), always with PKCE (RFC 7636), a state that is bound to the browser,
and the check of who answers (RFC 9207).
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from growler.http.errors import HTTPErrorBadRequest
from growler.http.request import Request
from growler_ext.auth.cookies import cookies_with_prefix
from growler_ext.auth.events import Event
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.login_page import fill
from growler_ext.auth.method import AuthMethod, Away, Cookie, Proved, Rejected, Route, RouteOutcome
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.provider.flow import PREFIX, TTL, Flow, Flows
from growler_ext.auth.provider.grant import Grant
from growler_ext.auth.provider.kept import KeptTokens
from growler_ext.auth.provider.signatures import BadToken
from growler_ext.auth.provider.web import ProviderError, Web, in_time
from growler_ext.auth.services import Services

log: logging.Logger = logging.getLogger("growler.auth")

_MAX_PARAMETER = 4096
_NAME_HINT = 'a name for addresses, of lower-case letters, digits, "-" and "_"'


class CodeFlow(AuthMethod):
    """
    Parameters:
        name: of the method, also in its addresses: `{prefix}/{name}` begins a login, `{prefix}/{name}/callback` is
            what has to be registered at the provider.
        label: on the button; made of the name if None.
        client_id, client_secret: of this site at the provider; no secret for a public client.
        scope: what is asked for.
        auth_method: how the token endpoint is told the secret; see `Web`.
        form_post: whether the provider's page posts the answer.
        keep_tokens: whether the tokens are kept in the session.
    """

    needs: ClassVar[Sequence[str]] = ("authlib", "httpx2")

    def __init__(
        self, name: str, *, label: str | None, client_id: str, client_secret: str | None, scope: str,
        auth_method: str | None, form_post: bool, keep_tokens: bool,
    ) -> None:  # fmt: skip
        self.name = name
        self.label: str = name.replace("-", " ").replace("_", " ").title() if label is None else label
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = scope
        self._form_post = form_post
        self._keep_tokens = keep_tokens
        self._web = Web(client_id, client_secret, auth_method)

    @abstractmethod
    async def _authorization(self, flow: Flow) -> tuple[str, dict[str, str]]:
        """The address to send the browser to, and parameters beside those of the grant. Raises ProviderError."""

    @abstractmethod
    async def _check_sender(self, issuer: str | None) -> str:
        """Why an answer that says it comes from this issuer (RFC 9207) is refused; "" if it is not."""

    @abstractmethod
    async def _token_endpoint(self) -> str:
        """Where codes are exchanged."""

    @abstractmethod
    async def _identify(self, flow: Flow, token: dict[str, Any]) -> Proved:
        """Who it is, by what the token endpoint said. Raises BadToken, ProviderError."""

    def mistakes(self) -> Sequence[str]:
        """What is wrong with the options, in sentences."""
        plain = self.name.isascii() and self.name.replace("-", "").replace("_", "").isalnum()
        found = [] if plain and self.name == self.name.lower() else [f"{self.name!r}: give it {_NAME_HINT}"]
        if not self._client_id:
            found.append(f"{self.name} needs the client_id that the provider gave this site")
        return [*found, *(f"{self.name}: {mistake}" for mistake in self._web.mistakes())]

    def wire(self, services: Services) -> Sequence[str]:
        self._services = services
        self._flows = Flows(services.keys, self.name, cross_site=self._form_post)
        self._tokens = KeptTokens(self.name, services, self._renewed)
        mistakes = list(self.mistakes())
        if services.base_url is None:
            mistakes.append(
                f'{self.name} writes addresses to come back to: Auth(..., base_url="https://example.org")'
            )
        if not callable(getattr(services.users, "identity", None)):
            mistakes.append(f"{self.name} asks users.identity(who) whose account it is: see `Users`")
        try:
            for module in self.needs:
                __import__(module)
        except ImportError as error:
            mistakes.append(f"{self.name} needs {error.name}: pip install growler-ext-auth[oauth]")
        return mistakes

    def routes(self) -> Sequence[Route]:
        verb = "POST" if self._form_post else "GET"
        return [
            Route("GET", f"/{self.name}", self._begin),
            Route(verb, f"/{self.name}/callback", self._come_back, cross_site=True),
        ]

    def form(self, prefix: str, next_url: str, failed: FailedLogin | None) -> str:
        query = urlencode({"next": next_url})
        return fill("provider.html", url=f"{prefix}/{self.name}?{query}", label=self.label)

    @property
    def _redirect_uri(self) -> str:
        return f"{self._services.base_url}{self._services.prefix}/{self.name}/callback"

    async def open(self) -> None:
        await self._web.open()

    async def access_token(self, req: Request) -> str | None:
        """The access token of this login, for calls of the provider's API; renewed if it ends within half a minute.

            token = await auth["google"].access_token(req)

        Of several requests that need it at once one renews it. None where this request is nobody's, or of a login by
        another method, or where the token has ended and there is no refresh token: log in anew for one.

        Raises RuntimeError without `keep_tokens=True`; `GrantEndedError` (401, and the session has ended) where the
        provider takes the refresh token no more; HTTPErrorServiceUnavailable where it does not answer.
        """
        if not self._keep_tokens:
            raise RuntimeError(f"{self.name} keeps no tokens: give it keep_tokens=True")
        return await self._tokens.access_token(req)

    async def _renewed(self, grant: Grant) -> Mapping[str, Any]:
        """What the token endpoint gives for a refresh token (RFC 6749 6). Raises ProviderError."""
        return await self._web.fetch_token(
            await self._token_endpoint(), grant_type="refresh_token", refresh_token=str(grant.refresh_token)
        )

    def _kept(self, token: Mapping[str, Any]) -> dict[str, Any]:
        """What of an answer of the token endpoint goes into the session."""
        return {"tokens": dict(Grant.of(token).tokens)} if self._keep_tokens else {}

    async def _begin(self, req: Request) -> RouteOutcome:
        target = safe_next(req.query.get("next", []), self._services.home)
        flow, cookies = self._flows.begin(
            target, cookies_with_prefix(req, PREFIX), remember=bool(req.query.get("remember"))
        )
        try:
            async with in_time():
                url, more = await self._authorization(flow)
                address = await self._web.authorization_url(
                    url,
                    redirect_uri=self._redirect_uri,
                    scope=self._scope,
                    state=self._flows.state(flow),
                    code_verifier=self._flows.verifier(flow),
                    **more,
                )
        except ProviderError as error:
            return await self._failed(error, req, target)
        return Away(address, cookies)

    async def _come_back(self, req: Request) -> RouteOutcome:
        given = await req.form() if self._form_post else req.query
        answer = {name: _only(given, name) for name in ("state", "code", "error", "iss")}
        id = self._flows.id_of(answer["state"] or "")
        flow = None if id is None else self._flow(req, id)
        if flow is None or id is None:
            return Rejected(
                "an answer to nothing that this browser has asked", status=400,
                message="This login has taken too long, or was begun in another browser. Try again.",
            )  # fmt: skip
        over = self._flows.ended(flow)
        if not await self._services.is_first(req, self.name, f"flow {flow.id}", TTL):
            return self._refuse("an answer that came twice", flow)
        try:
            async with in_time():
                found = await self._judge(flow, answer)
        except BadToken as error:
            return self._refuse(str(error), flow)
        except ProviderError as error:
            if error.code == "invalid_grant":
                # RFC 6749 5.2: a code that was used, or that belongs to another flow. The provider is well.
                return self._refuse("a code that the provider does not take", flow)
            return await self._failed(error, req, flow.next_url, [over])
        return replace(found, next_url=flow.next_url, cookies=[over])

    async def _judge(self, flow: Flow, answer: Mapping[str, str | None]) -> Proved | Rejected:
        """Who the provider says it is, in an answer to this flow. Raises BadToken, ProviderError."""
        problem = await self._check_sender(answer["iss"])
        if problem:
            raise BadToken(problem)
        code = answer["code"]
        if answer["error"] is not None or code is None:
            # RFC 6749 4.1.2.1. The description is the provider's, or anybody's: it is not shown.
            return Rejected(
                f"the provider said {str(answer['error'])[:64]!r}",
                message=f"{self.label} did not let you in.",
            )
        token = await self._web.fetch_token(
            await self._token_endpoint(),
            grant_type="authorization_code",
            code=code,
            redirect_uri=self._redirect_uri,
            code_verifier=self._flows.verifier(flow),
        )
        return replace(await self._identify(flow, token), remember=flow.remember)

    def _flow(self, req: Request, id: str) -> Flow | None:
        value = self._services.cookie(req, PREFIX + id[:8])
        return None if value is None else self._flows.of_cookie(value, id)

    def _refuse(self, reason: str, flow: Flow) -> Rejected:
        return Rejected(
            reason, status=400, message="That login did not work. Try again.", next_url=flow.next_url,
            cookies=[self._flows.ended(flow)],
        )  # fmt: skip

    async def _failed(
        self, error: ProviderError, req: Request, target: str, cookies: Sequence[Cookie] = ()
    ) -> Rejected:
        log.error("%s: %s", self.name, error)
        await self._services.tell(Event("provider_error", self.name, reason=str(error), ip=req.ip))
        status = 504 if error.late else 502
        message = f"{self.label} does not answer as it should. Try again in a moment."
        return Rejected(str(error), status=status, message=message, next_url=target, cookies=cookies)


def _only(given: Any, name: str) -> str | None:
    """The one value of a parameter; None for none. Raises HTTPErrorBadRequest for two, or a long one."""
    values = given.get(name, [])
    if len(values) > 1 or any(len(value) > _MAX_PARAMETER for value in values):
        raise HTTPErrorBadRequest(f"the answer has the parameter {name} more than once, or too long")
    return values[0] if values else None
