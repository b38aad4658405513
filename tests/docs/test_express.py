"""The right column of the table for those who come from Express: each piece of code there works as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from growler import App, Router
from growler.ext import Indexer, Static
from growler.middleware import Compression, Logger
from growler.testing import TestClient

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "express.md").read_text("utf-8")
ROWS = re.findall(r"^\| (`.+) \| (.+) \|$", TEXT, re.MULTILINE)
CODE = [code for _, right in ROWS for code in re.findall(r"`([^`]+)`", right)]
# What these give for GET /m/u/7?q=a&q=b with a session, in a handler.
VALUES = {
    'req.params["id"]': "7",
    'req.query.get_first("q")': "a",
    'req.query.getall("q")': ["a", "b"],
    'req.get("Accept")': "text/html",
    'req.accepts("html", "json")': "html",
    "req.ip": "127.0.0.1",
    "req.path": "/u/7",
    "req.base_url": "/m",
    "req.original_url": "/m/u/7?q=a&q=b",
    'req.cookies.signed("a")': None,
}
ANSWERS = {
    "res.send_json(value, 201)": (201, "[1]"),
    'res.send_text("text")': (200, "text"),
    'res.send_html("<p>")': (200, "<p>"),
    "res.send(404)": (404, "Not Found"),
    'res.redirect("/")': (302, ""),
    'res.render("home", {"title": title})': (200, "<b>T</b>"),
    "send_file(req, res, path, attachment=True)": (200, "{title}"),
}


@pytest.mark.parametrize("code", VALUES)
def test_what_is_read_from_a_request(run, code):
    assert code in CODE
    assert run(code)[0] == VALUES[code]


@pytest.mark.parametrize("code", ANSWERS)
def test_what_is_answered(run, code):
    assert code in CODE
    reply = run(code)[1]
    assert reply.status == ANSWERS[code][0]
    assert ANSWERS[code][1] in reply.text


def test_bodies_are_awaited(run):
    assert "await req.json()" in CODE
    assert "await req.form()" in CODE
    assert run("await req.json()", "POST", json={"a": 1})[0] == {"a": 1}
    assert run("await req.form()", "POST", form={"a": "1"})[0]["a"] == ["1"]


def test_what_is_set(run):
    for code in ('res.headers["X-A"] = "1"', 'res.cookies["a"] = "1"'):
        assert code in CODE
    assert run('res.headers["X-A"] = "1"')[1].headers["x-a"] == "1"
    assert run('res.cookies["a"] = "1"')[1].cookies == {"a": "1"}


def test_what_is_built(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "public").mkdir()
    (tmp_path / "files").mkdir()
    for code in ("Router()", "Logger()", "Compression()", 'app.use(Static("public"))', "TestClient(app)"):
        assert code in CODE
    names = {"App": App, "Router": Router, "Static": Static, "Indexer": Indexer, "TestClient": TestClient}
    names |= {"Logger": Logger, "Compression": Compression, "app": App(), "mw": Logger()}
    for code in CODE:
        if code.startswith(("app.use(", "Router(", "Logger(", "Compression(", "TestClient(")):
            eval(code, names)
