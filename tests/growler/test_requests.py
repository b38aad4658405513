"""What a handler learns of a request."""

from __future__ import annotations

import pytest

from growler import App, Limits


@pytest.fixture
def ask(serve):
    """Serve one handler that answers with the JSON of what a function makes of the request."""

    def start(look, limits=None):
        app = App(limits=limits)

        @app.all("/x/:id")
        async def handler(req, res):
            value = look(req)
            res.send_json(await value if hasattr(value, "__await__") else value)

        return serve(app)

    return start


def test_the_request_line(ask):
    client = ask(
        lambda req: [req.path, req.original_url, req.originalURL, req.query_string, req.method == "GET"]
    )
    assert client.get("/x/a%20b?c=%20d").json() == [
        "/x/a b",
        "/x/a%20b?c=%20d",
        "/x/a%20b?c=%20d",
        "c=%20d",
        True,
    ]


def test_the_query_gives_lists_and_first_values(ask):
    client = ask(
        lambda req: [
            dict(req.query),
            req.query.get_first("b"),
            req.param("id"),
            req.param("b"),
            req.param("z"),
        ]
    )
    assert client.get("/x/7?a=1&a=2&b=&c=%C3%A9").json() == [
        {"a": ["1", "2"], "b": [""], "c": ["é"]}, "", "7", "", None]  # fmt: skip


def test_too_many_query_fields_are_a_400(ask):
    client = ask(lambda req: len(req.query), Limits(max_query_fields=3))
    assert client.get("/x/1?a&b&c").json() == 3
    assert client.get("/x/1?a&b&c&d").status == 400


def test_a_query_field_that_is_missing_is_a_400_where_it_is_demanded(ask):
    client = ask(lambda req: [req.query["a"], req.query.getall("b"), "b" in req.query])
    assert client.get("/x/1?a=1").json() == [["1"], [], False]
    reply = client.get("/x/1?b=1")
    assert (reply.status, reply.text) == (400, "400 Bad Request\nthe field a is missing\n")


@pytest.mark.parametrize(
    "query", ["%", "%zz", "&&&", "=", "a=%ff", "%00=%00", "a=1;b=2", "+=+", "a[b]=1", "a" * 9000]
)
def test_no_query_is_an_error(ask, query):
    assert ask(lambda req: dict(req.query)).get(f"/x/1?{query}").status == 200


def test_headers_compare_without_case_and_join(ask):
    client = ask(lambda req: [req.headers["X-A"], req.get("x-a"), req.headers.getall("X-A"), "x-b" in req.headers,
                              req.headers["COOKIE"], req.get("nope")])  # fmt: skip
    sent = [("x-a", "1"), ("X-A", "2"), ("Cookie", "a=1"), ("cookie", "b=2")]
    assert client.get("/x/1", headers=sent).json() == ["1, 2", "1, 2", ["1", "2"], False, "a=1; b=2", None]


@pytest.mark.parametrize(
    ("host", "name"),
    [("example.org:80", "example.org"), ("example.org", "example.org"), ("[::1]:80", "[::1]")],
)
def test_host_and_hostname(ask, host, name):
    assert ask(lambda req: [req.host, req.hostname]).get("/x/1", headers={"Host": host}).json() == [
        host,
        name,
    ]


@pytest.mark.parametrize(
    ("sent", "kinds", "matches"),
    [
        ("application/json", ["json"], True),
        ("Application/JSON ; charset=utf-8", ["json"], True),
        ("application/json", ["application/json"], True),
        ("application/json", ["APPLICATION/JSON"], True),
        ("application/json", ["text/*"], False),
        ("text/markdown", ["json", "text/*"], True),
        ("text", ["text/*"], False),
        ("image/png", ["png"], True),
        ("image/png", ["*/*"], True),
        ("", ["*/*"], False),
        ("application/problem+json", ["json"], False),
        ("application/json", [], False),
    ],
)
def test_type_is(ask, sent, kinds, matches):
    client = ask(lambda req: req.type_is(*kinds))
    assert client.post("/x/1", headers={"Content-Type": sent} if sent else {}).json() is matches


def test_a_misspelt_type_is_an_error_whatever_the_client_sends(ask):
    for look in (lambda req: req.type_is("jsn"), lambda req: req.accepts("html", "jsn")):
        client = ask(look)
        for headers in ({}, {"Content-Type": "application/json", "Accept": "text/html"}):
            assert client.post("/x/1", headers=headers).status == 500


def test_accepts(ask):
    client = ask(lambda req: req.accepts("json", "image/*", "csv"))
    assert client.get("/x/1").json() == "json"
    assert client.get("/x/1", headers={"Accept": "image/webp, text/html;q=0.5"}).json() == "image/*"
    assert client.get("/x/1", headers={"Accept": "text/csv"}).json() == "csv"
    assert client.get("/x/1", headers={"Accept": "text/html"}).json() is None


def test_the_peer(ask):
    assert ask(lambda req: [req.ip, req.protocol]).get("/x/1").json() == ["127.0.0.1", "http"]


@pytest.mark.parametrize("body", [b"", b"abc", b"a" * 300_000])
def test_the_body_may_be_asked_for_twice(ask, body):
    async def twice(req):
        return [len(await req.body()), len(await req.body())]

    assert ask(twice).post("/x/1", body=body).json() == [len(body)] * 2


def test_a_chunked_body(ask):
    async def text(req):
        return await req.text()

    assert ask(text).request("POST", "/x/1", body=[b"ab", b"c" * 10, b"d"]).json() == "ab" + "c" * 10 + "d"


@pytest.mark.parametrize("body", [b"x" * 11, [b"x" * 6, b"x" * 5]])
def test_a_body_over_the_limit_is_a_413(ask, body):
    async def size(req):
        return len(await req.body())

    client = ask(size, Limits(max_body=10))
    assert client.post("/x/1", body=body).status == 413
    assert client.post("/x/1", body=b"x" * 10).json() == 10


def test_json(ask):
    async def same(req):
        return await req.json()

    client = ask(same)
    assert client.post("/x/1", json={"a": [1, "é"]}).json() == {"a": [1, "é"]}
    assert client.post("/x/1", body=b"{").status == 400
    assert client.post("/x/1", body=b"[" * 100_000).status == 400
    assert client.post("/x/1", body=b"\xff").status == 400


def test_form(ask):
    async def fields(req):
        return dict(await req.form())

    client = ask(fields, Limits(max_query_fields=2))
    assert client.post("/x/1", form={"a": "1 2", "b": "é"}).json() == {"a": ["1 2"], "b": ["é"]}
    assert client.post("/x/1", form={"a": "", "b": "", "c": ""}).status == 413
    assert client.post("/x/1", json={}).status == 415


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}',
        b"[NaN]",
        b"-Infinity",
        b"1e999",
        b'"\\ud800"',
        b"9" * 5000,
        b"{}x",
        b"",
        "{}".encode("utf-16"),
    ],
)
def test_what_json_parsers_disagree_on_is_a_400_that_says_why(ask, body):
    async def same(req):
        return await req.json()

    reply = ask(same).post("/x/1", body=body)
    assert reply.status == 400
    assert reply.text.startswith("400 Bad Request\nthe body is not JSON: ")


def test_the_stream_gives_a_body_that_was_read(ask):
    async def both(req):
        return [
            len(await req.body()),
            [piece.decode() async for piece in req.stream()],
            (await req.body()).decode(),
        ]

    assert ask(both).post("/x/1", body=b"abc").json() == [3, ["abc"], "abc"]


def test_a_body_that_was_streamed_cannot_be_read_again(ask):
    async def both(req):
        pieces = [piece async for piece in req.stream()]
        with pytest.raises(RuntimeError, match="read already"):
            await req.body()
        return b"".join(pieces).decode()

    assert ask(both).post("/x/1", body=b"abc").json() == "abc"


def test_a_path_that_is_no_utf8_is_a_400_where_it_is_a_parameter(ask):
    assert ask(lambda req: req.params["id"]).get("/x/%ff").status == 400


@pytest.mark.parametrize("thing", ["req", "req.headers", "req.query"])
def test_repr_shows_no_values(ask, thing):
    client = ask(lambda req: repr(eval(thing)))
    assert "secret" not in client.get("/x/1?password=secret", headers={"Authorization": "secret"}).text
