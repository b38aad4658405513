"""What a router shows of itself: its nodes, in order, and the handlers that match a request.

A node is one registration as old Growler gave it: `router.last().func`. Paths are shown as regexes there, because
those programs expect them; nothing is matched by them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from growler.exchange import Connection, RequestHead
from growler.http.methods import HTTPMethod
from growler.router.pattern import Param, Pattern, parse
from growler.router.plan import Handler
from growler.router.table import Entry, Table
from growler.router.wiring import Path

if TYPE_CHECKING:
    from growler.http.request import Request
    from growler.http.response import Response
    from growler.router.router import Router


class MiddlewareNode(NamedTuple):
    """One registration: a handler or a router, where and for which methods."""

    func: Handler | Router
    pattern: Pattern
    mask: HTTPMethod
    is_errorhandler: bool
    is_subchain: bool

    @property
    def path(self) -> re.Pattern[str]:
        return regex_of(self.pattern)


class Inspection(ABC):
    """The members of a router that change nothing."""

    @abstractmethod
    def nodes(self) -> list[MiddlewareNode]:
        """The registrations, in order."""

    @abstractmethod
    def entries(self) -> Iterator[Entry]:
        """Every handler below this router, as the table wants them."""

    def __iter__(self) -> Iterator[MiddlewareNode]:
        return iter(self.nodes())

    def __len__(self) -> int:
        return len(self.nodes())

    def first(self) -> MiddlewareNode:
        """Raises IndexError where nothing is registered."""
        return self.nodes()[0]

    def last(self) -> MiddlewareNode:
        """Raises IndexError where nothing is registered."""
        return self.nodes()[-1]

    def iter_routes(self) -> Iterator[tuple[HTTPMethod, re.Pattern[str], Handler | Router]]:
        """Methods, path and handler of every registration."""
        for node in self.nodes():
            yield node.mask, node.path, node.func

    @property
    def routes(self) -> tuple[tuple[HTTPMethod, re.Pattern[str], Handler | Router], ...]:
        """All that `iter_routes` gives."""
        return tuple(self.iter_routes())

    @property
    def subrouters(self) -> Iterator[MiddlewareNode]:
        """The nodes that are routers."""
        return (node for node in self.nodes() if node.is_subchain)

    def match_routes(self, req: Request) -> Iterator[Handler]:
        """The handlers that would run for a request's method and path, in order, were this router the whole app."""
        table = Table(self.entries(), _nothing)
        raw_path = quote(req.path, safe="/").encode()
        plan = table.plan(RequestHead(req.method.name or "", raw_path, b"", (), Connection()))
        return (step.handler for step in plan.steps if step.handler is not _nothing)

    @classmethod
    def sinatra_path_to_regex(cls, path: Path) -> re.Pattern[str]:
        r"""A path such as `/user/:id` as a regex with named groups; a regex is itself.

        Raises ValueError for what is no path.
        """
        return regex_of(parse(path))


def regex_of(pattern: Pattern) -> re.Pattern[str]:
    """A pattern as one regex."""
    if pattern.regex is not None:
        return pattern.regex
    parts = [
        f"(?P<{part.name}>[^/]+)" if isinstance(part, Param) else re.escape(part) for part in pattern.segments
    ]
    return re.compile("/" + "/".join(parts))


def _nothing(req: Request, res: Response) -> None:
    """Stands at the end of a plan, where an app has its 404."""
