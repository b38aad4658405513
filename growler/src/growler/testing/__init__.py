"""Tests without a server: `TestClient` calls the app in memory and checks that it keeps to HTTP.

from growler.testing import TestClient

def test_hello():
    with TestClient(app) as client:
        assert client.get("/").text == "Hello"
"""

from growler.testing.client import TestClient
from growler.testing.exchange import MemoryExchange, ProtocolViolation
from growler.testing.reply import Reply

__all__ = ["MemoryExchange", "ProtocolViolation", "Reply", "TestClient"]
