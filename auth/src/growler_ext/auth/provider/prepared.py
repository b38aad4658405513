"""What the first question to a provider would hold up the loop for, made ready in a thread.

Loading the libraries takes 250 ms, a TLS context 30 ms. The loop goes on meanwhile; what is served when the server has
started waits for none of it.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import suppress
from functools import cache


class Prepared:
    """Those things of one client; made once, whichever loop and thread asks first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    async def tls(self) -> ssl.SSLContext:
        """The TLS context, when all is ready."""
        context = self._context
        return await asyncio.to_thread(self._make) if context is None else context

    def _make(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                context = ssl.create_default_context()
                _load()
                self._context = context
            return self._context


@cache
def _load() -> None:
    import joserfc.jwk
    import joserfc.jwt  # noqa: F401 - loaded for who judges what a provider says
    from authlib.integrations.httpx_client import AsyncOAuth2Client
    from httpx2 import AsyncHTTPTransport, HTTPError

    async def rehearse() -> None:
        """A question to nobody: what the libraries load themselves, they load at the first one."""
        # A socket that is not there; no network is needed to find that out.
        transport = AsyncHTTPTransport(uds="/nonexistent", verify=False)
        async with AsyncOAuth2Client("nobody", transport=transport, trust_env=False) as client:
            with suppress(HTTPError, OSError):
                await client.request("GET", "http://localhost/", withhold_token=True)

    asyncio.run(rehearse())
