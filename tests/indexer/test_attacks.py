"""Paths that want out, on every server: none lists, serves or packs anything from outside, and none is a 500."""

from pathlib import Path

import pytest
from conftest import Serve

from growler import App
from growler.ext import Indexer
from support.file_attacks import ATTACKS, SECRET, make_tree


@pytest.fixture
def app(tmp_path: Path) -> App:
    root = make_tree(tmp_path)
    app = App()
    app.use(Indexer(root, readme=True, archive=("tar",)))
    return app


@pytest.mark.parametrize("query", ["", "?format=json", "?archive=tar"])
def test_nothing_gets_out(serve_live: Serve, app: App, query: str) -> None:
    client = serve_live(app)
    for attack in (each.decode("latin-1") for attacks in ATTACKS.values() for each in attacks):
        reply = client.get(attack + query)
        assert 300 < reply.status < 500, attack
        assert SECRET not in reply.body, attack
        assert b"shown-private" not in reply.body, attack
        location = reply.headers.get("location", "/")
        assert location[:1] == "/", attack
        assert location[1:2] not in ("/", "\\"), attack


def test_what_is_inside_is_shown_all_the_same(serve_live: Serve, app: App) -> None:
    client = serve_live(app)
    assert client.get("/sub/../?format=txt").text == "sub/\na.txt\ngone\nloop\npipe\nsocket\n"
    assert client.get("/sub/../a.txt").text == "a"
    packed = client.get("/?archive=tar")
    assert packed.status == 200
    assert SECRET not in packed.body
    assert client.get("/?page=all&format=json").json()["total"] == 6
