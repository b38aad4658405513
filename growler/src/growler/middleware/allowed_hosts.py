"""`AllowedHosts`: answers to the names that are its own, whatever name may lead here.

Whoever controls a domain can have it lead to any address, also to one that only the visitor's browser reaches (DNS
rebinding): for the browser, that site's pages and yours are then of one origin. And what an application makes of Host
- links in mails, keys of a cache - is chosen by who sent it.
"""

from __future__ import annotations

import ipaddress
import re

from growler.http.errors import HTTPErrorMisdirectedRequest
from growler.http.request import Request
from growler.http.response import Response

_NAME = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?").fullmatch


class AllowedHosts:
    """Answer 421 to a request for another host (RFC 9110 7.4 and 15.5.20).

        app.use(AllowedHosts("shop.example", "*.shop.example"))

    Parameters:
        hosts: names and addresses without a port, in whatever case; `*.shop.example` stands for every name below
            shop.example, however deep, and not for itself.
        addresses: every IP address passes: a page of another site comes here by a name alone.

    Behind a proxy the host is that of `App(trust_proxy=[...])`. Raises ValueError that names what is no host.
    """

    def __init__(self, *hosts: str, addresses: bool = False) -> None:
        if not hosts and not addresses:
            raise ValueError('AllowedHosts lets nobody pass: name the hosts, AllowedHosts("shop.example")')
        known = [_address(host) or _name(host) for host in hosts]
        wrong = [host for host, name in zip(hosts, known, strict=True) if not (_NAME(name) or _address(name))]
        if wrong:
            raise ValueError(
                'a host is a name or an address, without scheme and port, or "*." and a name: '
                + ", ".join(map(repr, wrong))
            )
        self._exact = frozenset(name for name in known if name[0] != "*")
        self._below = tuple(name[1:] for name in known if name[0] == "*")
        self._addresses = addresses

    def __call__(self, req: Request, res: Response) -> None:
        if not self.allow(req.hostname):
            raise HTTPErrorMisdirectedRequest("this server does not answer to that name")

    def allow(self, host: str) -> bool:
        """Whether a host - a name, or an address, that of IPv6 in brackets - is one of these."""
        name = _name(host)
        # Not by the tail alone: ".shop.example" is none. Addresses last: to look for one takes longer than all else.
        if name in self._exact or any(name.endswith(tail) and len(name) > len(tail) for tail in self._below):
            return True
        address = _address(host)
        return address is not None and (self._addresses or address in self._exact)


def _name(host: str) -> str:
    """In small letters, without the dot that may stand at the end."""
    return host.lower().removesuffix(".")


def _address(host: str) -> str | None:
    """An address as the library writes it; None for anything else."""
    if host[:1] == "[" and host[-1:] == "]":
        host = host[1:-1]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
