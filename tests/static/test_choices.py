"""`Static` with its options, over HTTP: which file stands for a path, and how it is presented."""

from __future__ import annotations

import gzip
import os
import re

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.static import Static
from support.twice import Twice, keep_young_files

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
YEAR = "max-age=31536000"


@pytest.fixture
def served(serve, root, monkeypatch):
    """`client = served(...)`: asks everything twice, first from disk and then from memory."""
    keep_young_files(monkeypatch)

    def make(*roots: object, mount: str = "/", **options: object) -> Twice:
        app = App()
        app.use(mount, Static(*(roots or (root,)), **options))
        return Twice(serve(app))

    return make


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


def app_of(static: Static, mount: str = "/") -> App:
    app = App()
    app.use(mount, static)
    return app


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


# Compressed forms


@pytest.fixture
def packed(root):
    """`a.txt` with its three compressed forms; what they hold tells them apart."""
    for suffix in ("br", "zst", "gz"):
        path = root / f"a.txt.{suffix}"
        path.write_bytes(f"the {suffix} form".encode())
        status = (root / "a.txt").stat()
        os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
    return root


@pytest.mark.parametrize(
    ("accept", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"the br form"),
        ("gzip", "gzip", b"the gz form"),
        ("zstd, gzip", "zstd", b"the zst form"),
        ("br;q=0.5, gzip", "gzip", b"the gz form"),
        ("br;q=0, *", "zstd", b"the zst form"),
        ("*;q=0.1", "br", b"the br form"),
        ("identity, gzip;q=0.5", None, b"0123456789"),
        ("x-gzip", "gzip", b"the gz form"),
        ("deflate", None, b"0123456789"),
        ("", None, b"0123456789"),
        (None, None, b"0123456789"),
    ],
)
def test_the_form_that_the_client_likes_best_is_sent(served, packed, accept, coding, body):
    reply = served().get("/a.txt", headers={} if accept is None else {"Accept-Encoding": accept})
    assert (reply.headers.get("content-encoding"), reply.body) == (coding, body)
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["content-length"] == str(len(body))
    assert reply.headers["vary"] == "Accept-Encoding"


def test_each_form_has_a_tag_of_its_own_and_one_date(served, packed):
    client = served()
    replies = [
        client.get("/a.txt", headers={"Accept-Encoding": accept}) for accept in ("br", "zstd", "gzip", "x")
    ]
    assert len({reply.headers["etag"] for reply in replies}) == 4
    assert len({reply.headers["last-modified"] for reply in replies}) == 1
    br, plain = replies[0].headers["etag"], replies[3].headers["etag"]
    unchanged = client.get("/a.txt", headers={"Accept-Encoding": "br", "If-None-Match": br})
    assert (unchanged.status, unchanged.headers["vary"]) == (304, "Accept-Encoding")
    assert "content-encoding" not in unchanged.headers
    assert client.get("/a.txt", headers={"Accept-Encoding": "br", "If-None-Match": plain}).status == 200


def test_a_range_is_one_of_the_form_that_is_sent(served, packed):
    reply = served().get("/a.txt", headers={"Accept-Encoding": "br", "Range": "bytes=4-5"})
    assert (reply.status, reply.body, reply.headers["content-range"]) == (206, b"br", "bytes 4-5/11")
    assert reply.headers["content-encoding"] == "br"


def test_a_file_without_compressed_forms_does_not_vary(served):
    assert "vary" not in served().get("/a.txt", headers={"Accept-Encoding": "br"}).headers


def test_a_form_older_than_its_file_is_not_sent(served, packed):
    os.utime(packed / "a.txt.br", (1000, 1000))
    client = served()
    assert client.get("/a.txt", headers={"Accept-Encoding": "br, gzip"}).headers["content-encoding"] == "gzip"
    os.utime(packed / "a.txt")
    reply = client.get("/a.txt", headers={"Accept-Encoding": "br, gzip"})
    assert (reply.body, "content-encoding" in reply.headers) == (b"0123456789", False)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_form_that_is_a_link_out_or_no_file_is_not_sent(served, packed, tmp_path):
    (tmp_path / "outside").write_bytes(b"SECRET")
    (packed / "a.txt.br").unlink()
    (packed / "a.txt.br").symlink_to("../outside")
    (packed / "a.txt.zst").unlink()
    os.mkfifo(packed / "a.txt.zst")
    (packed / "a.txt.gz").unlink()
    (packed / "a.txt.gz").mkdir()
    reply = served().get("/a.txt", headers={"Accept-Encoding": "br, zstd, gzip"})
    assert (reply.body, "content-encoding" in reply.headers) == (b"0123456789", False)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_that_takes_the_place_of_a_kept_form_is_noticed(served, packed, tmp_path):
    client = served()
    for _ in range(2):
        assert client.get("/a.txt", headers={"Accept-Encoding": "br"}).body == b"the br form"
    (tmp_path / "outside").write_bytes(b"SECRET")
    (packed / "new").symlink_to("../outside")
    (packed / "new").replace(packed / "a.txt.br")
    assert client.get("/a.txt", headers={"Accept-Encoding": "br"}).body == b"0123456789"


def test_a_changed_file_is_not_sent_in_its_old_form(served, packed):
    client = served()
    assert client.get("/a.txt", headers={"Accept-Encoding": "br"}).body == b"the br form"
    (packed / "a.txt").write_bytes(b"new")
    assert client.get("/a.txt", headers={"Accept-Encoding": "br"}).body == b"new"


def test_forms_can_be_left_out_or_ordered(served, packed):
    accept = {"Accept-Encoding": "br, zstd, gzip"}
    assert "vary" not in served(encodings=()).get("/a.txt", headers=accept).headers
    assert (
        served(encodings=["gzip", "br"]).get("/a.txt", headers=accept).headers["content-encoding"] == "gzip"
    )


def test_a_large_form_is_sent_from_disk(served, root):
    content = os.urandom(700_000)
    (root / "large.js").write_bytes(b"x" * 1_000_000)
    (root / "large.js.gz").write_bytes(content)
    reply = served().get("/large.js", headers={"Accept-Encoding": "gzip"})
    assert (reply.body, reply.headers["content-encoding"]) == (content, "gzip")


# Strangers' files


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.html", False), ("a.htm", False), ("a.xhtml", False), ("a.svg", False), ("a.xml", False), ("a.js", False),
        ("a.mjs", False), ("a.css", False), ("a.wasm", False), ("a.atom", False), ("a.xslt", False), ("a.zip", False),
        ("noidea", False), ("a.txt", True), ("a.png", True), ("a.JPG", True), ("a.mp4", True), ("a.mp3", True),
        ("a.pdf", True), ("a.csv", True), ("a.json", True), ("a.woff2", True),
    ],
)  # fmt: skip
def test_what_could_act_in_the_name_of_the_site_is_not_shown(served, root, name, shown):
    (root / name).write_bytes(b"<script>")
    reply = served(untrusted=True).get(f"/{name}")
    assert (reply.status, reply.headers["x-content-type-options"]) == (200, "nosniff")
    assert reply.headers.get("content-security-policy") == (None if shown else "sandbox")
    disposition = None if shown else f'attachment; filename="{name}"'
    assert reply.headers.get("content-disposition") == disposition
    if name.endswith((".js", ".mjs", ".css", ".wasm")):
        assert reply.headers["content-type"] == "application/octet-stream"


def test_a_policy_of_the_site_and_the_sandbox_both_hold(serve, root):
    (root / "a.html").write_bytes(b"<script>")
    app = App()
    app.use(
        lambda req, res: res.set(
            {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}
        )
    )
    app.use(Static(root, untrusted=True))
    client = serve(app)
    both = ["default-src 'self'", "sandbox"]
    shown = client.get("/a.html")
    assert shown.getall("content-security-policy") == both
    unchanged = client.get("/a.html", headers={"If-None-Match": shown.headers["etag"]})
    assert (unchanged.status, unchanged.getall("content-security-policy")) == (304, both)
    assert client.get("/a.txt").headers["content-type"] == "text/plain; charset=utf-8"


def test_a_hostile_name_is_a_name_only(served, root):
    (root / 'a"\r\nX-Injected: 1.html').write_bytes(b"x")
    reply = served(untrusted=True).get("/a%22%0D%0AX-Injected:%201.html")
    assert reply.status == 200
    assert "x-injected" not in reply.headers


def test_a_stranger_cannot_lay_a_form_beside_the_file_of_another(served, packed):
    reply = served(untrusted=True).get("/a.txt", headers={"Accept-Encoding": "br, zstd, gzip"})
    assert (reply.body, "content-encoding" in reply.headers) == (b"0123456789", False)
    assert served(untrusted=True).get("/a.txt.gz").body == b"the gz form"


# URLs


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


# Wrong options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"extensions": ["a/b"]}, "extensions is .*: give suffixes"),
        ({"extensions": [3]}, "extensions is"),
        ({"spa": "../index.html"}, "spa is .*: give the path of a page"),
        ({"spa": ""}, "spa is"),
        ({"spa": 3}, "spa is"),
        ({"hide": "*.map"}, r"hide is '\*\.map': give a list of globs, \['\*\.map'\]"),
        ({"hide": [".."]}, "hide: '..' is no glob"),
        ({"immutable": "("}, "immutable is '\\(', which is no regex"),
        ({"cache_control": "a\r\nb"}, "cache_control is"),
        ({"cache_control": True}, "cache_control is True"),
        ({"cache_control": "no-cache", "max_age": 5}, "give one of them"),
        ({"encodings": "gzip"}, "encodings is 'gzip': give a list"),
        ({"encodings": ["deflate"]}, "encodings is"),
        ({"headers": {"Content-Length": "3"}}, "leave it out"),
        ({"headers": {"X": "a\r\nb"}}, "headers: X holds a control character"),
        ({"headers": {"X y": "a"}}, "is no header name"),
        ({"headers": {"X": 3}}, "a value is a str"),
        ({"headers": ["X: y"]}, "headers is .*: give a dict"),
        ({"prefix": "static"}, "prefix is 'static'"),
        ({"prefix": "javascript:alert(1)"}, "prefix is"),
        ({"memory": -1}, "memory is -1: give bytes"),
        ({"memory": "32MB"}, "memory is '32MB'"),
    ],
)
def test_wrong_options_are_named_with_their_mend(root, options, message):
    with pytest.raises(ValueError, match=message):
        Static(root, **options)


@pytest.mark.parametrize("folder", ["a.txt", "x" * 300, "a/" * 3000, "a\0b"])
def test_a_root_that_no_folder_can_have_is_told(root, folder):
    with pytest.raises(ValueError, match="there is no folder"):
        Static(root / folder)
