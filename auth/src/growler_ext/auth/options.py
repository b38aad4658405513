"""The options of `Auth`, checked when it is made: every mistake at once, each in a sentence that names the fix."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from growler_ext.auth.adapt import adapt, problem
from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.events import Event
from growler_ext.auth.keys import Keys
from growler_ext.auth.method import AuthMethod, SecondFactor
from growler_ext.auth.next_url import is_local
from growler_ext.auth.services import Services
from growler_ext.auth.shared import Shared
from growler_ext.auth.shared.memory import MemoryShared
from growler_ext.auth.shared.opening import open_shared
from growler_ext.auth.throttle import Throttle, Turnstile
from growler_ext.auth.users import Users


def as_seconds(duration: float | timedelta) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else float(duration)


@dataclass(frozen=True)
class Options:
    """What `Auth` was given; see there."""

    users: Users | None
    secret: str | bytes | Sequence[str | bytes] | None = field(repr=False)
    base_url: str | None
    prefix: str
    login_url: str
    home: str
    default: str
    throttle: Throttle | str | None
    fresh: float | timedelta
    remember: float | timedelta
    csrf: str

    @property
    def fresh_seconds(self) -> float:
        return as_seconds(self.fresh)

    @property
    def remember_seconds(self) -> float:
        return as_seconds(self.remember)

    def mistakes(self) -> list[str]:
        """What is wrong with them by themselves."""
        return [
            *_in_address("prefix", self.prefix, "/auth"),
            *_in_address("login_url", self.login_url, "/login"),
            *([] if is_local(self.home) else [f'home={self.home!r}: a path of this site, such as home="/"']),
            *_in_base_url(self.base_url),
            *_one_of("default", self.default, "open", "required"),
            *_one_of("csrf", self.csrf, "auth", "all"),
            *([] if self.fresh_seconds > 0 else ["fresh must be positive seconds or a timedelta"]),
            *([] if self.remember_seconds > 0 else ["remember must be positive seconds or a timedelta"]),
        ]


def wired(
    given: Sequence[Any], options: Options, tell: Callable[[Event], Awaitable[None]]
) -> tuple[Sequence[AuthMethod], Services]:
    """The methods, wired to their services. Raises AuthWiringError that lists every mistake."""
    mistakes = options.mistakes()
    methods = [adapt(method) for method in given]
    no_methods = [found for found in map(problem, given) if found is not None]
    if not given:
        no_methods = ["Auth needs a method to log in by: Auth(Password(), users=...)"]
    services, wrong = _services(options, tell)
    mistakes += wrong
    mistakes += no_methods or _in_methods(methods, services)
    if mistakes:
        raise AuthWiringError(mistakes)
    return methods, services


def _services(options: Options, tell: Callable[[Event], Awaitable[None]]) -> tuple[Services, list[str]]:
    """What methods work with, as far as it can be made, and what was wrong with it."""
    mistakes = []
    throttle = options.throttle
    rates = Throttle(shared=throttle) if isinstance(throttle, str) else throttle
    shared: Shared = MemoryShared()
    try:
        shared = open_shared("memory" if rates is None else rates.shared)
    except ValueError as error:
        mistakes.append(str(error))
    try:
        keys = Keys(options.secret)
    except ValueError as error:
        mistakes.append(str(error))
        keys = Keys(None)
    turnstile = Turnstile(rates, shared, keys.signer("device"), tell)
    base_url = None if options.base_url is None else options.base_url.rstrip("/")
    services = Services(options.users, base_url, options.prefix, options.home, keys, turnstile, shared, tell)
    return services, mistakes


def _in_methods(methods: Sequence[AuthMethod], services: Services) -> list[str]:
    mistakes = [mistake for method in methods for mistake in method.wire(services)]
    addresses = Counter(f"{route.verb} {route.path}" for method in methods for route in method.routes())
    for kind, names in (("of the name", Counter(method.name for method in methods)), ("at", addresses)):
        mistakes += [
            f"two methods {kind} {name}: one would never be asked" for name, n in names.items() if n > 1
        ]
    if methods and all(isinstance(method, SecondFactor) for method in methods):
        mistakes.append(
            f"{methods[0].name} is a second factor: put a first one in front of it, such as Password()"
        )
    if addresses and not mistakes and not callable(getattr(services.users, "get", None)):
        mistakes.append("Auth asks users.get(id) who is logged in: users=MemoryUsers() or your own `Users`")
    if not addresses and all(method.challenge is None for method in methods):
        # RFC 9110 15.5.2: a 401 must carry a challenge.
        mistakes.append(
            "no method has a challenge, so a 401 could not say how to log in: give one a `challenge`"
        )
    return mistakes


def _one_of(name: str, value: str, first: str, second: str) -> list[str]:
    return [] if value in (first, second) else [f'{name}={value!r}: "{first}" or "{second}"']


def _in_address(name: str, path: str, example: str) -> list[str]:
    # The characters of a path that need no quoting, neither in HTML nor in a header field nor for the router.
    plain = all(char.isalnum() or char in "/-._~" for char in path) and path.isascii()
    if is_local(path) and plain and path != "/" and not path.endswith("/") and "//" not in path:
        return []
    return [f'{name}={path!r}: a plain path without a slash at its end, such as {name}="{example}"']


def _in_base_url(base_url: str | None) -> list[str]:
    if base_url is None:
        return []
    parts = urlsplit(base_url)
    plain = (
        parts.netloc
        and not parts.username
        and not parts.query
        and not parts.fragment
        and parts.path in ("", "/")
    )
    if plain and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))):
        return []
    return [f'base_url={base_url!r}: scheme and host of this site, such as base_url="https://example.org"']


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
