"""`LiveClient`: TestClient's calls over a real socket, one kept connection."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from typing import Any

from growler.testing.client import HeaderInput, keep_cookies, prepare
from growler.testing.reply import Reply


class LiveClient:
    """Talks to 127.0.0.1:port. The target goes out as it is, so hostile ones can be sent."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        # The library would refuse hostile targets before the server could.
        self._connection._validate_path = lambda url: None  # type: ignore[attr-defined]

    def close(self) -> None:
        self._connection.close()

    def request(
        self,
        method: str,
        target: str | bytes,
        *,
        headers: HeaderInput = (),
        body: bytes | Iterable[bytes] = b"",
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        fields, pieces = prepare(headers, body, json, form, self.cookies)
        connection = self._connection
        url = target if isinstance(target, str) else target.decode("latin-1")
        chunked = not isinstance(body, bytes)
        connection.putrequest(method, url, skip_host=True, skip_accept_encoding=True)
        for name, value in fields:
            connection.putheader(name, value)
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders(iter(pieces) if chunked else b"".join(pieces) or None, encode_chunked=chunked)
        answer = connection.getresponse()
        reply = Reply(answer.status, answer.getheaders(), answer.read())
        keep_cookies(reply, self.cookies)
        return reply

    def get(self, target: str | bytes, *, headers: HeaderInput = ()) -> Reply:
        return self.request("GET", target, headers=headers)

    def head(self, target: str | bytes, *, headers: HeaderInput = ()) -> Reply:
        return self.request("HEAD", target, headers=headers)

    def post(
        self,
        target: str | bytes,
        *,
        headers: HeaderInput = (),
        body: bytes | Iterable[bytes] = b"",
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        return self.request("POST", target, headers=headers, body=body, json=json, form=form)
