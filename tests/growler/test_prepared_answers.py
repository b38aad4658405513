"""Vary, Set-Cookie and Cache-Control are kept apart while an answer has no other fields: nobody can tell."""

import pytest

from growler import App
from growler.http.request import Request
from growler.http.response import Response


def reply_to(serve, handler):
    app = App()
    app.get("/", handler)
    return serve(app).get("/")


def test_vary_and_lines_of_an_answer_without_other_fields(serve):
    def handler(req, res):
        res.vary("Cookie")
        res.append("Set-Cookie", "a=1")
        res.append("Set-Cookie", "b=2")
        res.append("Cache-Control", "no-cache")
        res.send_text("x")

    reply = reply_to(serve, handler)
    assert (reply.text, reply.headers["vary"], reply.headers["cache-control"]) == ("x", "Cookie", "no-cache")
    assert reply.getall("set-cookie") == ["a=1", "b=2"]
    assert (reply.headers["content-type"], reply.headers["content-length"]) == (
        "text/plain; charset=utf-8",
        "1",
    )


def test_fields_set_after_them_join_them(serve):
    def handler(req, res):
        res.vary("Cookie")
        res.append("Set-Cookie", "a=1")
        res.vary("Accept")
        res.headers["X-A"] = "1"
        res.append("Set-Cookie", "b=2")
        res.send_text("x", 201)

    reply = reply_to(serve, handler)
    assert (reply.status, reply.headers["vary"], reply.headers["x-a"]) == (201, "Cookie, Accept", "1")
    assert reply.getall("set-cookie") == ["a=1", "b=2"]


def test_they_are_there_for_who_asks(serve):
    seen = []

    def handler(req, res):
        seen.append((res.get("Vary"), res.get("Set-Cookie")))
        res.vary("Cookie")
        seen.append(res.get("vary"))
        res.append("Set-Cookie", "a=1")
        seen.append((res.untouched, res.get("set-cookie"), res.headers["Vary"]))
        res.send_text("x")

    reply_to(serve, handler)
    assert seen == [(None, None), "Cookie", (False, ["a=1"], "Cookie")]


def test_an_error_that_comes_after_them_drops_them(serve):
    def handler(req, res):
        res.vary("Cookie")
        res.append("Set-Cookie", "a=1")
        res.on("headers", lambda: 1 / 0)
        res.send_text("x")

    reply = reply_to(serve, handler)
    assert (reply.status, reply.getall("set-cookie")) == (500, [])
    assert reply.headers.get("vary") != "Cookie"


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_them(serve, status):
    def handler(req, res):
        res.vary("Cookie")
        res.append("Set-Cookie", "a=1")
        res.send(b"", status)

    reply = reply_to(serve, handler)
    assert (reply.status, reply.headers["vary"], reply.getall("set-cookie")) == (status, "Cookie", ["a=1"])


@pytest.mark.parametrize("line", ["a=1\r\nX-Evil: 1", "a=\0", "a=1\n"])
def test_lines_that_split_the_message_are_refused(serve, line):
    raised = []

    def handler(req, res):
        with pytest.raises(ValueError, match="control character"):
            res.append("Set-Cookie", line)
        raised.append(True)
        res.send_text("x")

    assert reply_to(serve, handler).getall("set-cookie") == []
    assert raised


@pytest.mark.parametrize(("kind", "name"), [(Request, "session"), (Request, "cookies"), (Response, "render")])
def test_a_class_has_no_attribute_that_a_middleware_gives(kind, name):
    assert not hasattr(kind, name)
