"""What the ways of answering put on the wire."""

from __future__ import annotations

import pytest

from growler import App


def reply_to(serve, handler, target="/", **request):
    app = App()
    app.get("/", handler)
    return serve(app).request("GET", target, **request)


@pytest.mark.parametrize(
    ("value", "status", "kind", "body"),
    [
        (404, 404, "text/plain; charset=utf-8", b"Not Found"),
        ("<b>é", 200, "text/plain; charset=utf-8", "<b>é".encode()),
        (b"\x00\xff", 200, "application/octet-stream", b"\x00\xff"),
        ({"a": "é"}, 200, "application/json", '{"a":"é"}'.encode()),
        ([1, None], 200, "application/json", b"[1,null]"),
        (True, 200, "application/json", b"true"),
    ],
)
def test_send_sends_what_it_is(serve, value, status, kind, body):
    reply = reply_to(serve, lambda req, res: res.send(value))
    assert (reply.status, reply.headers["content-type"], reply.body) == (status, kind, body)
    assert reply.headers["content-length"] == str(len(body))


def test_a_type_that_was_set_is_kept(serve):
    def css(req, res):
        res.set_type("text/css")
        res.send("p{}")

    assert reply_to(serve, css).headers["content-type"] == "text/css"


def test_html_and_status(serve):
    reply = reply_to(serve, lambda req, res: res.send_html("<p>ü</p>", 201))
    assert (reply.status, reply.text) == (201, "<p>ü</p>")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_a_redirect_keeps_headers_and_cookies(serve):
    def go(req, res):
        res.headers.append("Set-Cookie", "a=1")
        res.headers.append("Set-Cookie", "b=2")
        res.redirect("/elsewhere?q=ü x")

    reply = reply_to(serve, go)
    assert (reply.status, reply.headers["location"]) == (302, "/elsewhere?q=%C3%BC%20x")
    assert reply.getall("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("arguments", [(None,), (b"/a",), (302, "/a"), ("/a", 200), ("/a", 304), (1.5,)])
def test_a_redirect_leads_to_a_str_with_a_redirects_status(serve, arguments):
    reply = reply_to(serve, lambda req, res: res.redirect(*arguments))
    assert reply.status == 500
    assert "location" not in reply.headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_has_the_status_that_was_asked_for(serve, status):
    assert reply_to(serve, lambda req, res: res.redirect("/a", status)).status == status


@pytest.mark.parametrize("url", ["/a\r\nX-Injected: 1", "/a\n", "/a\0"])
def test_a_redirect_that_would_split_the_message_is_refused(serve, url):
    reply = reply_to(serve, lambda req, res: res.redirect(url))
    assert reply.status == 500
    assert "x-injected" not in reply.headers


def test_no_content_has_neither_body_nor_length(serve):
    def nothing(req, res):
        res.status_code = 204
        res.end()

    reply = reply_to(serve, nothing)
    assert (reply.status, reply.body) == (204, b"")
    assert "content-length" not in reply.headers


def test_a_stream_and_its_head_request(serve):
    closed = []

    async def pieces():
        try:
            yield b"one "
            yield b"two"
        finally:
            closed.append(True)

    app = App()
    app.get("/", lambda req, res: res.stream(pieces()))
    client = serve(app)
    assert client.get("/").body == b"one two"
    assert client.head("/").body == b""
    assert len(closed) == 1, "a generator that never started has nothing to close"


def test_a_stream_with_a_known_length(serve):
    async def pieces():
        yield b"12345"

    def known(req, res):
        res.headers["Content-Length"] = 5
        res.stream(pieces())

    assert reply_to(serve, known).headers["content-length"] == "5"


def test_write_sends_pieces_and_ends_the_chain(serve):
    app = App()

    @app.get("/")
    async def parts(req, res):
        res.status_code = 202
        await res.write("a")
        await res.write(b"b")

    app.use(lambda req, res: pytest.fail("the response had begun"))
    reply = serve(app).get("/")
    assert (reply.status, reply.body) == (202, b"ab")


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_a_file_arrives_byte_by_byte_equal(serve, tmp_path, size):
    path = tmp_path / "file.html"
    path.write_bytes(bytes(i % 251 for i in range(size)))
    app = App()
    app.get("/", lambda req, res: res.send_file(path))
    client = serve(app)
    reply = client.get("/")
    assert reply.body == path.read_bytes()
    assert (reply.headers["content-length"], reply.headers["content-type"]) == (
        str(size),
        "text/html; charset=utf-8",
    )
    head = client.head("/")
    assert (head.headers["content-length"], head.body) == (str(size), b"")
    assert client.get("/").body == path.read_bytes()


def test_a_file_that_is_none_is_a_404(serve, tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe")
    app = App()
    app.get("/:name", lambda req, res: res.send_file(tmp_path / req.params["name"]))
    app.get("/", lambda req, res: res.send_file(tmp_path))
    client = serve(app)
    for path in ("/", "/missing", "/pipe"):
        assert client.get(path).status == 404


@pytest.mark.parametrize(
    ("filename", "kind", "disposition"),
    [
        (None, "application/octet-stream", "attachment"),
        ("a.csv", "text/csv; charset=utf-8", 'attachment; filename="a.csv"'),
        ("ü.pdf", "application/pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%BC.pdf"),
        ("x.tar.gz", "application/octet-stream", 'attachment; filename="x.tar.gz"'),
        ("a\r\nX: 1", "application/octet-stream", 'attachment; filename="a__X: 1"'),
        ("../a/b.html", "text/html; charset=utf-8", 'attachment; filename=".._a_b.html"'),
    ],
)
def test_an_attachment_is_saved_under_its_name(serve, filename, kind, disposition):
    def send(req, res):
        res.attachment(filename)
        res.send(b"1,2")

    headers = reply_to(serve, send).headers
    assert (headers["content-type"], headers["content-disposition"]) == (kind, disposition)


def test_an_attachment_keeps_the_type_that_was_set(serve):
    def send(req, res):
        res.set_type("text/plain")
        res.attachment("a.html")
        res.send("<p>")

    assert reply_to(serve, send).headers["content-type"] == "text/plain"


@pytest.mark.parametrize("text", ["é", "日本語", "🐻" * 1000, "\u2028", "a\0b"])
def test_text_has_the_length_of_its_bytes_and_says_its_charset(serve, text):
    app = App()
    app.get("/text", lambda req, res: res.send_text(text))
    app.get("/html", lambda req, res: res.send_html(text))
    app.get("/json", lambda req, res: res.send_json(text))
    client = serve(app)
    for kind in ("text", "html"):
        reply = client.get(f"/{kind}")
        assert reply.headers["content-type"].endswith("; charset=utf-8")
        assert (reply.text, int(reply.headers["content-length"])) == (text, len(text.encode()))
    reply = client.get("/json")
    assert (reply.json(), int(reply.headers["content-length"])) == (text, len(reply.body))
    assert client.head("/text").headers["content-length"] == str(len(text.encode()))


def test_two_files_on_one_connection_with_text_between(serve_live, tmp_path):
    path = tmp_path / "big"
    path.write_bytes(b"z" * 2_000_000)
    app = App()
    app.get("/file", lambda req, res: res.send_file(path))
    app.get("/text", lambda req, res: res.send_text("t"))
    client = serve_live(app)
    assert [len(client.get(t).body) for t in ("/file", "/text", "/file")] == [2_000_000, 1, 2_000_000]


def test_vary_collects_names_once(serve):
    def vary(req, res):
        res.vary("Cookie")
        res.vary("cookie", "Accept")
        res.send("x")

    assert reply_to(serve, vary).headers["vary"] == "Cookie, Accept"


@pytest.mark.parametrize("decides", [lambda res: res.send_text("said"), lambda res: res.stream(one_piece())])
def test_a_field_that_cannot_be_written_is_a_500_and_no_broken_connection(serve, decides, caplog):
    def bad(req, res):
        res.set("X-Late", lambda: "a\r\nX-Injected: 1")
        decides(res)

    reply = reply_to(serve, bad)
    assert reply.status == 500
    assert "x-injected" not in reply.headers
    assert "would split the message" in caplog.text


async def one_piece():
    yield b"piece"


def test_white_space_around_a_value_does_not_travel(serve):
    """h11 refuses to send it: the client would get no answer at all."""

    def padded(req, res):
        res.set({"X-One": " a\t", "X-Two": [" b", "c "], "X-Three": lambda: "\t"})
        res.append("Set-Cookie", "a=b ")
        res.send_text("said")

    reply = reply_to(serve, padded)
    assert (reply.headers["x-one"], reply.getall("x-two"), reply.headers["x-three"]) == ("a", ["b", "c"], "")


def test_a_line_added_with_white_space_around_it_travels_without(serve):
    def padded(req, res):
        res.append("Set-Cookie", " a=b ")
        res.send_text("said")

    assert reply_to(serve, padded).getall("set-cookie") == ["a=b"]


@pytest.mark.parametrize("status", ["404", 404.0, None.__class__, 99, 1000, True])
@pytest.mark.parametrize("how", ["argument", "attribute"])
def test_a_status_that_is_none_is_told_where_it_is_given(serve, caplog, how, status):
    def wrong(req, res):
        if how == "attribute":
            res.status_code = status
            res.send_text("x")
        else:
            res.send_text("x", status)

    assert reply_to(serve, wrong).status == 500
    assert (
        "a status is a number, such as 404, not" in caplog.text or "is no status of an answer" in caplog.text
    )


def test_a_url_or_relation_cannot_add_to_a_link(serve, caplog):
    def linked(req, res):
        res.links({'/a>; rel="stylesheet", </b é': "next", "/c?d=%20[e]": "prev"})
        res.send(204)

    link = reply_to(serve, linked).headers["link"]
    assert link == '</a%3E;%20rel=%22stylesheet%22,%20%3C/b%20%C3%A9>; rel="next", </c?d=%20[e]>; rel="prev"'
    assert reply_to(serve, lambda req, res: res.links({"/": 'next"; title="x'})).status == 500
    assert "is no relation" in caplog.text
