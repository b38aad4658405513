"""Middleware of the core."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from growler import App
from growler.middleware import Logger


def test_logger_logs_every_answer_without_its_query(serve, caplog):
    app = App()
    app.use(Logger())
    app.get("/a", lambda req, res: res.send_text("x"))
    client = serve(app)
    with caplog.at_level(logging.INFO, "growler.access"):
        client.get("/a?token=secret")
        client.get("/%0d%0aforged")
        client.get("/a")  # live servers log after sending: this one's answer proves the lines before it
    lines = [record.getMessage() for record in caplog.records if record.name == "growler.access"][:2]
    assert [line.rpartition(" ")[0] for line in lines] == [
        "127.0.0.1 GET /a 200",
        "127.0.0.1 GET /%0d%0aforged 404",
    ]


def test_logger_alone_writes_to_standard_error():
    program = """
from growler import App
from growler.middleware import Logger
from growler.testing import TestClient
app = App()
app.use(Logger())
with TestClient(app) as client:
    client.get("/x")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.startswith("127.0.0.1 GET /x 404 ")


def test_extensions_are_found_under_their_old_names():
    from growler import ext, middleware

    assert middleware.Session is ext.Session
    with pytest.raises(AttributeError, match="no attribute 'Nope'"):
        _ = middleware.Nope
