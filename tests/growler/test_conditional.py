"""Conditional requests for a handler's own resource: `res.revalidate` (RFC 9110 13)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from growler import App
from growler.http.conditional import Outcome, evaluate, written_etag
from growler.middleware import Compression

NOON = datetime(2026, 3, 1, 12, 0, 0, 900_000, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
AT_NOON, BEFORE, AFTER = (f"Sun, 01 Mar 2026 {hour}:00:00 GMT" for hour in (12, 11, 13))

P, N, F = Outcome.PERFORM, Outcome.NOT_MODIFIED, Outcome.FAILED


@pytest.mark.parametrize(
    ("fields", "of_get", "of_put"),
    [
        ({}, P, P),
        ({"if-none-match": '"7"'}, N, F),
        ({"if-none-match": 'W/"7"'}, N, F),
        ({"if-none-match": '"6", "7"'}, N, F),
        ({"if-none-match": '"6"'}, P, P),
        ({"if-none-match": "7"}, P, P),
        ({"if-none-match": " * "}, N, F),
        ({"if-none-match": '"6"', "if-modified-since": AFTER}, P, P),  # 13.1.3: the date is ignored then
        ({"if-modified-since": AT_NOON}, N, P),
        ({"if-modified-since": AFTER}, N, P),
        ({"if-modified-since": BEFORE}, P, P),
        ({"if-modified-since": "yesterday"}, P, P),
        ({"if-match": '"7"'}, P, P),
        ({"if-match": "*"}, P, P),
        ({"if-match": '"6"'}, F, F),
        ({"if-match": 'W/"7"'}, P, P),  # what is left of "7" when it was compressed on its way
        ({"if-match": ""}, F, F),
        ({"if-match": '"7"', "if-unmodified-since": BEFORE}, P, P),  # 13.1.4: the date is ignored then
        ({"if-match": '"7"', "if-none-match": '"7"'}, N, F),
        ({"if-match": '"6"', "if-none-match": '"7"'}, F, F),
        ({"if-unmodified-since": BEFORE}, F, F),
        ({"if-unmodified-since": AT_NOON}, P, P),
        ({"if-unmodified-since": "yesterday"}, P, P),
        ({"if-unmodified-since": BEFORE, "if-none-match": '"7"'}, F, F),
    ],
)
def test_conditions_are_looked_at_in_the_order_of_the_rfc(fields, of_get, of_put):
    assert evaluate("GET", fields.get, '"7"', SECONDS) is of_get
    assert evaluate("HEAD", fields.get, '"7"', SECONDS) is of_get
    assert evaluate("PUT", fields.get, '"7"', SECONDS) is of_put


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, P),
        ({"if-none-match": "*"}, P),
        ({"if-none-match": '"7"'}, P),
        ({"if-match": "*"}, F),
        ({"if-match": '"7"'}, F),
        ({"if-unmodified-since": BEFORE}, P),
    ],
)
def test_what_does_not_exist_yet_has_no_version(fields, outcome):
    assert evaluate("PUT", fields.get, None, None) is outcome


def test_a_weak_tag_is_good_for_caches_only():
    assert evaluate("GET", {"if-none-match": '"7"'}.get, 'W/"7"', None) is N
    assert evaluate("PUT", {"if-match": 'W/"7"'}.get, 'W/"7"', None) is F
    assert evaluate("PUT", {"if-match": "*"}.get, 'W/"7"', None) is P


@pytest.mark.parametrize(
    ("given", "written"), [("7", '"7"'), ('"7"', '"7"'), ('W/"7"', 'W/"7"'), ("", '""'), ("W/7", '"W/7"')]
)
def test_an_entity_tag_gets_its_quotes(given, written):
    assert written_etag(given) == written


@pytest.mark.parametrize("given", ['a"b', "a b", '"7', "a\r\nX: 1", "\u4e00"])
def test_what_is_no_entity_tag_is_refused(given):
    with pytest.raises(ValueError, match="is no entity tag"):
        written_etag(given)


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
