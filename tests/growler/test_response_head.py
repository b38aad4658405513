"""The head of a response as bytes: status line, Date, Server, fields, framing, each once."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime

import pytest

from growler.aio import head
from growler.aio.head import STARTS, response_head, start_of, tell_time
from growler.http.prepared import PreparedFields
from growler.http.status import PHRASES


@pytest.fixture(autouse=True)
def date(monkeypatch) -> bytes:
    """The Date line of now; what it was before comes back after."""
    monkeypatch.setattr(head, "_DATE", b"")
    tell_time()
    yield head._DATE
    STARTS.clear()


def test_it_is_a_status_line_date_server_fields_framing_and_an_empty_line(date):
    made = response_head(200, [(b"A", b"1"), (b"B", b"2"), (b"A", b"3")], b"Connection: close\r\n")
    assert (
        made
        == b"HTTP/1.1 200 OK\r\n"
        + date
        + b"Server: Growler\r\nA: 1\r\nB: 2\r\nA: 3\r\nConnection: close\r\n\r\n"
    )
    assert response_head(204, [], b"") == b"HTTP/1.1 204 No Content\r\n" + date + b"Server: Growler\r\n\r\n"


def test_date_is_now_in_the_one_form_to_write(date):
    assert re.fullmatch(rb"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", date)
    there = parsedate_to_datetime(date[6:-2].decode())
    assert abs(there.timestamp() - time.time()) < 60


@pytest.mark.parametrize("status", sorted(PHRASES))
def test_each_status_that_has_a_phrase_says_it(status):
    assert response_head(status, [], b"").startswith(f"HTTP/1.1 {status} {PHRASES[status]}\r\n".encode())


def test_another_status_is_unknown_and_well_formed():
    assert response_head(299, [], b"").startswith(b"HTTP/1.1 299 Unknown\r\nDate: ")


def test_a_start_is_kept_until_the_time_is_told_again(monkeypatch):
    assert STARTS == {}
    start = start_of(200)
    assert list(STARTS.items()) == [(200, start)]
    STARTS[200] = b"KEPT\r\n"
    assert response_head(200, [], b"") == b"KEPT\r\n\r\n"
    monkeypatch.setattr(head.time, "time", lambda: 784111777)
    tell_time()
    assert STARTS == {}
    assert response_head(200, [], b"") == (
        b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: Growler\r\n\r\n"
    )


@pytest.mark.parametrize("name", [b"Date", b"date", b"DATE"])
def test_a_date_of_the_app_stands_alone(date, name):
    made = response_head(200, [(name, b"x")], b"")
    assert made == b"HTTP/1.1 200 OK\r\nServer: Growler\r\n" + name + b": x\r\n\r\n"


@pytest.mark.parametrize("name", [b"Server", b"server", b"SERVER"])
def test_a_server_of_the_app_stands_alone(date, name):
    made = response_head(200, [(b"A", b"1"), (name, b"x")], b"")
    assert made == b"HTTP/1.1 200 OK\r\n" + date + b"A: 1\r\n" + name + b": x\r\n\r\n"


def test_names_of_the_same_length_are_something_else(date):
    made = response_head(200, [(b"Vary", b"x"), (b"Cookie", b"y")], b"")
    assert made == b"HTTP/1.1 200 OK\r\n" + date + b"Server: Growler\r\nVary: x\r\nCookie: y\r\n\r\n"


def test_the_app_changes_no_start_for_others(date):
    response_head(200, [(b"Date", b"x"), (b"Server", b"y")], b"")
    assert response_head(200, [], b"") == b"HTTP/1.1 200 OK\r\n" + date + b"Server: Growler\r\n\r\n"


def test_prepared_fields_are_sent_as_they_are(date):
    fields = PreparedFields([(b"A", b"1"), (b"B", b"2")])
    made = response_head(200, fields, b"C: 3\r\n")
    assert made == b"HTTP/1.1 200 OK\r\n" + date + b"Server: Growler\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"
