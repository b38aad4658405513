"""What is asked of every peer: the requests, and the answers they have to get."""

from __future__ import annotations

import json
from dataclasses import dataclass

import access_token
import page

TEMPLATES = ("growler_native", "growler_async", "growler_asyncio", "growler_uvicorn", "starlette_uvicorn")
"""Who takes part in the jobs with templates."""

SESSIONS = "session_"
"""How the names of peers begin that have nothing but a counter in a session."""

LISTINGS = "listing_"
"""How the names of peers begin that have nothing but a folder to list."""

FILES = "static_"
"""How the names of peers begin that have nothing but a folder of files to send."""

TOKENS = "bearer_"
"""How the names of peers begin that have nothing but a route behind a bearer token."""

APART = (SESSIONS, LISTINGS, FILES, TOKENS)
"""How the names of peers begin that do the jobs of their family only."""

BROWSER = """\
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8
Accept-Language: en-GB,en;q=0.9,de;q=0.8
Accept-Encoding: gzip, deflate, br, zstd
Connection: keep-alive
Referer: http://127.0.0.1/start
Cookie: theme=dark; visited=2026-01-01; consent=none
Upgrade-Insecure-Requests: 1
Sec-Fetch-Dest: document
Sec-Fetch-Mode: navigate
Sec-Fetch-Site: same-origin
Sec-Fetch-User: ?1"""


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of request.

    Parameters:
        title: for tables and plots.
        path: what is asked for, by GET.
        answer: the text that has to come back, or the value whose JSON has to.
        in_it: whether it is enough that the text is somewhere in what comes back.
        headers: lines sent beside Host.
        pipeline: how many requests leave at once on each connection.
        different: how many requests, told apart by their X-Request-Id, are sent in turn; 1 for always the same.
        routed: whether an answer takes a router; peers named `raw_...` have none and sit such jobs out.
        peers: who takes part; all if empty.
        family: who takes part instead: peers whose names begin so, which sit all other jobs out. Where that is a
            family with sessions, each connection has one of its own, begun before: it sends the cookie that its
            first answer has set, always the same.
        known: whether the client has the answer already and asks, by its entity tag, if it is still the same.
        base: whose figures the ratios compare with.
    """

    title: str
    path: str = "/"
    answer: str | dict[str, str] = "Hello, World!"
    in_it: bool = False
    headers: str = "User-Agent: load\nAccept: */*"
    pipeline: int = 1
    different: int = 1
    routed: bool = False
    peers: tuple[str, ...] = ()
    family: str = ""
    known: bool = False
    base: str = "starlette_uvicorn"

    @property
    def ids(self) -> list[str]:
        """What tells its requests apart; one "" where nothing does."""
        return [f"{number:08}" for number in range(self.different)] if self.different > 1 else [""]

    def request(self, port: int, cookie: str = "", etag: str = "", id: str = "") -> bytes:
        """One request, as it goes over the wire."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *self.headers.split("\n")]
        if id:
            lines.append(f"X-Request-Id: {id}")
        if cookie:
            lines.append(f"Cookie: {cookie}")
        if etag:
            lines.append(f"If-None-Match: {etag}")
        return "\r\n".join([*lines, "", ""]).encode()

    def is_for(self, peer: str) -> bool:
        """Whether a peer of this name takes part."""
        if self.family or peer.startswith(APART):
            return bool(self.family) and peer.startswith(self.family)
        return not (self.routed and peer.startswith("raw_")) and (not self.peers or peer in self.peers)

    @property
    def has_sessions(self) -> bool:
        return self.family.startswith(SESSIONS)

    def is_answered_by(self, body: bytes) -> bool:
        if self.in_it and isinstance(self.answer, str):
            return self.answer in body.decode()
        return (body.decode() if isinstance(self.answer, str) else json.loads(body)) == self.answer


JOBS = {
    "text": Job("plain text"),
    "browser": Job("plain text, 13 browser headers", headers=BROWSER),
    # More than any cache in a server of headers, or of whole requests, should hold.
    "different": Job("the same, no two requests alike", headers=BROWSER, different=5000),
    "params": Job(
        "three params to JSON",
        "/user/1/post/2/comment/3",
        {"user": "1", "post": "2", "comment": "3"},
        routed=True,
    ),
    "five": Job("five middleware, then a route", "/five/", routed=True),
    "pipelined": Job("plain text, 16 pipelined requests", pipeline=16),
    "mako": Job("a page with 20 rows, mako", "/pages/mako", page.text(), peers=TEMPLATES),
    "jinja": Job("the same page, jinja2", "/pages/jinja", page.text(), peers=TEMPLATES),
    "session_cookie": Job(
        "a counter in a session, signed cookie",
        "/count",
        "counted",
        family="session_cookie",
        base="session_cookie_starlette",
    ),
    "session_memory": Job(
        "a counter in a session, in memory",
        "/count",
        "counted",
        family="session_memory",
        base="session_memory_starsessions",
    ),
    "session_redis": Job(
        "a counter in a session, in Redis",
        "/count",
        "counted",
        family="session_redis",
        base="session_redis_starsessions",
    ),
    "listing": Job(
        "a folder of 1,000 files, listed",
        "/",
        "report%20999.tar.gz",
        in_it=True,
        family="listing_",
        base="listing_http_server",
    ),
    "static_1k": Job("a file of 1 KiB", "/1k.txt", "x" * 1024, family=FILES, base="static_starlette"),
    "static_64k": Job("a file of 64 KiB", "/64k.txt", "x" * 65536, family=FILES, base="static_starlette"),
    "static_10m": Job("a file of 10 MiB", "/10m.txt", "x" * 10485760, family=FILES, base="static_starlette"),
    "static_304": Job(
        "a file the client has: 304",
        "/1k.txt",
        "x" * 1024,
        family=FILES,
        known=True,
        base="static_starlette",
    ),
    "bearer": Job(
        "a bearer token to JSON",
        "/me",
        {"id": access_token.USER},
        headers=f"User-Agent: load\nAccept: */*\nAuthorization: Bearer {access_token.token()}",
        family=TOKENS,
        base="bearer_starlette",
    ),
}
