"""Where an answer ends is said by the server, once and truly, whatever fields the application has set (RFC 9112 6)."""

from __future__ import annotations

import pytest

from growler import App
from growler.http.errors import HTTPErrorBadGateway
from support.raw import Raw, get
from support.servers import Running


def reply_to(serve, handler, method="GET"):
    app = App()
    app.get("/", handler)
    return serve(app).request(method, "/")


@pytest.mark.parametrize("length", [5, "5", 11, 500, "x"])
def test_a_length_of_the_apps_own_gives_way_to_that_of_the_body(serve, length):
    def counts(req, res):
        res.headers["content-length"] = length
        res.send_text("hello world")

    reply = reply_to(serve, counts)
    assert reply.getall("content-length") == ["11"]
    assert reply.body == b"hello world"


def test_a_length_stands_where_no_body_can_be_counted(serve):
    def head(req, res):
        res.headers["Content-Length"] = 500
        res.end()

    assert reply_to(serve, head, "HEAD").getall("content-length") == ["500"]
    assert reply_to(serve, head).getall("content-length") == ["0"]


def test_no_content_has_no_length_even_if_the_app_gives_one(serve):
    def nothing(req, res):
        res.headers["Content-Length"] = 5
        res.status_code = 204
        res.end()

    assert reply_to(serve, nothing).getall("content-length") == []


def test_the_length_that_an_error_brings_is_not_believed(serve):
    def passed_on(req, res):
        raise HTTPErrorBadGateway("no", headers={"Content-Length": "1", "Transfer-Encoding": "chunked"})

    reply = reply_to(serve, passed_on)
    assert (reply.status, reply.getall("transfer-encoding")) == (502, [])
    assert reply.getall("content-length") == [str(len(reply.body))]


def test_the_framing_of_an_answer_that_is_passed_on_stays_behind(serve):
    def passes_on(req, res):
        res.set({"Transfer-Encoding": "chunked", "X-From": "upstream"})
        res.send_text("hello")

    reply = reply_to(serve, passes_on)
    assert (reply.body, reply.headers["x-from"]) == (b"hello", "upstream")
    assert (reply.getall("transfer-encoding"), reply.getall("content-length")) == ([], ["5"])


def test_chunks_are_said_once(serve):
    async def passes_on(req, res):
        res.headers["Transfer-Encoding"] = "chunked"
        await res.write("hello")

    reply = reply_to(serve, passes_on)
    assert reply.body == b"hello"
    assert reply.getall("transfer-encoding") in (["chunked"], []), "in memory there are no chunks"


@pytest.mark.parametrize("status", [100, 101, "200 OK\r\nX: y", None])
def test_what_is_no_final_status_ends_nothing(serve, caplog, status):
    def ends(req, res):
        res.status_code = status
        res.end()

    async def writes(req, res):
        res.status_code = status
        await res.write("x")

    assert reply_to(serve, ends).status == 500
    assert reply_to(serve, writes).status == 500


def test_bytes_of_a_class_of_their_own_are_sent(serve):
    class Page(bytes):
        pass

    reply = reply_to(serve, lambda req, res: res.send_html(Page(b"<b>")))
    assert (reply.body, reply.headers["content-length"]) == (b"<b>", "3")


def test_the_answer_has_date_server_and_exact_length(raw):
    raw.send(get())
    _, head, _ = raw.read_reply()
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line]
    assert sorted(names) == [b"content-length", b"content-type", b"date", b"server"]
    assert b"Python" not in head


def test_a_stream_is_chunked_and_the_connection_kept(raw):
    raw.send(get(b"/parts"))
    raw.read_until(b"\r\n\r\n")
    assert raw.read_until(b"0\r\n\r\n") == b"7\r\npart 0;\r\n7\r\npart 1;\r\n7\r\npart 2;\r\n0\r\n\r\n"
    raw.send(get())
    assert raw.read_reply()[0] == 200


def test_http_1_0_gets_a_stream_without_chunks(raw):
    raw.send(b"GET /parts HTTP/1.0\r\n\r\n")
    reply = raw.read_until_closed()
    assert b"Transfer-Encoding" not in reply
    assert reply.endswith(b"\r\n\r\npart 0;part 1;part 2;")


def test_head_204_and_304_have_no_body_and_keep_the_connection(raw):
    raw.send(b"HEAD /parts HTTP/1.1\r\nHost: x\r\n\r\n" + b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    raw.send(get(b"/status/204") + get(b"/status/304") + get(b"/q?next"))
    replies = raw.read_until(b"/q?next").split(b"HTTP/1.1 ")[1:]
    assert [reply[:3] for reply in replies] == [b"200", b"200", b"204", b"304", b"200"]
    assert [reply.partition(b"\r\n\r\n")[2] for reply in replies] == [b"", b"", b"", b"", b"/q?next"]


def test_an_interim_status_is_no_answer(raw):
    raw.send(get(b"/status/103"))
    assert raw.read_reply()[0] == 500


@pytest.fixture(scope="module")
def closing_port(native):
    app = App()

    @app.use
    def closes(req, res):
        res.headers["Connection"] = "close"

    @app.get("/nothing")
    def nothing(req, res):
        res.status_code = 204
        res.end()

    @app.get("/empty")
    def empty(req, res):
        res.end()

    @app.get("/chunks")
    async def chunks(req, res):
        await res.write("abc")

    @app.get("/text")
    def text(req, res):
        res.send_text("abc")

    with Running(native, app) as port:
        yield port


@pytest.mark.parametrize("target", [b"/nothing", b"/empty", b"/chunks", b"/text"])
def test_a_connection_that_the_app_closes_is_closed_however_few_fields_there_are(closing_port, target):
    with Raw(closing_port) as raw:
        raw.send(get(target) + get(target))
        assert raw.read_until_closed().count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("target", [b"/empty", b"/text"])
def test_http_1_0_is_not_told_that_the_connection_is_kept_when_the_app_closes_it(closing_port, target):
    with Raw(closing_port) as raw:
        raw.send(b"GET %b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" % target)
        head = raw.read_until_closed().partition(b"\r\n\r\n")[0].lower()
        assert [line for line in head.split(b"\r\n") if line.startswith(b"connection:")] == [
            b"connection: close"
        ]
