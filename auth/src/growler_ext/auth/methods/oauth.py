"""Log in through a provider of OAuth 2.0 without OpenID Connect: `OAuth`, with a function that asks who it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from growler_ext.auth.method import Proved
from growler_ext.auth.methods.code_flow import CodeFlow
from growler_ext.auth.provider.flow import Flow
from growler_ext.auth.provider.web import may_be_asked
from growler_ext.auth.users import Identity

Ask = Callable[[str], Awaitable[Any]]
"""`await ask("https://...")`: the JSON of an address, asked for with the access token of the login."""

WhoIs = Callable[[Ask], Awaitable[Identity]]


class OAuth(CodeFlow):
    """
    Parameters:
        name, label, client_id, client_secret, auth_method, keep_tokens: as for `OIDC`.
        authorize_url, token_url: of the provider.
        userinfo: called with `ask`: who has logged in. A KeyError, TypeError, IndexError or AttributeError for what the
            provider left out is taken for an answer that makes no sense.
        scope: what `userinfo` needs.
        issuer: the provider's name in identities and in its answers (RFC 9207); None for who does not send it.
        parameters: what else is said to `authorize_url`, such as `{"allow_signup": "false"}`; nothing by default.
    """

    def __init__(
        self, name: str, *, authorize_url: str, token_url: str, userinfo: WhoIs, client_id: str,
        client_secret: str | None = None, scope: str = "", issuer: str | None = None, auth_method: str | None = None,
        label: str | None = None, parameters: Mapping[str, str] | None = None, keep_tokens: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            name, label=label, client_id=client_id, client_secret=client_secret, scope=scope,
            auth_method=auth_method, form_post=False, keep_tokens=keep_tokens,
        )  # fmt: skip
        self._authorize_url = authorize_url
        self._token_url = token_url
        self._userinfo = userinfo
        self._issuer = issuer
        self._parameters = dict(parameters or {})

    def mistakes(self) -> Sequence[str]:
        urls = {"authorize_url": self._authorize_url, "token_url": self._token_url}
        wrong = [
            f"{self.name}: {name} must be an https URL" for name, url in urls.items() if not may_be_asked(url)
        ]
        return [*super().mistakes(), *wrong]

    async def _authorization(self, flow: Flow) -> tuple[str, dict[str, str]]:
        return self._authorize_url, self._parameters

    async def _check_sender(self, issuer: str | None) -> str:
        return (
            ""
            if issuer is None or self._issuer is None or issuer == self._issuer
            else "an answer of another issuer"
        )

    async def _token_endpoint(self) -> str:
        return self._token_url

    async def _identify(self, flow: Flow, token: dict[str, Any]) -> Proved:
        from growler_ext.auth.provider.web import ProviderError

        async def ask(url: str) -> Any:
            if not may_be_asked(url):
                raise ValueError(f"userinfo asks {url!r}, which is not https: the token would be readable")
            return await self._web.get_json(url, token["access_token"])

        try:
            return Proved(await self._userinfo(ask), keep=self._kept(token))
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ProviderError(f"who it is does not say {error}") from None
