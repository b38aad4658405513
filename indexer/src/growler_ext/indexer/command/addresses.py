"""The addresses this machine can be reached at, as URLs: those of all its network interfaces."""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress

_SIOCGIFADDR = 0x8915
# Nothing is sent there (RFC 5737, RFC 3849): the system is asked which of its addresses would be used.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def urls(host: str | None, port: int, *, secure: bool, path: str) -> list[str]:
    """Every URL of a server; what is for this machine alone first.

    Parameters:
        host: what it is bound to; None, "0.0.0.0" and "::" are all addresses, of both kinds or of one.
        path: with a slash in front and at the end.
    """
    scheme, usual = ("https", 443) if secure else ("http", 80)
    hosts = _all(host) if host is None or host in ("0.0.0.0", "::") else [host]  # noqa: S104 - compared, not bound
    tail = path if port == usual else f":{port}{path}"
    return [f"{scheme}://{f'[{name}]' if ':' in name else name}{tail}" for name in hosts]


def is_loopback(host: str | None) -> bool:
    """Whether only this machine can reach what is bound to it."""
    if host == "localhost":
        return True
    try:
        return host is not None and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _all(host: str | None) -> list[str]:
    found = dict.fromkeys([*_of_interfaces(), *_by_route()])
    addresses = [ipaddress.ip_address(name) for name in found]
    kept = [
        address
        for address in addresses
        if not address.is_link_local and (host is None or (address.version == 4) == (host == "0.0.0.0"))  # noqa: S104 - compared, not bound
    ]
    own = "::1" if host == "::" else "127.0.0.1"
    return [own, *(str(address) for address in kept if not address.is_loopback)]


def _of_interfaces() -> Iterator[str]:
    """On Linux, which has them in one place each."""
    if sys.platform != "linux":
        return
    import fcntl  # not on Windows

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address
                answer = fcntl.ioctl(any_socket, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                yield socket.inet_ntoa(answer[20:24])
    with suppress(OSError), open("/proc/net/if_inet6", encoding="ascii") as table:
        for row in table:
            yield socket.inet_ntop(socket.AF_INET6, bytes.fromhex(row.split()[0]))


def _by_route() -> Iterator[str]:
    """Anywhere: what is used to reach others."""
    for family, elsewhere in _ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((elsewhere, 9))
            yield asking.getsockname()[0]
