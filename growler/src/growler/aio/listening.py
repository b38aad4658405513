"""Addresses to sockets: one bound socket for every address of a host, all on the same port.

Bound and not yet listening: connections are refused until somebody listens, and nobody else gets the port.
"""

from __future__ import annotations

import errno
import os
import socket
import sys

# Elsewhere the option exists as well, but does not spread connections over the sockets of a port.
CAN_SHARE_PORTS = sys.platform == "linux"


def bind(
    host: str | None,
    port: int,
    *,
    family: int = socket.AF_UNSPEC,
    flags: int = socket.AI_PASSIVE,
    reuse_port: bool = False,
) -> list[socket.socket]:
    """Bind every address that a host name has.

    Parameters:
        host: a name or address; None takes all of this machine's.
        port: 0 lets the system choose one, the same for all addresses.
        family, flags: for getaddrinfo.
        reuse_port: with SO_REUSEPORT, so that other processes of this user may bind the same.

    Raises OSError, whose text names the address.
    """
    bound: list[socket.socket] = []
    skipped: OSError | None = None
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, flags)
        for at, kind, protocol, _, address in dict.fromkeys(found):
            chosen = port or (bound[0].getsockname()[1] if bound else 0)
            try:
                bound.append(_bind(at, kind, protocol, (address[0], chosen, *address[2:]), reuse_port))
            except OSError as error:
                # A machine without IPv6 may still have a name for its addresses.
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                skipped = error
        if not bound and skipped is not None:
            raise skipped
    except UnicodeError as error:  # what Python's own encoding of host names says
        raise _named(socket.gaierror(socket.EAI_NONAME, "this is no host name"), host, port) from error
    except OSError as error:
        for sock in bound:
            sock.close()
        raise _named(error, host, port) from error
    return bound


def listen(sock: socket.socket, backlog: int) -> None:
    """Have connections accepted. Raises OSError, whose text names the address, when another socket listens there."""
    try:
        sock.listen(backlog)
    except OSError as error:
        host, port = sock.getsockname()[:2]
        raise _named(error, host, port) from error


def _bind(
    family: int, kind: int, protocol: int, address: tuple[object, ...], reuse_port: bool
) -> socket.socket:
    sock = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            # What is left of closed connections must not keep a restarted server from its port. On Windows the
            # option means something else: that any other program may take the port away.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            # "::" is for IPv6 alone; None has an address for each.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock


def _named(error: OSError, host: str | None, port: int) -> OSError:
    """The same error, which also says where."""
    where = f"{host or 'any address'}, port {port}"
    return type(error)(error.errno, f"cannot listen on {where}: {reason(error)}")


def reason(error: OSError) -> str:
    """What the system says about it, in small letters: words for the second half of a sentence."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
