"""`static.url`: addresses that name the contents, and what is sent for them."""

from __future__ import annotations

import os
import re

import pytest
from static.mounted import app_of

from growler import App
from growler.testing import TestClient
from growler_ext.static import Static
from support.twice import keep_young_files

YEAR = "max-age=31536000"


@pytest.mark.parametrize(
    ("mount", "options", "base"),
    [
        ("/", {}, ""),
        ("/static", {}, "/static"),
        ("/a/b", {}, "/a/b"),
        ("/static", {"prefix": "https://cdn.example.com/s/"}, "https://cdn.example.com/s"),
        ("/static", {"prefix": "/app/static"}, "/app/static"),
    ],
)
def test_a_url_names_the_contents(root, mount, options, base):
    static = Static(root, **options)
    app_of(static, mount)
    url = static.url("sub/b.css")
    assert re.fullmatch(re.escape(f"{base}/sub/b.css?v=") + "[0-9a-f]{8}", url)
    assert static.url("/sub/b.css") == url
    (root / "sub" / "b.css").write_text("b{color:red}")
    assert static.url("sub/b.css") != url


def test_under_its_url_a_file_is_kept_for_good(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    static = Static(root, max_age=60)
    client = serve(app_of(static, "/static"))
    url = static.url("a.txt")
    for _ in range(2):
        reply = client.get(url)
        assert (reply.body, reply.headers["cache-control"]) == (b"0123456789", f"public, {YEAR}, immutable")
        for other in (
            "/static/a.txt",
            "/static/a.txt?v=00000000",
            "/static/a.txt?v=",
            url + "0",
            url + "&x=1",
        ):
            assert client.get(other).headers["cache-control"] == "public, max-age=60", other
    (root / "a.txt").write_bytes(b"9876543210")
    assert client.get(url).headers["cache-control"] == "public, max-age=60"
    assert client.get(static.url("a.txt")).headers["cache-control"] == f"public, {YEAR}, immutable"


def test_another_process_knows_the_version_too(serve, root):
    """Each worker process has a Static of its own: one made the page, another is asked for the file."""
    (root / "large.bin").write_bytes(os.urandom(3_000_000))
    static = Static(root)
    app_of(static, "/static")
    client = serve(app_of(Static(root), "/static"))
    for name in ("a.txt", "large.bin"):
        reply = client.get(static.url(name))
        assert (reply.status, reply.headers["cache-control"]) == (200, f"public, {YEAR}, immutable")
        assert reply.body == (root / name).read_bytes()


def test_a_url_is_escaped(root):
    (root / "ü b#?.txt").write_bytes(b"x")
    static = Static(root)
    app_of(static, "/static")
    url = static.url("ü b#?.txt")
    assert url.startswith("/static/%C3%BC%20b%23%3F.txt?v=")
    with TestClient(app_of(Static(root), "/static")) as client:
        assert client.get(url).body == b"x"


def test_a_folder_has_the_url_of_its_index(root):
    static = Static(root)
    app_of(static, "/static")
    assert re.fullmatch(r"/static/\?v=[0-9a-f]{8}", static.url(""))
    assert re.fullmatch(r"/static/sub/\?v=[0-9a-f]{8}", static.url("sub/"))


def test_a_router_that_is_mounted_later_is_part_of_the_url(root):
    from growler import Router

    static = Static(root)
    inner, outer = Router(), Router()
    inner.use("/files", static)
    outer.use("/inner", inner)
    with pytest.raises(RuntimeError, match="not mounted yet"):
        static.url("a.txt")
    App().use("/outer", outer)
    assert static.url("a.txt").startswith("/outer/inner/files/a.txt?v=")


@pytest.mark.parametrize("path", ["nowhere", ".env", "../outside", "sub", "hidden.map", "a.txt/"])
def test_what_is_not_served_has_no_url(root, path):
    (root / "hidden.map").touch()
    static = Static(root, hide=["*.map"])
    app_of(static)
    with pytest.raises(FileNotFoundError, match="has no URL"):
        static.url(path)


def test_without_one_mount_point_there_is_no_url(root):
    static = Static(root)
    with pytest.raises(RuntimeError, match=r'app\.use\("/static", static\)'):
        static.url("a.txt")
    app_of(static, "/:tenant")
    with pytest.raises(RuntimeError, match="prefix="):
        static.url("a.txt")


def test_no_descriptor_of_a_url_stays_open(root):
    static = Static(root)
    app_of(static)
    if os.path.isdir("/proc/self/fd"):
        before = len(os.listdir("/proc/self/fd"))
        static.url("a.txt")
        assert len(os.listdir("/proc/self/fd")) == before
