"""The native server: asyncio protocol, responder stack, HTTP/1.1 by httptools."""

from growler.aio.http_protocol import GrowlerHTTPProtocol
from growler.aio.protocol import GrowlerProtocol

__all__ = ["GrowlerHTTPProtocol", "GrowlerProtocol"]
