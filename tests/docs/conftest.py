"""Makes what builds the site importable, as `docs/conf.py` does; and `run`, for pages with tables of code."""

import ast
import re
import sys
from pathlib import Path

import pytest

from growler import App, HTTPError, Router
from growler.ext import CookieParser, Renderer, Session
from growler.ext.static import send_file
from growler.testing import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))


@pytest.fixture
def run(tmp_path):
    """Run one expression or statement in a handler below /m."""
    (tmp_path / "home.tmpl").write_text("<b>{title}</b>")
    (tmp_path / "file").write_text("{title}")

    async def pieces():
        yield b"piece"

    async def events():
        yield "news"

    def run(code, method="GET", headers=None, **options):
        app, router = App(), Router()
        app.use(CookieParser("s" * 32))
        app.use(Session())
        app.use(Renderer(tmp_path, "format"))
        found = []

        async def handler(req, res):
            names = {"req": req, "res": res, "value": [1], "title": "T", "path": tmp_path / "file"}
            names |= {"send_file": send_file, "HTTPError": HTTPError, "pieces": pieces, "events": events}
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            kind = "exec" if re.search(r"\] = |^raise ", code) else "eval"
            found.append(None)
            result = eval(compile(code, "<row>", kind, flags=flags), names)
            found[0] = await result if hasattr(result, "__await__") else result
            if not res.has_ended:
                res.send_text("went on")

        router.all("/u/:id", handler)
        app.use("/m", router)
        with TestClient(app) as client:
            headers = {"Accept": "text/html", **(headers or {})}
            reply = client.request(method, "/m/u/7?q=a&q=b", headers=headers, **options)
        assert reply.status != 500, f"{code} failed: {reply.text}"
        return found[0], reply

    return run
