"""`Static` with its options, over HTTP: which file stands for a path, and how it is presented."""

from __future__ import annotations

import gzip
import re

import pytest
from static.mounted import app_of

from growler import App
from growler.testing import TestClient
from growler_ext.static import Static

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
YEAR = "max-age=31536000"


# Which file


def test_a_suffix_that_is_left_out_is_completed(served, root):
    (root / "about.html").write_text("about")
    client = served(extensions=["html", ".txt"])
    assert client.get("/about").text == "about"
    assert client.get("/about").headers["content-type"] == "text/html; charset=utf-8"
    assert client.get("/a").body == b"0123456789"
    assert client.get("/sub").status == 301
    assert client.get("/nowhere").status == client.get("/about/").status == 404
    assert served(extensions="txt").get("/a").status == 200


def test_a_page_stands_for_every_path_that_a_browser_opens(served):
    client = served(spa="index.html")
    for target in ("/users/7", "/users/7/", "/deep/er/still", "/%C3%BC"):
        reply = client.get(target, headers=HTML)
        assert (reply.status, reply.text) == (200, "<h1>top</h1>"), target
        assert "Accept" in reply.headers["vary"]
    assert client.get("/a.txt", headers=HTML).body == b"0123456789"
    assert client.get("/sub/", headers=HTML).text == "<h1>sub</h1>"
    assert client.get("/sub", headers=HTML).status == 301


@pytest.mark.parametrize(
    ("target", "accept"),
    [
        ("/missing.css", HTML["Accept"]),
        ("/missing%2ecss", HTML["Accept"]),
        ("/users/7", "*/*"),
        ("/users/7", "application/json"),
        ("/users/7", "text/html;q=0"),
        ("/users/7", "text/html;q=0.000, application/json"),
        ("/users/7", None),
        ("/.git/config", HTML["Accept"]),
        ("/../users", HTML["Accept"]),
        ("/%zz", HTML["Accept"]),
        ("//users", HTML["Accept"]),
        ("/secret/7", HTML["Accept"]),
    ],
)
def test_the_page_stands_for_nothing_else(served, target, accept):
    client = served(spa="index.html", hide=["secret"])
    assert client.get(target, headers={"Accept": accept} if accept else {}).status == 404


def test_a_post_is_no_navigation(served):
    assert served(spa="index.html").request("POST", "/users/7", headers=HTML).status == 404


def test_globs_hide_files_and_what_refers_to_them(served, root):
    (root / "a.txt.gz").write_bytes(gzip.compress(b"packed"))
    client = served(hide=["*.css", "bare", "*.gz"], index=["b.css", "index.html"])
    for target in ("/sub/b.css", "/sub/B.CSS", "/sub/%62.css", "/bare/c.js", "/bare", "/bare/", "/a.txt.gz"):
        assert client.get(target).status == 404, target
    reply = client.get("/a.txt", headers={"Accept-Encoding": "gzip"})
    assert (reply.body, "content-encoding" in reply.headers) == (b"0123456789", False)


def test_a_hidden_index_does_not_stand_for_its_folder(served):
    client = served(hide=["sub/index.html"])
    assert client.get("/sub/index.html").status == client.get("/sub/").status == 404
    assert client.get("/").text == "<h1>top</h1>"


def test_a_folder_of_a_package_is_served(served, tmp_path, monkeypatch):
    package = tmp_path / "demo_assets"
    (package / "web" / "css").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "web" / "css" / "app.css").write_text("b{}")
    monkeypatch.syspath_prepend(str(tmp_path))
    with TestClient(app_of(Static.package("demo_assets", "web"))) as client:
        assert client.get("/css/app.css").text == "b{}"
        assert client.get("/../__init__.py").status == 404
    with TestClient(app_of(Static.package("demo_assets", max_age=60))) as client:
        assert client.get("/web/css/app.css").headers["cache-control"] == "public, max-age=60"


def test_a_package_in_an_archive_is_served(tmp_path, monkeypatch):
    import zipfile

    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("demo_packed/__init__.py", "")
        archive.writestr("demo_packed/web/css/app.css", "b{}")
    monkeypatch.syspath_prepend(str(tmp_path / "packed.zip"))
    with TestClient(app_of(Static.package("demo_packed", "web"))) as client:
        assert client.get("/css/app.css").text == "b{}"
        assert client.get("/__init__.py").status == 404


@pytest.mark.parametrize(
    ("package", "folder", "message"),
    [
        ("no_such_package", "", "there is no package 'no_such_package'"),
        ("growler", "nowhere", "has no folder 'nowhere'"),
        ("growler", "app.py", "has no folder 'app.py'"),
        ("growler", "..", "has no folder|above the root"),
    ],
)
def test_a_package_or_folder_that_is_not_there_is_told(package, folder, message):
    with pytest.raises((ValueError, LookupError), match=message):
        Static.package(package, folder)


# How it is presented


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({}, "public, max-age=0"),
        ({"immutable": True}, f"public, {YEAR}, immutable"),
        ({"immutable": True, "max_age": 60}, "public, max-age=60, immutable"),
        ({"immutable": r"^a\.", "max_age": 60}, f"public, {YEAR}, immutable"),
        ({"immutable": re.compile(r"\.txt$")}, f"public, {YEAR}, immutable"),
        ({"immutable": r"\.[0-9a-f]{8,}\.", "max_age": "1h"}, "public, max-age=3600"),
        ({"immutable": lambda path: path == "a.txt"}, f"public, {YEAR}, immutable"),
        ({"immutable": lambda path: False}, "public, max-age=0"),
        ({"cache_control": "no-cache"}, "no-cache"),
        ({"cache_control": "no-cache", "immutable": "txt"}, f"public, {YEAR}, immutable"),
        ({"cache_control": False}, None),
        ({"cache_control": False, "immutable": True}, None),
    ],
)
def test_how_long_a_file_is_kept(served, options, value):
    assert served(**options).get("/a.txt").headers.get("cache-control") == value


def test_validators_and_ranges_can_be_left_out(served):
    client = served(etag=False, last_modified=False, ranges=False)
    reply = client.get("/a.txt", headers={"Range": "bytes=0-1"})
    assert (reply.status, reply.body) == (200, b"0123456789")
    assert not {"etag", "last-modified", "accept-ranges"} & set(reply.headers)


def test_without_a_tag_a_304_tells_the_date(served):
    client = served(etag=False)
    date = client.get("/a.txt").headers["last-modified"]
    reply = client.get("/a.txt", headers={"If-Modified-Since": date})
    assert (reply.status, reply.headers["last-modified"]) == (304, date)


def test_further_fields_are_sent_with_files_only(served):
    client = served(
        headers={"X-Robots-Tag": "noindex", "cache-control": "no-store", "Content-Language": "de"}
    )
    reply = client.get("/a.txt")
    assert (reply.headers["x-robots-tag"], reply.headers["cache-control"]) == ("noindex", "no-store")
    assert reply.getall("cache-control") == ["no-store"]
    unchanged = client.get("/a.txt", headers={"If-None-Match": reply.headers["etag"]})
    assert (unchanged.status, unchanged.headers["x-robots-tag"]) == (304, "noindex")
    assert "content-language" not in unchanged.headers
    for target in ("/nowhere", "/sub"):
        assert "x-robots-tag" not in client.get(target).headers


def test_a_function_gives_fields_for_each_file(served, root):
    asked = []

    def headers(path, stat):
        asked.append((path, stat.st_size))
        return {"X-Size": str(stat.st_size)} if path.suffix == ".txt" else {}

    client = served(headers=headers)
    assert client.get("/a.txt").headers["x-size"] == "10"
    assert "x-size" not in client.get("/sub/b.css").headers
    assert asked == [(root / "a.txt", 10)] * 2 + [(root / "sub" / "b.css", 3)] * 2
    client.get("/nowhere")
    client.get("/sub")
    assert len(asked) == 4


def test_what_others_have_set_stays(serve, root):
    app = App()
    app.use(
        lambda req, res: res.set({"Content-Type": "application/x-custom", "X-Content-Type-Options": "off"})
    )
    app.use(Static(root))
    reply = serve(app).get("/a.txt")
    assert reply.headers["content-type"] == "application/x-custom"
    assert reply.getall("x-content-type-options") == ["off"]


def test_not_modified_says_nothing_of_a_body_that_others_have_set(serve, root):
    app = App()
    app.use(
        lambda req, res: res.set(
            {"Content-Language": "en", "Content-Type": "a/b", "Content-Location": "/a", "X-Contents": "x"}
        )
    )
    app.use(Static(root))
    client = serve(app)
    first = client.get("/a.txt")
    assert first.headers["content-language"] == "en"
    reply = client.get("/a.txt", headers={"If-None-Match": first.headers["etag"]})
    assert reply.status == 304
    assert not {"content-language", "content-type", "content-length"} & set(reply.headers)
    assert (reply.headers["content-location"], reply.headers["x-contents"]) == ("/a", "x")
