"""`send_file`: one file that the application names."""

from __future__ import annotations

import os

import pytest

from growler import App
from growler_ext.static import send_file


def app_sending(path: object, **options: object) -> App:
    app = App()
    app.get("/", lambda req, res: send_file(req, res, path, **options))
    return app


def test_the_file_is_sent_with_conditions_and_ranges(serve, root):
    client = serve(app_sending(root / "a.txt"))
    reply = client.get("/")
    assert (reply.status, reply.body) == (200, b"0123456789")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "content-disposition" not in reply.headers
    assert client.get("/", headers={"Range": "bytes=2-4"}).body == b"234"
    assert client.get("/", headers={"Range": "bytes=99-"}).status == 416
    assert client.get("/", headers={"If-None-Match": reply.headers["etag"]}).status == 304
    assert client.head("/").headers["content-length"] == "10"


def test_a_download_has_a_name(serve, root):
    client = serve(app_sending(root / "a.txt", filename="Größe.txt", attachment=True))
    value = "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"
    assert client.get("/").headers["content-disposition"] == value


def test_an_error_is_no_download(serve, root):
    client = serve(app_sending(root / "a.txt", filename="b.txt", attachment=True))
    for headers, status in (({"Range": "bytes=99-"}, 416), ({"If-Match": '"other"'}, 412)):
        reply = client.get("/", headers=headers)
        assert reply.status == status
        assert "content-disposition" not in reply.headers


def test_a_hostile_name_splits_no_header(serve, root):
    reply = serve(app_sending(root / "a.txt", filename='a"\r\nX-Injected: 1')).get("/")
    assert reply.status == 200
    assert "x-injected" not in reply.headers


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_of_the_application_are_followed(serve, root, tmp_path):
    (tmp_path / "outside.txt").write_bytes(b"mine")
    (root / "link").symlink_to("../outside.txt")
    assert serve(app_sending(str(root / "link"))).get("/").body == b"mine"


def test_what_is_no_file_is_404(serve, root):
    os.mkfifo(root / "pipe")
    for path in (root / "nowhere", root / "sub", root / "a.txt" / "b", root / "pipe"):
        reply = serve(app_sending(path, filename="a.txt")).get("/")
        assert reply.status == 404
        assert str(root) not in reply.text
        assert "content-disposition" not in reply.headers


def test_a_relative_path_is_seen_from_the_current_folder(serve, root, monkeypatch):
    monkeypatch.chdir(root)
    assert serve(app_sending("a.txt")).get("/").body == b"0123456789"
