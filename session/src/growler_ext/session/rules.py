"""`Rules`: what the middleware was told once, the same for all requests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from growler.exchange import Fields
from growler_ext.cookieparser import finder
from growler_ext.session.cookie import CookieRule
from growler_ext.session.visits.contract import Visits

log: logging.Logger = logging.getLogger("growler.session")


@dataclass(slots=True)
class Rules:
    """See `Session`."""

    visits: Visits
    cookie: CookieRule
    commit_on: Callable[[int], bool]
    user_key: str | None
    anonymous_on_error: bool
    lazy: bool
    warned: bool = False
    names: dict[bool, str] = field(init=False)
    """The cookie's name, by whether the request came by https."""
    finders: dict[bool, Callable[[Fields], list[str]]] = field(init=False)
    """What finds the cookie's values, likewise."""
    reaches: dict[bool, bool] = field(init=False)
    """Whether the cookie reaches the client then."""

    def __post_init__(self) -> None:
        self.names = {https: self.cookie.name_for(https) for https in (True, False)}
        self.finders = {https: finder(name) for https, name in self.names.items()}
        self.reaches = {https: self.cookie.reaches(https) for https in (True, False)}

    def warn_of_http(self) -> None:
        """Say, once, why the client gets no cookie."""
        if not self.warned:
            self.warned = True
            log.warning(
                "Session(secure=True) sets its cookie on https alone, and this request came by http: behind a proxy "
                'that ends TLS use App(trust_proxy=[its address]), and without TLS secure="auto"'
            )
