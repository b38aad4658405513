"""The way to a provider: authlib's client on httpx2, with one TLS context for all calls and a time for each.

Nothing a provider says is followed elsewhere: no redirects, no other host than was configured or discovered.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from growler_ext.auth.options import is_loopback
from growler_ext.auth.provider.prepared import Prepared

SECONDS = 8
"""For everything one request has to ask of a provider, so that the answer to it is there within ten."""

MAX_BYTES = 1024 * 1024

AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
"""How a token endpoint is told who asks (RFC 7591 2)."""


class ProviderError(Exception):
    """A provider answered nonsense, an error, or nothing.

    Parameters:
        late: whether it was silent: 504, else 502.
        status: the status it answered, where that was the error; else None.
        code: the error it named (RFC 6749 5.2), such as "invalid_grant"; "" if it named none.
    """

    def __init__(self, reason: str, *, late: bool = False, status: int | None = None, code: str = "") -> None:
        super().__init__(reason)
        self.late = late
        self.status = status
        self.code = code


def may_be_asked(url: object) -> bool:
    """Whether a URL is one that secrets may be sent to: https, or http on this machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """What is asked within it has `SECONDS` in all, however many questions there are. Raises ProviderError."""
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError:
        raise ProviderError("no answer in time", late=True) from None


class Web:
    """
    Parameters:
        client_id, client_secret: of this site at the provider.
        auth_method: how the token endpoint is told the secret: "client_secret_basic" ... (RFC 7591 2); None for the
            usual one.
    """

    def __init__(self, client_id: str, client_secret: str | None, auth_method: str | None) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._auth_method = auth_method or ("none" if client_secret is None else "client_secret_basic")
        self._prepared = Prepared()

    def mistakes(self) -> Sequence[str]:
        """What is wrong with the parameters, in sentences."""
        if self._auth_method not in AUTH_METHODS:
            return [f"auth_method is one of {', '.join(AUTH_METHODS)}"]
        if self._auth_method != "none" and not self._client_secret:
            return [f"auth_method={self._auth_method!r} needs a client_secret"]
        return []

    async def open(self) -> None:
        """Load in a thread what the first question needs, else the loop would do that while it serves."""
        await self._prepared.tls()

    async def authorization_url(self, url: str, *, code_verifier: str, **parameters: str) -> str:
        """Where to send a browser (RFC 6749 4.1.1) with the challenge of a verifier (RFC 7636 4.3)."""
        async with self._client() as client:
            client.code_challenge_method = "S256"
            address, _ = client.create_authorization_url(url, code_verifier=code_verifier, **parameters)
        return str(address)

    async def get_json(self, url: str, token: str | None = None) -> Any:
        """What stands at a URL. Raises ProviderError."""
        headers = {"Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        body = bytearray()
        async with (
            self._client() as client,
            client.stream("GET", url, withhold_token=True, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise ProviderError(
                    f"status {response.status_code} from {_place(url)}", status=response.status_code
                )
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ProviderError(f"more than {MAX_BYTES} bytes from {_place(url)}")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise ProviderError(f"no JSON from {_place(url)}") from None

    async def get_object(self, url: str, token: str | None = None) -> dict[str, Any]:
        """The same, of which only an object is any use."""
        value = await self.get_json(url, token)
        if not isinstance(value, dict):
            raise ProviderError(f"not an object from {_place(url)}")
        return value

    async def fetch_token(self, url: str, **parameters: str) -> dict[str, Any]:
        """Ask the token endpoint (RFC 6749 4.1.3, 6). Raises ProviderError, also for an error it answers."""
        async with self._client() as client:
            token = await client.fetch_token(url, **parameters)
        if not isinstance(token, Mapping) or not isinstance(token.get("access_token"), str):
            raise ProviderError(f"no access token from {_place(url)}")
        return dict(token)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[Any]:
        context = await self._prepared.tls()
        from authlib.integrations.base_client.errors import OAuthError
        from authlib.integrations.httpx_client import AsyncOAuth2Client
        from httpx2 import HTTPError, InvalidURL

        try:
            async with in_time():
                client = AsyncOAuth2Client(
                    self._client_id,
                    self._client_secret,
                    self._auth_method,
                    verify=context,
                    timeout=SECONDS,
                    follow_redirects=False,
                    trust_env=False,
                )
                async with client:
                    yield client
        except (HTTPError, InvalidURL, OSError) as error:
            late = "Timeout" in type(error).__name__
            raise ProviderError(f"cannot be reached: {type(error).__name__}", late=late) from None
        except OAuthError as error:
            # Its text is the provider's: only the code of RFC 6749 5.2 goes on.
            code = str(error.error)[:64]
            raise ProviderError(f"refused: {code!r}", code=code) from None
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            # authlib takes an answer of the token endpoint apart without looking at it first.
            raise ProviderError(f"nonsense: {type(error).__name__}") from None


def _place(url: str) -> str:
    """Host and path, without what a query may hold."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
