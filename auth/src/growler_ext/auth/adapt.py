"""Makes an `AuthMethod` of any object that has a `name` and `authenticate` or `routes`: what it leaves out is added."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from growler.http.request import Request
from growler_ext.auth.method import AuthMethod, Outcome, Route

_PARTS = ("authenticate", "routes")
_OPTIONAL = ("challenge", "wire", "form", "logged_out", "open", "close")


class _Named(Protocol):
    @property
    def name(self) -> str:
        """What sessions remember; see `AuthMethod`."""


class Authenticating(_Named, Protocol):
    """A method that looks at every request, and need be no `AuthMethod`."""

    def authenticate(self, req: Request) -> Outcome | Awaitable[Outcome]:
        """See `AuthMethod.authenticate`."""


class Routed(_Named, Protocol):
    """A method that is served at addresses of its own, and need be no `AuthMethod`."""

    def routes(self) -> Sequence[Route]:
        """See `AuthMethod.routes`."""


AnyMethod = AuthMethod | Authenticating | Routed


def adapt(method: Any) -> AuthMethod:
    """The method itself if it is a whole one, else one around it. What it cannot be made of is left as it is."""
    if isinstance(method, AuthMethod | type) or problem(method) is not None:
        return method  # type: ignore[no-any-return]  # `problem` is asked again, and its answer refused at wiring
    adapted = AuthMethod()
    for part in ("name", *_PARTS, *_OPTIONAL):
        if hasattr(method, part):
            setattr(adapted, part, getattr(method, part))
    return adapted


def problem(method: Any) -> str | None:
    """Why something is no method, in a sentence that names the fix; None if it is one."""
    if isinstance(method, type):
        return f"{method.__name__} is a class: use an instance, {method.__name__}(...)"
    if not isinstance(getattr(method, "name", None), str):
        return f'{method!r} has no name: give it name = "...", which sessions remember'
    if not any(callable(getattr(method, part, None)) for part in _PARTS):
        return f"{method.name} has neither authenticate(req) nor routes(): see AuthMethod"
    return None


def reads_requests(method: AuthMethod) -> bool:
    """Whether a method looks at every request; those that only have routes need not be asked."""
    return getattr(method.authenticate, "__func__", None) is not AuthMethod.authenticate
