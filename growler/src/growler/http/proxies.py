"""Who really sent a request that came through proxies: `TrustedProxies`, made of `App(trust_proxy=[...])`.

Read are X-Forwarded-For, -Proto and -Host, and only from a peer that is listed. RFC 7239's Forwarded is not: a
proxy that writes one of the two kinds passes the other on as the client sent it, so to believe both is to believe
the client. Every list is read from its right end, where the nearest proxy wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MAX_HOPS = 32
"""Entries of X-Forwarded-For that are looked at."""

UNIX = "unix"
"""Stands in the list for a peer without an address: whoever can open the Unix socket."""

Address = IPv4Address | IPv6Address

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?").fullmatch
_WITH_PORT = re.compile(r"(?:\[([^\]]+)\]|([0-9.]+))(?::[0-9]+)?").fullmatch


@dataclass(frozen=True, slots=True)
class Origin:
    """What a request's first trusted proxy saw: the client's address, its scheme, the Host it asked for."""

    ip: str
    protocol: str
    host: str


class TrustedProxies:
    """The peers whose forwarded fields are believed.

    Parameters:
        listed: addresses ("127.0.0.1", "::1"), networks ("10.0.0.0/8") and "unix".

    Raises ValueError that names every entry that is none of these.
    """

    def __init__(self, listed: Iterable[object]) -> None:
        if isinstance(listed, str | bool | int):
            raise ValueError(
                f'trust_proxy={listed!r}: list the proxies, as in trust_proxy=["127.0.0.1", "10.0.0.0/8"]; '
                "to believe everybody is to let clients choose their address"
            )
        self._networks: list[IPv4Network | IPv6Network] = []
        self._unix = False
        wrong = []
        for entry in listed:
            if entry == UNIX:
                self._unix = True
                continue
            try:
                # Not ip_network(5), which is 0.0.0.5.
                self._networks.append(ip_network(entry if isinstance(entry, str) else repr(entry)))
            except ValueError as error:
                wrong.append(f"{error}{_hint(entry)}")
        if wrong:
            raise ValueError(f"trust_proxy: {'; '.join(wrong)}")

    def origin(self, peer: str, scheme: str, headers: Mapping[str, str]) -> Origin:
        """Where a request comes from.

        Parameters:
            peer: the address of the connection's other end; "" for a Unix socket.
            scheme: of the connection.
            headers: the request's fields; repeated ones joined by commas.
        """
        host = headers.get("host", "")
        if not (self._trusts(parse_address(peer)) if peer else self._unix):
            return Origin(peer, scheme, host)
        client, hops = self._client(peer, headers.get("x-forwarded-for", ""))
        # Without X-Forwarded-For nobody says how many proxies have written. The scheme is then what the first of them
        # saw, as with most frameworks; a wrong one harms who sends it alone. A wrong host does not.
        protocol = _value(headers.get("x-forwarded-proto", ""), hops or MAX_HOPS).lower()
        forwarded_host = _value(headers.get("x-forwarded-host", ""), hops or 1)
        return Origin(
            client,
            protocol if protocol in ("http", "https") else scheme,
            forwarded_host if _HOST(forwarded_host) else host,
        )

    def _client(self, peer: str, forwarded_for: str) -> tuple[str, int]:
        """The first address from the right that is no proxy of ours, the last one believed if what follows is none; and
        how many proxies have written: as many values of other fields may be believed."""
        client, hops = peer, 0
        for entry in reversed(forwarded_for.rsplit(",", MAX_HOPS)):
            address = parse_address(entry.strip())
            if address is None:
                break
            client, hops = str(address), hops + 1
            if not self._trusts(address):
                break
        return client, hops

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)

    def __repr__(self) -> str:
        return f"<TrustedProxies {', '.join([*map(str, self._networks), *[UNIX] * self._unix])}>"


def _value(field: str, hops: int) -> str:
    """What the first of so many proxies wrote into a field, to which each has added a value or none."""
    values = field.rsplit(",", hops)
    return values[-min(hops, len(values))].strip()


def parse_address(text: str) -> Address | None:
    """An address, with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.

    None for anything else, `unknown` and names among it. IPv4 inside IPv6 (::ffff:192.0.2.1) is IPv4.
    """
    found = _WITH_PORT(text)
    try:
        # A zone (fe80::1%eth0) means something to one machine only, and no network contains it.
        address = ip_address(((found[1] or found[2]) if found else text).partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _hint(entry: object) -> str:
    """The network that was meant, where host bits are all that is wrong."""
    try:
        return f" (the network is {ip_network(entry, strict=False)})" if isinstance(entry, str) else ""
    except ValueError:
        return ""
