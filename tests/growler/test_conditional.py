"""Conditional requests for a handler's own resource: `res.revalidate` (RFC 9110 13)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from growler import App
from growler.middleware import Compression

NOON = datetime(2026, 3, 1, 12, 0, 0, 900_000, tzinfo=UTC)
AT_NOON = "Sun, 01 Mar 2026 12:00:00 GMT"


def articles():
    app = App()
    version = {"n": 7}

    @app.get("/article")
    def show(req, res):
        if not res.revalidate(etag=str(version["n"]), last_modified=NOON):
            res.send_text("the article")

    @app.put("/article")
    async def change(req, res):
        res.revalidate(etag=str(version["n"]), last_modified=NOON)
        version["n"] += 1
        res.send(204)

    @app.put("/new")
    def create(req, res):
        res.revalidate()
        res.send(201)

    return app


def test_a_client_that_has_the_version_gets_304_without_a_body(serve):
    client = serve(articles())
    first = client.get("/article")
    assert (first.headers["etag"], first.headers["last-modified"]) == ('"7"', AT_NOON)
    for fields in ({"If-None-Match": '"7"'}, {"If-Modified-Since": AT_NOON}):
        again = client.get("/article", headers=fields)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", '"7"')
        assert "content-type" not in again.headers
        assert client.head("/article", headers=fields).status == 304


def test_changes_to_an_older_version_are_412_and_change_nothing(serve):
    client = serve(articles())
    assert client.put("/article", headers={"If-Match": '"7"'}).status == 204
    late = client.put("/article", headers={"If-Match": '"7"'})
    assert (late.status, late.text) == (412, "412 Precondition Failed\nit is another version by now\n")
    assert "etag" not in late.headers
    assert client.get("/article").headers["etag"] == '"8"'


def test_the_tag_of_a_compressed_answer_is_good_for_a_change(serve):
    app = App()
    app.use(Compression(minimum=1))

    @app.get("/")
    def show(req, res):
        if not res.revalidate(etag="7"):
            res.send_text("text " * 100)

    app.put("/", lambda req, res: res.revalidate(etag="7") or res.send(204))
    client = serve(app)
    etag = client.get("/", headers={"Accept-Encoding": "gzip"}).headers["etag"]
    assert etag == 'W/"7"'
    assert client.put("/", headers={"If-Match": etag}).status == 204
    assert client.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": etag}).status == 304


def test_what_must_be_new_or_must_be_there(serve):
    client = serve(articles())
    assert client.put("/new", headers={"If-None-Match": "*"}).status == 201
    assert client.put("/new", headers={"If-Match": "*"}).status == 412


@pytest.mark.parametrize("wrong", [{"etag": 'a"b'}, {"last_modified": NOON.replace(tzinfo=None)}])
def test_wrong_validators_are_told(serve, caplog, wrong):
    app = App()
    app.get("/", lambda req, res: res.revalidate(**wrong))
    assert serve(app).get("/").status == 500
    assert "is no entity tag" in caplog.text or "has no time zone" in caplog.text
