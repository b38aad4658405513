"""What a client got: status, header fields, body."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


class Reply:
    """One answer, whole.

    Parameters:
        status: the status code.
        fields: name and value of each header line, as sent.
        body: the bytes of the body.
    """

    status: int
    """The status code."""
    fields: list[tuple[str, str]]
    """Name and value of each header line, as sent."""
    body: bytes
    """The bytes of the body."""

    def __init__(self, status: int, fields: Sequence[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.fields = list(fields)
        self.body = body

    @property
    def headers(self) -> dict[str, str]:
        """Fields by lower-case name, repeated ones joined by ", "; see `getall` for Set-Cookie."""
        joined: dict[str, str] = {}
        for name, value in self.fields:
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        return joined

    def getall(self, name: str) -> list[str]:
        """The values of each line of that name, whatever its case."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    @property
    def text(self) -> str:
        """The body as UTF-8 text. Raises UnicodeDecodeError."""
        return self.body.decode()

    def json(self) -> Any:
        """The body as JSON, whatever its type. Raises ValueError."""
        return json.loads(self.body)

    @property
    def cookies(self) -> dict[str, str]:
        """Name and raw value of each Set-Cookie; those that delete a cookie are left out."""
        found = {}
        for line in self.getall("set-cookie"):
            pair, *attributes = line.split(";")
            name, _, value = pair.partition("=")
            if not any(a.strip().lower() == "max-age=0" for a in attributes):
                found[name.strip()] = value.strip()
        return found

    def __repr__(self) -> str:
        return f"<Reply {self.status} {self.headers.get('content-type', '')} {len(self.body)} bytes>"
