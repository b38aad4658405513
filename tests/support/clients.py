"""`LiveClient`: TestClient's calls over a real socket, one kept connection."""

from __future__ import annotations

import http.client

from growler.testing.client import Client, Fields
from growler.testing.reply import Reply


class LiveClient(Client):
    """Talks to 127.0.0.1:port."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        # The library would refuse hostile targets before the server could.
        self._connection._validate_path = lambda url: None  # type: ignore[attr-defined]  # its own private check

    def close(self) -> None:
        self._connection.close()

    def send(self, method: str, target: bytes, fields: Fields, body: bytes | list[bytes]) -> Reply:
        connection = self._connection
        connection.putrequest(method, target.decode("latin-1"), skip_host=True, skip_accept_encoding=True)
        for name, value in fields:
            connection.putheader(name, value)
        chunked = not isinstance(body, bytes)
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders(iter(body) if chunked else body or None, encode_chunked=chunked)
        answer = connection.getresponse()
        return Reply(answer.status, answer.getheaders(), answer.read())
