"""`python3 run.py bench --own`: what each extension adds to a request, in one process and without a socket.

A connection of the native server is given the bytes of a request again and again, and what it writes is thrown away.
All cases take turns, and of each the quickest turn counts: what else the machine does only ever makes one slower.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import access_token

from growler import App, Request, Response
from growler.aio import GrowlerHTTPProtocol
from growler_ext.auth import Auth, Bearer, MemoryUsers
from growler_ext.auth.method import Accepted, Route
from growler_ext.cookieparser import CookieParser
from growler_ext.renderer import Renderer
from growler_ext.session import CookieStore, DictStore, Session
from growler_ext.static import Static

VIEWS = Path(__file__).parent / "views"

TURNS = 8  # of each round
REQUESTS = 1000  # of each turn: some milliseconds, in which now and then nothing else runs

SIX_COOKIES = (
    "_ga=GA1.1.123456789.1700000000; track=abcdefghijklmnopqrstuvwxyz0123456789abcdefghi; theme=dark; lang=en-GB; "
    "csrftoken=Zx81mK2l9Qp; consent=yes%2Cno"
)


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request.

    Parameters:
        base: the case to compare with; "" for none.
        add: puts the extension into the app.
        handle: what the handler does before it answers.
        fields: of the request, beside the cookie that came from `enter`.
        enter: the path of a POST with which a client begins.
    """

    name: str
    base: str
    add: Callable[[App], object]
    handle: Callable[[Request], object]
    fields: str = ""
    enter: str = "/enter"


def nothing(_: object) -> None:
    """For an app without an extension, and for a handler that does not use it."""


def count(req: Request) -> None:
    req.session["n"] = req.session.get("n", 0) + 1


class Door:
    """A way to log in that asks for nothing: what a login costs in the requests after it is the same for all."""

    name = "door"

    def __init__(self, users: MemoryUsers) -> None:
        self._user = users.add(access_token.USER)

    def routes(self) -> list[Route]:
        return [Route("POST", "/enter", lambda req: Accepted(self._user))]


def door(app: App) -> None:
    users = MemoryUsers()
    app.use(Session(DictStore()))
    app.use(Auth(Door(users), users=users, secret="s" * 32, prefix="/auth"))


def bearer(app: App) -> None:
    users = MemoryUsers()
    users.add(access_token.USER)
    way = Bearer(audience=access_token.AUDIENCE, key=access_token.KEY)
    app.use(Auth(way, users=users, secret="s" * 32))


PLAIN, READ = "a route that sends text", "Session in memory, read"
CASES = [
    Case(PLAIN, "", nothing, nothing),
    Case("CookieParser, unused", PLAIN, lambda app: app.use(CookieParser("s" * 32)), nothing),
    Case("CookieParser, one of six cookies", PLAIN, lambda app: app.use(CookieParser("s" * 32)),
         lambda req: req.cookies["lang"], f"Cookie: {SIX_COOKIES}\r\n"),
    Case("Renderer, unused", PLAIN, lambda app: app.use(Renderer(VIEWS, "jinja2")), nothing),
    Case("Static in front, no such file", PLAIN, lambda app: app.use(Static(VIEWS)), nothing),
    Case("Session in memory, unused", PLAIN, lambda app: app.use(Session(DictStore())), nothing),
    Case(READ, PLAIN, lambda app: app.use(Session(DictStore())), lambda req: req.session.get("n")),
    Case("Session in memory, read and written", PLAIN, lambda app: app.use(Session(DictStore())), count),
    Case("Session in a cookie, read", PLAIN, lambda app: app.use(Session(CookieStore("s" * 32))),
         lambda req: req.session.get("n")),
    Case("Session in a cookie, read and written", PLAIN, lambda app: app.use(Session(CookieStore("s" * 32))), count),
    Case("Auth, a login resumed from the session", READ, door, lambda req: req.user.id,  # type: ignore[union-attr]  # it is there
         enter="/auth/enter"),
    Case("Auth, a bearer token", PLAIN, bearer, lambda req: req.user.id,  # type: ignore[union-attr]  # it is there
         f"Authorization: Bearer {access_token.token()}\r\n"),
]  # fmt: skip


class Wire(asyncio.Transport):
    """A connection that goes nowhere; `written` is the last that was written."""

    written = b""

    def write(self, data: Any) -> None:
        self.written = data

    def is_closing(self) -> bool:
        return False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """There is no buffer."""

    def get_write_buffer_size(self) -> int:
        return 0


class Client:
    """A connection to an app of its own."""

    def __init__(self, case: Case) -> None:
        self._case = case
        app = App("bench")
        case.add(app)

        @app.post("/enter")
        def enter(req: Request, res: Response) -> None:
            if hasattr(req, "session"):
                req.session["n"] = 1
            res.send_text("in")

        @app.get("/")
        def answer(req: Request, res: Response) -> None:
            case.handle(req)
            res.send_text("counted")

        self._wire = Wire()
        self._protocol = GrowlerHTTPProtocol(app)
        self._protocol.connection_made(self._wire)

    async def enter(self) -> None:
        """Get the cookie, if there is one, and see that the request is answered."""
        head = f"POST {self._case.enter} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        self._protocol.data_received(head.encode())
        while not self._wire.written:  # noqa: ASYNC110 - an Event would be set by each write that is timed
            await asyncio.sleep(0)
        cookies = re.findall(rb"Set-Cookie: ([^;]*)", self._wire.written)
        fields = "".join(f"Cookie: {cookie.decode()}\r\n" for cookie in cookies) + self._case.fields
        self._request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{fields}\r\n".encode()
        self._protocol.data_received(self._request)
        if not self._wire.written.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"{self._case.name}: {self._wire.written!r}")

    def turn(self) -> float:
        """Microseconds of CPU time that a request takes."""
        receive, request = self._protocol.data_received, self._request
        begun = time.process_time()
        for _ in range(REQUESTS):
            receive(request)
        return (time.process_time() - begun) / REQUESTS * 1e6


async def _measure(turns: int) -> dict[str, float]:
    clients = {case.name: Client(case) for case in CASES}
    for client in clients.values():
        await client.enter()
    taken = [{name: client.turn() for name, client in clients.items()} for _ in range(turns)]
    return {name: min(turn[name] for turn in taken) for name in clients}


def table(rounds: int) -> str:
    """What the cases take, and what that is more than their bases."""
    took = asyncio.run(_measure(rounds * TURNS))
    lines = ["| in one process, without a socket | us/request | added | to |", "| --- | ---: | ---: | --- |"]
    for case in CASES:
        added = f"{took[case.name] - took[case.base]:.1f}" if case.base else ""
        lines.append(f"| {case.name} | {took[case.name]:.1f} | {added} | {case.base} |")
    return "\n".join(lines)
