"""`Browser`: asks the program of `outside_app`, which runs as a process of its own, over sockets."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

APP = str(Path(__file__).with_name("outside_app.py"))
ON_THE_SERVER = ("dict", "sqlite", "redis")
IN_COOKIES = ("cookie", "encrypted")


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def values(self) -> Any:
        return json.loads(self.body)

    @property
    def set_cookie(self) -> list[str]:
        return self.headers.get_all("Set-Cookie") or []


class Browser:
    """Asks one program, each time on a new connection, and keeps its cookies as a browser does, but for their paths."""

    def __init__(self, port: int, kind: str) -> None:
        self.port = port
        self.kind = kind
        self.cookies: dict[str, str] = {}

    def another(self) -> Browser:
        return Browser(self.port, self.kind)

    def with_cookies(self, **cookies: str) -> Browser:
        """One that has no cookies but these; "_" in a name stands for "-"."""
        other = self.another()
        other.cookies = {name.replace("_", "-"): value for name, value in cookies.items()}
        return other

    def ask(self, target: str, *words: str, method: str = "GET", **query: str) -> Answer:
        headers = {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.send(method, _target(target, words, query), headers)

    def send(self, method: str, target: str, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, headers=headers)
            reply = connection.getresponse()
            answer = Answer(reply.status, reply.read(), reply.headers)
        finally:
            connection.close()
        for line in answer.set_cookie:
            pair, _, attributes = line.partition(";")
            name, _, value = pair.partition("=")
            if "max-age=0" in attributes.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def do(self, *words: str, **query: str) -> Any:
        """What the plain page answers."""
        return self.ask("/plain/", *words, **query).values


def _target(target: str, words: tuple[str, ...], query: dict[str, str]) -> str:
    pairs = [f"do={quote(word)}" for word in words] + [f"{name}={value}" for name, value in query.items()]
    return f"{target}?{'&'.join(pairs)}" if pairs else target
