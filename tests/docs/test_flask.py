"""The right column of the tables for those who come from Flask or Starlette: the code there works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "flask.md").read_text("utf-8")
ROWS = re.findall(r"^\|.*\| ([^|]*) \|$", TEXT, re.MULTILINE)
CODE = [code for right in ROWS for code in re.findall(r"`([^`]+)`", right)]
# What these give for GET /m/u/7?q=a&q=b without cookies, in a handler below /m.
VALUES = {
    'req.params["id"]': "7",
    'req.query.get_first("q", None)': "a",
    'req.query.getall("q")': ["a", "b"],
    'req.get("X-A")': None,
    'req.cookies.get("a")': None,
    "req.ip": "127.0.0.1",
    "req.method": "GET",
    "req.path": "/u/7",
    "await req.body()": b"",
}
ANSWERS = {
    'res.send_text("text")': (200, "text"),
    'res.send_html("<p>")': (200, "<p>"),
    'res.send_json({"a": 1}, 201)': (201, '{"a":1}'),
    "res.send(204)": (204, ""),
    'res.redirect("/")': (302, ""),
    'res.redirect("/", 303)': (303, ""),
    "raise HTTPError[404]()": (404, "Not Found"),
    'res.render("home", {"title": title})': (200, "<b>T</b>"),
    "send_file(req, res, path, attachment=True)": (200, "{title}"),
    "res.stream(pieces())": (200, "piece"),
    "res.sse(events())": (200, "data: news"),
    'res.cookies.set("a", "1")': (200, "went on"),
    'req.session.flash("kept")': (200, "went on"),
}


@pytest.mark.parametrize("code", VALUES)
def test_what_is_read_from_a_request(run, code):
    assert code in CODE
    assert run(code)[0] == VALUES[code]


@pytest.mark.parametrize("code", ANSWERS)
def test_what_is_answered(run, code):
    assert code in CODE
    reply = run(code)[1]
    assert reply.status == ANSWERS[code][0]
    assert ANSWERS[code][1] in reply.text


def test_bodies_are_awaited(run):
    for code in ('(await req.form())["a"][0]', '(await req.form()).get_first("a", "")', "await req.json()"):
        assert code in CODE
    assert run('(await req.form())["a"][0]', "POST", form={"a": "1"})[0] == "1"
    assert run('(await req.form())["a"][0]', "POST", form={})[1].status == 400
    assert run('(await req.form()).get_first("a", "")', "POST", form={})[0] == ""
    assert run("await req.json()", "POST", json={"a": 1})[0] == {"a": 1}


def test_a_file_of_a_form(run):
    code = '(await req.form()).files["photo"][0]'
    assert code in CODE
    head = 'Content-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n'
    body = f"--x\r\n{head}bytes\r\n--x--\r\n".encode()
    found, _ = run(code, "POST", body=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (found.filename, found.size) == ("a.png", 5)


def test_what_is_not_on_a_row_of_its_own_is_said_in_the_first_sentence():
    assert "**what they return is not sent**" in TEXT.partition("\n## ")[0]
