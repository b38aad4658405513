"""Paths that want out, on every server: none lists, serves or packs anything from outside, and none is a 500."""

from pathlib import Path

import pytest
from conftest import Serve

from growler import App
from growler.ext import Indexer

ATTACKS = [
    "/../", "/../root-private/", "/../root/", "/%2e%2e/", "/.%2e/", "/%2E%2E%2froot-private/", "/..%2f", "/..%5c",
    "/%252e%252e/", "/%c0%ae%c0%ae/", "/%uff0e%uff0e/", "/....//", "/..;/", "/a.txt/../../", "/sub/../../",
    "/sub/%2e%2e/%2e%2e/root-private/", "//etc/", "////etc/passwd", "/%2fetc/passwd", "//evil.example/..",
    "/\\evil.example", "/%5cevil.example", "/%00", "/a.txt%00", "/sub/%00/", "/%", "/%zz", "/%e9%80/", "/out", "/out/",
    "/out/secret", "/chain/", "/chain/secret", "/loop", "/loop/", "/gone", "/pipe", "/pipe/", "/.git/", "/.git/config",
    "/%2egit/", "/sub/.env", "/root-private/", "/" + "x" * 5000, "/" + "y/" * 1500, "/" + "../" * 1000,
    "/CON", "/NUL.txt", "/a.txt::$DATA", "/C:/", "/a.txt.", "/a.txt%20",
]  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> App:
    root, private = tmp_path / "root", tmp_path / "root-private"
    (root / "sub").mkdir(parents=True)
    (root / ".git").mkdir()
    private.mkdir()
    for path in (private / "secret", root / ".git" / "config", root / "sub" / ".env", tmp_path / "outside"):
        path.write_text("SECRET")
    (root / "a.txt").write_text("a")
    (root / "out").symlink_to(private)
    (root / "chain").symlink_to("out")
    (root / "loop").symlink_to("loop")
    (root / "gone").symlink_to("nowhere")
    (private / "pipe").touch()
    app = App()
    app.use(Indexer(root, readme=True, archive=("tar",)))
    return app


@pytest.mark.parametrize("query", ["", "?format=json", "?archive=tar"])
def test_nothing_gets_out(serve_live: Serve, app: App, query: str) -> None:
    client = serve_live(app)
    for attack in ATTACKS:
        reply = client.get(attack + query)
        assert 300 < reply.status < 500, attack
        assert b"SECRET" not in reply.body, attack
        assert b"root-private" not in reply.body, attack
        location = reply.headers.get("location", "/")
        assert location[:1] == "/", attack
        assert location[1:2] not in ("/", "\\"), attack


def test_what_is_inside_is_shown_all_the_same(serve_live: Serve, app: App) -> None:
    client = serve_live(app)
    assert client.get("/sub/../?format=txt").text == "sub/\na.txt\ngone\nloop\n"
    assert client.get("/sub/../a.txt").text == "a"
    packed = client.get("/?archive=tar")
    assert packed.status == 200
    assert b"SECRET" not in packed.body
    assert client.get("/?page=all&format=json").json()["total"] == 4
