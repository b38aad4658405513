"""What is no Python in the recipes: the script for uploads runs in a browser; every question has an answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from growler import App
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.servers import Running

RECIPES = Path(__file__).resolve().parents[2] / "docs" / "recipes"
SCRIPT = re.search(r"^```javascript\n(.*?)^```$", (RECIPES / "uploads.md").read_text("utf-8"), re.M | re.S)[1]


@pytest.mark.browser
@pytest.mark.timeout(300)  # a browser on a busy machine
def test_the_script_shows_the_progress_of_an_upload(browser):  # noqa: F811 - the fixture
    app = App()
    app.get("/", lambda req, res: res.send_html(f"<script>{SCRIPT}</script>"))

    @app.put("/files/:name")
    async def receive(req, res):
        if req.params["name"] == "full":
            res.send(507)
            return
        size = sum([len(piece) async for piece in req.stream()])
        res.send_json({"name": req.params["name"], "bytes": size}, 201)

    with Running("native", app) as port:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        answer, last = page.evaluate(
            """async () => {
                let last;
                const file = new File([new Uint8Array(300000)], "a b");
                return [await upload(file, part => { last = part; }), last];
            }"""
        )
        assert (answer, last) == ({"name": "a b", "bytes": 300000}, 1)
        refused = page.evaluate('upload(new File(["x"], "full"), () => {}).catch(status => status)')
        assert refused == 507


def test_every_question_has_an_answer():
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", (RECIPES / "index.md").read_text("utf-8"), re.M)[1:]
    assert len(rows) > 20
    for asked, answer in rows:
        assert "](" in answer or "no" in answer or "`" in answer, asked
