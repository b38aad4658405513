"""Compressed forms beside a file: which one is sent, and that none is taken that should not be."""

from __future__ import annotations

import os

import pytest


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
