"""Files that are kept in memory: every change is noticed, every policy still holds, and the memory is bounded."""

from __future__ import annotations

import os

import pytest

from growler import App
from growler_ext.static import Static
from support.twice import keep_young_files

posix_only = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


@pytest.fixture
def static(root, monkeypatch):
    keep_young_files(monkeypatch)
    return Static(root)


@pytest.fixture
def client(serve, static):
    app = App()
    app.use(static)
    return serve(app)


def kept_paths(static: Static) -> list[bytes]:
    return list(static._sender._memory._hot._kept)


def test_the_second_answer_comes_from_memory(client, static, root, monkeypatch):
    assert client.get("/a.txt").body == b"0123456789"
    assert kept_paths(static) == [b"/a.txt"]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("looked up again")

    monkeypatch.setattr(static._source, "find", refuse)
    reply = client.get("/a.txt")
    assert (reply.status, reply.body, reply.headers["content-length"]) == (200, b"0123456789", "10")
    tag = reply.headers["etag"]
    assert client.get("/a.txt", headers={"If-None-Match": tag}).status == 304
    assert client.get("/a.txt", headers={"Range": "bytes=2-4"}).body == b"234"
    assert client.get("/a.txt", headers={"Range": "bytes=99-"}).status == 416
    assert client.head("/a.txt").headers["content-length"] == "10"


def test_a_file_is_not_kept_before_it_has_settled(serve, root):
    static = Static(root)
    app = App()
    app.use(static)
    serve(app).get("/a.txt")
    assert kept_paths(static) == []


@pytest.mark.parametrize("change", ["write", "append", "replace", "touch", "remove", "chmod"])
def test_a_change_is_noticed_at_once(client, root, change):
    path = root / "a.txt"
    before = client.get("/a.txt")
    assert client.get("/a.txt").body == b"0123456789"
    match change:
        case "write":
            path.write_bytes(b"9876543210")
        case "append":
            with path.open("ab") as file:
                file.write(b"!")
        case "replace":
            (root / "new").write_bytes(b"new")
            (root / "new").replace(path)
        case "touch":
            os.utime(path)
        case "remove":
            path.unlink()
        case "chmod":
            path.chmod(0o600)
    reply = client.get("/a.txt")
    if change == "remove":
        assert reply.status == 404
    else:
        assert reply.body == path.read_bytes()
        assert reply.headers["etag"] != before.headers["etag"]


@posix_only
@pytest.mark.parametrize("symlinks", ["inside", "never"])
@pytest.mark.parametrize("what", ["file", "folder", "the same folder"])
def test_a_link_that_takes_the_place_of_a_kept_file_is_noticed(
    serve, root, tmp_path, monkeypatch, symlinks, what
):
    keep_young_files(monkeypatch)
    outside = tmp_path / "outside"
    app = App()
    app.use(Static(root, symlinks=symlinks))
    client = serve(app)
    target = "/a.txt" if what == "file" else "/sub/b.css"
    first = client.get(target)
    assert (first.status, client.get(target).body) == (200, first.body)
    if what == "file":
        outside.write_bytes(b"SECRET")
        (root / "a.txt").unlink()
        (root / "a.txt").symlink_to(outside)
    elif what == "folder":
        outside.mkdir()
        (outside / "b.css").write_bytes(b"SECRET")
        (root / "sub").rename(root / "moved")
        (root / "sub").symlink_to(outside)
    else:
        # The very file that is kept, unchanged - but it does not lie below the root any more.
        (root / "sub").rename(outside)
        (root / "sub").symlink_to(outside)
    assert client.get(target).status == 404


@posix_only
def test_a_file_that_a_link_leads_to_is_served_but_not_kept(client, static, root):
    (root / "link").symlink_to("a.txt")
    (root / "folder-link").symlink_to("sub")
    for target in ("/link", "/folder-link/b.css"):
        assert client.get(target).status == client.get(target).status == 200
    assert kept_paths(static) == []


@posix_only
def test_where_links_are_followed_the_file_behind_them_is_kept(serve, root, tmp_path, monkeypatch):
    keep_young_files(monkeypatch)
    (tmp_path / "one").write_bytes(b"one")
    (tmp_path / "two").write_bytes(b"two")
    (root / "link").symlink_to("../one")
    static = Static(root, symlinks="follow")
    app = App()
    app.use(static)
    client = serve(app)
    assert client.get("/link").body == client.get("/link").body == b"one"
    assert kept_paths(static) == [b"/link"]
    (root / "new").symlink_to("../two")
    (root / "new").replace(root / "link")
    assert client.get("/link").body == b"two"


def test_a_root_that_is_switched_is_noticed(serve, root, tmp_path, monkeypatch):
    keep_young_files(monkeypatch)
    current = tmp_path / "current"
    current.symlink_to(root)
    app = App()
    app.use(Static(current))
    client = serve(app)
    assert client.get("/a.txt").body == client.get("/a.txt").body == b"0123456789"
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "a.txt").write_bytes(b"next")
    (tmp_path / "link").symlink_to("next")
    (tmp_path / "link").replace(current)
    assert client.get("/a.txt").body == b"next"


def test_one_spelling_of_a_path_is_kept(client, static):
    for target in ("/a.txt", "/%61.txt", "/./a.txt", "/sub/../a.txt", "/a.txt?x=1", "/a.txt?v=12345678"):
        assert client.get(target).body == b"0123456789"
    assert kept_paths(static) == [b"/a.txt"]


def test_a_path_with_characters_that_are_escaped_is_kept(client, static, root):
    (root / "ü b.txt").write_bytes(b"u")
    for _ in range(2):
        assert client.get("/%C3%BC%20b.txt").body == b"u"
    assert kept_paths(static) == [b"/%C3%BC%20b.txt"]


def test_a_mount_point_and_its_folder_are_two(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    app = App()
    app.use("/files", Static(root))
    client = serve(app)
    for _ in range(2):
        assert client.get("/files/").text == "<h1>top</h1>"
        assert client.get("/files").status == 301


def test_two_mount_points_do_not_mix(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    (root / "sub" / "sub").mkdir()
    (root / "sub" / "sub" / "b.css").write_bytes(b"deeper")
    static = Static(root)
    app = App()
    app.use("/sub", static)
    app.use(static)
    client = serve(app)
    for _ in range(2):
        assert client.get("/sub/b.css").text == "b{}"
        assert client.get("/sub/sub/b.css").text == "b{}"


def test_fields_that_others_set_are_kept_beside_those_from_memory(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    app = App()
    app.use(lambda req, res: res.set("X-Before", "1") if "b" in req.query else None)
    app.use(lambda req, res: res.on("headers", lambda: res.set("X-Hook", "1")) if "h" in req.query else None)
    app.use(Static(root))
    client = serve(app)
    for query, names in (
        ("", set()),
        ("?b", {"x-before"}),
        ("?h", {"x-hook"}),
        ("?b&h", {"x-before", "x-hook"}),
    ):
        for _ in range(2):
            reply = client.get("/a.txt" + query)
            assert {"x-before", "x-hook"} & set(reply.headers) == names
            assert (reply.body, reply.headers["content-length"]) == (b"0123456789", "10")


def test_a_hook_that_replaces_the_body_is_counted(serve, root, monkeypatch):
    keep_young_files(monkeypatch)

    def shorten(req, res):
        def hook() -> None:
            res.body = b"short"

        res.on("headers", hook)

    app = App()
    app.use(shorten)
    app.use(Static(root))
    client = serve(app)
    for _ in range(2):
        reply = client.get("/a.txt")
        assert (reply.body, reply.headers["content-length"]) == (b"short", "5")


def test_a_status_set_before_stays(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    app = App()
    app.use(lambda req, res: setattr(res, "status_code", 501))
    app.use(Static(root))
    client = serve(app)
    for headers in ({}, {"Range": "bytes=0-1"}, {"If-None-Match": "*"}, {"If-Match": '"x"'}):
        for _ in range(2):
            reply = client.get("/a.txt", headers=headers)
            assert (reply.status, reply.body) == (501, b"0123456789")


def test_no_memory_keeps_nothing(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    static = Static(root, memory=0)
    app = App()
    app.use(static)
    client = serve(app)
    assert client.get("/a.txt").body == client.get("/a.txt").body == b"0123456789"
    assert kept_paths(static) == []


def test_answers_to_credentials_are_not_for_shared_caches(client):
    for _ in range(2):
        assert client.get("/a.txt").headers["cache-control"] == "public, max-age=0"
        reply = client.get("/a.txt", headers={"Authorization": "Basic eDp5"})
        assert reply.headers["cache-control"] == "max-age=0"
        reply = client.get(
            "/a.txt", headers={"Authorization": "Basic eDp5", "If-None-Match": reply.headers["etag"]}
        )
        assert (reply.status, reply.headers["cache-control"]) == (304, "max-age=0")
