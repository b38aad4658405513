"""`Throttle`: how often somebody may try to log in - per address, per account, and per pair of both.

A try is counted before anything is compared, so parallel guesses run at most as many hashes as are allowed, and a
right password is refused as a wrong one. Who has logged in on a device before has a signed cookie there and is counted
by that alone: nobody else can lock that user out (OWASP, Authentication Cheat Sheet: device cookies).
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
import secrets
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from growler_ext.auth.events import Event
from growler_ext.auth.keys import PurposeSigner
from growler_ext.auth.shared import Rate, Shared, SharedError
from growler_ext.auth.shared.memory import MemoryShared

log: logging.Logger = logging.getLogger("growler.auth")

DEVICE_SECONDS = 90 * 24 * 3600
"""How long a device is known after a login."""


_PASSED_OVER: Final = ("Mn", "Me", "Cf", "Cc")


@dataclass(frozen=True, slots=True)
class Throttle:
    """The rates.

    Parameters:
        address: tries from one IPv4 address, or one /64 of IPv6 (what one customer has).
        account: tries on one account from everywhere but its known devices.
        pair: tries on one account from one address.
        device: tries from a known device.
        shared: where tries are counted: "memory", "redis://..." or a `Shared`. One process counts for itself in
            memory; several need Redis to agree, on what may be used once as well.
    """

    address: Rate = Rate(60, 600)  # noqa: RUF009 - frozen, so all may share it
    account: Rate = Rate(50, 3600)  # noqa: RUF009 - frozen, so all may share it
    pair: Rate = Rate(5, 60)  # noqa: RUF009 - frozen, so all may share it
    device: Rate = Rate(10, 600)  # noqa: RUF009 - frozen, so all may share it
    shared: Shared | str = field(default="memory", repr=False)  # a URL may hold a password


class Turnstile:
    """Counts tries; one for all methods of an `Auth`.

    Parameters:
        rates: None lets everybody through.
        shared: where tries are counted; when it is broken they are counted in memory, and an event says so.
        signer: for the device cookies.
    """

    def __init__(
        self,
        rates: Throttle | None,
        shared: Shared,
        signer: PurposeSigner,
        tell: Callable[[Event], Awaitable[None]],
    ) -> None:
        self._rates = rates
        self._shared = shared
        self._signer = signer
        self._tell = tell
        self._instead = MemoryShared()

    async def wait(self, ip: str | None, login: str, device: str | None, *, step: str = "") -> int:
        """Count a try; 0 if it may go on, else the whole seconds to wait, and nothing was counted.

        Parameters:
            login: the name that was typed, "" where only the address can be counted.
            device: the device cookie that came along, if one did.
            step: what is tried, where it is no password: tries at one step hold up no other.
        """
        if self._rates is None:
            return 0
        limits = self._limits(self._rates, ip, login, device, step)
        try:
            seconds = await self._shared.allow(limits)
        except SharedError as error:
            log.error("tries cannot be counted in common, each process counts for itself", exc_info=error)
            await self._tell(Event("provider_error", reason="the throttle's backend failed"))
            seconds = await self._instead.allow(limits)
        if not seconds:
            return 0
        await self._tell(Event("throttled", login=login, ip=ip))
        return max(math.ceil(seconds), 1)

    async def succeeded(
        self, ip: str | None, login: str, device: str | None, *, step: str = ""
    ) -> str | None:
        """Forget the tries of this pair; returns the value of a new device cookie if the one there is not good."""
        if self._rates is None:
            return None
        try:
            await self._shared.forgive([_pair(ip, login, step)])
        except SharedError:
            await self._instead.forgive([_pair(ip, login, step)])
        if self._known(device, login) is not None:
            return None
        return self._signer.sign(f"{_digest(login)}.{secrets.token_urlsafe(12)}")

    def _limits(
        self, rates: Throttle, ip: str | None, login: str, device: str | None, step: str
    ) -> list[tuple[str, Rate]]:
        address = ("address:" + network(ip), rates.address)
        if not login:
            return [address]
        known = self._known(device, login)
        if known is not None:
            return [(f"device:{step}:{known}", rates.device)]
        account = (f"account:{step}:{_digest(login)}", rates.account)
        return [address, account, (_pair(ip, login, step), rates.pair)]

    def _known(self, device: str | None, login: str) -> str | None:
        """The id of a device on which this account has logged in."""
        value = self._signer.unsign(device, DEVICE_SECONDS) if device is not None else None
        return value if value is not None and value.startswith(_digest(login) + ".") else None


def network(ip: str | None) -> str:
    """What one customer has: an IPv4 address, the /64 of an IPv6 address; "" for none (a Unix socket).

    >>> network("2001:db8::1"), network("::ffff:192.0.2.1")
    ('2001:db8::/64', '192.0.2.1')
    """
    if ip is None:
        return ""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)


def _pair(ip: str | None, login: str, step: str) -> str:
    return f"pair:{step}:{network(ip)} {_digest(login)}"


def _digest(login: str) -> str:
    """A name as a key: of one length, and the same however it is written.

    A directory may take more spellings than one for the same account; it must not multiply the tries. That two accounts
    whose names differ by an accent share theirs does no harm.
    """
    if login.isascii():
        name = login.strip().lower()
    else:
        folded = unicodedata.normalize("NFKD", login).casefold()
        # Databases pass over accents too, and over characters that nobody sees.
        name = "".join(char for char in folded if unicodedata.category(char) not in _PASSED_OVER).strip()
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
