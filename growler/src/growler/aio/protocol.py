"""`GrowlerProtocol`: an asyncio protocol that forwards its bytes to the top of a stack of responders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from growler.exchange import Connection
from growler.responder import GrowlerResponder

ResponderFactory = Callable[["GrowlerProtocol"], GrowlerResponder]


class GrowlerProtocol(asyncio.Protocol):
    """One connection.

    Parameters:
        _loop: kept for old callers; the running loop is used.
        responder_factory: given the protocol once it is connected, returns the first responder.
    """

    transport: asyncio.Transport
    """The connection; set when it is made."""

    def __init__(
        self,
        _loop: asyncio.AbstractEventLoop | None = None,
        responder_factory: ResponderFactory | None = None,
        *,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if responder_factory is None:
            raise TypeError(
                "GrowlerProtocol needs a responder_factory: a function of the protocol that gives a responder"
            )
        self._responder_factory = responder_factory
        self.responders: list[GrowlerResponder] = []

    @classmethod
    def get_factory(cls, *args: Any, **kwargs: Any) -> Callable[[], GrowlerProtocol]:
        """What `loop.create_server` wants: a function without arguments that makes a protocol."""
        return lambda: cls(*args, **kwargs)

    factory = get_factory

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not an isinstance check: uvloop's transports do not inherit from asyncio's.
        self.transport = cast("asyncio.Transport", transport)
        self.responders.append(self._responder_factory(self))

    def data_received(self, data: bytes) -> None:
        self.responders[-1].on_data(data)

    def eof_received(self) -> bool:
        return self.responders[-1].on_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        # A copy: a responder may take itself off the stack when it hears of the end.
        for responder in self.responders[::-1]:
            responder.on_lost(exc)

    def pause_writing(self) -> None:
        for responder in self.responders:
            responder.on_pause_writing()

    def resume_writing(self) -> None:
        for responder in self.responders:
            responder.on_resume_writing()

    # What old programs ask of a connection

    @property
    def socket(self) -> Any:
        """The connection's socket, as asyncio shows it: for looking, not for sending."""
        return self.transport.get_extra_info("socket")

    @property
    def peername(self) -> Any:
        """The client's address: a tuple of host, port (and more for IPv6); "" or a str for a Unix socket."""
        return self.transport.get_extra_info("peername")

    @property
    def cipher(self) -> Any:
        """Name, protocol and secret bits, as `ssl.SSLSocket.cipher` gives them; None without TLS."""
        return self.transport.get_extra_info("cipher")

    @property
    def remote_hostname(self) -> str | None:
        """The client's IP address; None for a Unix socket."""
        return self.peername[0] if isinstance(self.peername, tuple) else None

    @property
    def remote_port(self) -> int | None:
        """The client's port; None for a Unix socket."""
        return self.peername[1] if isinstance(self.peername, tuple) else None


def connection_of(protocol: GrowlerProtocol) -> Connection:
    """What the requests on it share."""
    ask = protocol.transport.get_extra_info
    return Connection(
        "https" if ask("sslcontext") is not None else "http",
        _address(ask("peername")),
        _address(ask("sockname")),
        loop=asyncio.get_running_loop(),
        transport=protocol.transport,
        protocol=protocol,
    )


def _address(name: object) -> tuple[str, int] | None:
    """Host and port of a socket name; None for those that have none (Unix sockets)."""
    return (name[0], name[1]) if isinstance(name, tuple) else None
