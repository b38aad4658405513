"""Asks everything twice, so that the second answer is the one that comes out of a memory."""

from __future__ import annotations

from typing import Any

import pytest

from growler.testing import Reply
from growler.testing.client import Client
from growler_ext.static import facts


def keep_young_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Static keep files that were made a moment ago; it would wait for two seconds to be sure of their times."""
    monkeypatch.setattr(facts, "_TICK", -1_000_000_000)


class Twice:
    """A client whose answers have to be the same the second time."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def request(self, method: str, target: str | bytes, **options: Any) -> Reply:
        first, second = (self._client.request(method, target, **options) for _ in range(2))
        assert (second.status, second.body) == (first.status, first.body)
        assert {**second.headers, "date": ""} == {**first.headers, "date": ""}
        return second

    def get(self, target: str | bytes, **options: Any) -> Reply:
        return self.request("GET", target, **options)

    def head(self, target: str | bytes, **options: Any) -> Reply:
        return self.request("HEAD", target, **options)
