"""`MultipartReader` and `read_multipart` on plain bytes: every bound at its edge, and what is written when."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator

import pytest

from growler import Limits
from growler.http.errors import HTTPErrorBadRequest, HTTPErrorRequestEntityTooLarge
from growler.http.forms import Form
from growler.http.multipart import BATCH, MAX_PART_FIELDS, MultipartReader, read_multipart

TYPE = "multipart/form-data; boundary=XX"
END = b"--XX--\r\n"


def part(data=b"1", *, head=b'Content-Disposition: form-data; name="a"', more=b""):
    return b"--XX\r\n" + head + b"\r\n" + more + b"\r\n" + data + b"\r\n"


def file(data=b"1", name=b"x.txt", kind=b""):
    head = b'Content-Disposition: form-data; name="f"; filename="' + name + b'"'
    return part(data, head=head, more=b"Content-Type: " + kind + b"\r\n" if kind else b"")


def read(*pieces, kind=TYPE, **limits):
    async def arriving():
        for piece in pieces:
            yield piece

    form = asyncio.run(read_multipart(kind, arriving(), Limits(**limits)))
    READ.append(form)
    return form


READ: list[Form] = []


@pytest.fixture(autouse=True)
def close_what_was_read() -> Iterator[None]:
    yield
    while READ:  # the task that read it may keep it until the next collection
        READ.pop().close()


def texts(form):
    return {name: list(values) for name, values in form.items()}


def files(form):
    return [(name, each) for name, uploads in form.files.items() for each in uploads]


# What is read


def test_fields_come_in_their_order_and_files_apart():
    form = read(part(b"1") + file(b"data", kind=b" text/plain ") + part(b"zwei \xc3\xbc") + END)
    assert texts(form) == {"a": ["1", "zwei ü"]}
    ((name, upload),) = files(form)
    assert (name, upload.filename, upload.content_type, upload.size) == ("f", "x.txt", "text/plain", 4)
    assert upload.file.read() == b"data", "from its beginning"


def test_names_and_texts_that_are_no_utf8_do_not_raise():
    head = b'Content-Disposition: form-data; name="\xff"'
    form = read(part(b"\xff", head=head) + file(name=b"\xff.txt") + END)
    assert texts(form) == {"\ufffd": ["\ufffd"]}
    assert files(form)[0][1].filename == "\ufffd.txt"


def test_utf8_in_names_is_read():
    form = read(
        part(head='Content-Disposition: form-data; name="ü"'.encode()) + file(name="é.txt".encode()) + END
    )
    assert texts(form) == {"ü": ["1"]}
    assert files(form)[0][1].filename == "é.txt"


def test_a_file_without_a_type_is_bytes_and_its_type_may_be_any_text():
    form = read(file() + file(kind=b" ") + file(kind=b"\xe9") + END)
    assert [each.content_type for _, each in files(form)] == ["application/octet-stream"] * 2 + ["é"]


def test_names_of_header_fields_have_no_case_and_the_first_of_two_counts():
    head = b'CONTENT-disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"'
    assert texts(read(part(head=head) + END)) == {"a": ["1"]}


def test_nothing_of_one_part_is_left_for_the_next():
    with pytest.raises(HTTPErrorBadRequest, match="no name"):
        read(part() + part(head=b"X-A: b") + END)
    form = read(file(kind=b"text/plain") + file() + END)
    assert [each.content_type for _, each in files(form)] == ["text/plain", "application/octet-stream"]


def test_a_file_input_that_was_left_empty_is_dropped_and_an_empty_file_is_not():
    form = read(file(b"", name=b"") + file(b"", name=b"empty.txt") + file(b"1", name=b"") + END)
    assert [(each.filename, each.size) for _, each in files(form)] == [("empty.txt", 0), ("", 1)]


@pytest.mark.parametrize("head", [
    b"X-A: b", b"Content-Disposition: form-data", b'Content-Disposition: attachment; name="a"',
    b"Content-Disposition: ", b'Content-Disposition: XXform-dataXX; name="a"',
])  # fmt: skip
def test_a_part_has_a_name(head):
    with pytest.raises(HTTPErrorBadRequest, match="a part of the form has no name"):
        read(part(head=head) + END)


@pytest.mark.parametrize("boundary", ["a", "x" * 70, "'()+_,-./:=?", "AZaz09", "a b"])
def test_a_boundary_of_rfc_2046_is_taken(boundary):
    body = part().replace(b"XX", boundary.encode()) + b"--" + boundary.encode() + b"--"
    assert texts(read(body, kind=f'multipart/form-data; boundary="{boundary}"')) == {"a": ["1"]}


@pytest.mark.parametrize("kind", [
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 71,
    'multipart/form-data; boundary="a "', 'multipart/form-data; boundary="a@b"', 'multipart/form-data; boundary=" "',
    "",
])  # fmt: skip
def test_any_other_boundary_is_a_400(kind):
    with pytest.raises(HTTPErrorBadRequest, match="no boundary as in RFC 2046"):
        MultipartReader(kind, Limits())


@pytest.mark.parametrize("body", [b"", part(), b"nonsense", b"--XX", part() + b"--XX-"])
def test_a_form_that_breaks_off_or_is_none_is_a_400_and_nobody_logs_it(body, caplog, capsys):
    with caplog.at_level(logging.DEBUG), pytest.raises(HTTPErrorBadRequest):
        read(body)
    assert [record for record in caplog.records if record.name != "asyncio"] == []
    assert capsys.readouterr().err == "", "where a logger without handlers writes"


def test_what_the_form_breaks_off_with_is_said():
    with pytest.raises(HTTPErrorBadRequest, match="breaks off before its last boundary"):
        read(part())
    with pytest.raises(HTTPErrorBadRequest, match="is not multipart/form-data") as caught:
        read(b"nonsense")
    assert caught.value.__suppress_context__, "what the library says is no business of the client"


# Bounds: each holds what it says and not one byte more


def just_fits(limit, most, *pieces, why):
    """That a form is read with this limit, and refused with one less."""
    form = read(*pieces, **{limit: most})
    with pytest.raises(HTTPErrorRequestEntityTooLarge, match=why) as caught:
        read(*pieces, **{limit: most - 1})
    assert str(most - 1) in str(caught.value)
    return form


def test_the_whole_form_has_a_bound():
    body = part(b"x" * 50) + file(b"y" * 50) + END
    just_fits("max_form", len(body), body, why="a form may have")
    just_fits("max_form", len(body), *(bytes([byte]) for byte in body), why="a form may have")


def test_one_text_field_has_a_bound_and_files_have_not():
    just_fits(
        "max_form_field", 50, part(b"x" * 50) + file(b"y" * 500) + END, why="a field of a form may have"
    )
    halves = part(b"x" * 50).partition(b"xxx")
    just_fits("max_form_field", 50, *halves, END, why="a field of a form may have")
    assert texts(read(part(b"x" * 50) * 3 + END, max_form_field=50)) == {"a": ["x" * 50] * 3}


def test_all_text_fields_together_have_a_bound_with_their_names():
    body = part(b"x" * 50) + part(b"y" * 40) + file(b"z" * 500) + END
    just_fits("max_body", 92, body, why="the text fields of a form may have")
    names = part(b"", head=b'Content-Disposition: form-data; name="' + b"n" * 60 + b'"')
    just_fits("max_body", 60, names + END, why="the text fields of a form may have")


def test_text_fields_are_counted():
    just_fits("max_query_fields", 3, part() * 3 + file() + END, why="a form may have")


def test_files_are_counted_with_those_that_are_left_empty():
    just_fits(
        "max_form_files", 3, file() + part() + file(b"", name=b"") * 2 + END, why="a form may have .* files"
    )


def test_the_head_of_a_part_has_a_bound():
    head = b'Content-Disposition: form-data; name="a"'
    size = len(head.replace(b": ", b"")) + len(b"X-Abc")
    body = part(head=head, more=b"X-A: bc\r\n")
    just_fits("max_part_head", size, body + body + END, why="the header fields of a form's part may have")
    pieces = [bytes([byte]) for byte in body + body + END]
    just_fits("max_part_head", size, *pieces, why="the header fields of a form's part may have")


def test_header_fields_of_a_part_are_counted():
    assert MAX_PART_FIELDS == 16
    assert texts(read(part(more=b"X-A: b\r\n" * 15) + END)) == {"a": ["1"]}
    with pytest.raises(HTTPErrorBadRequest, match="is not multipart"):
        read(part(more=b"X-A: b\r\n" * 16) + END)


def test_the_library_has_no_bound_of_its_own_on_the_head():
    more = b"X-A: " + b"b" * 100_000 + b"\r\n"
    assert texts(read(part(more=more) + END, max_part_head=200_000)) == {"a": ["1"]}


# Files and writes


class Watched(MultipartReader):
    """Keeps account of what it was fed."""

    fed: list[int]
    open: list[MultipartReader]

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.open.append(self)

    def feed(self, data):
        self.fed.append(len(data))
        super().feed(data)


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(Watched, "fed", [], raising=False)
    monkeypatch.setattr(Watched, "open", [], raising=False)
    monkeypatch.setattr("growler.http.multipart.MultipartReader", Watched)
    return Watched


def test_small_pieces_are_gathered_to_64_kib(watched):
    assert BATCH == 64 * 1024
    body = file(b"x" * (2 * BATCH)) + END
    read(*(body[at : at + 1024] for at in range(0, len(body), 1024)))
    assert watched.fed == [BATCH, BATCH, len(body) - 2 * BATCH]


def test_a_piece_that_fills_the_batch_is_not_kept_waiting(watched):
    body = file(b"x" * BATCH) + END
    read(body[:BATCH], body[BATCH:])
    assert watched.fed == [BATCH, len(body) - BATCH]


@pytest.mark.parametrize("body", [
    file(b"x" * 100) + b"--XX\r\nX-A: b\r\n\r\n", file() + part(), file() + b"--XX\r\n" + file()[6:-3], b"nonsense",
])  # fmt: skip
def test_the_files_of_a_form_that_is_refused_are_closed(watched, body):
    with pytest.raises(HTTPErrorBadRequest):
        read(body)
    (reader,) = watched.open
    opened = [upload for _, upload in reader._files] + ([reader._upload] if reader._upload else [])
    assert bool(opened) == body.startswith(b"--XX")
    assert all(upload.file.closed for upload in opened)


def test_a_file_that_was_left_empty_is_closed_at_once():
    reader = MultipartReader(TYPE, Limits())
    reader.feed(file(b"", name=b""))
    left_empty = reader._upload
    assert left_empty is not None
    reader.feed(END)
    assert left_empty.file.closed
    assert reader._upload is None
    assert reader.finish().files == {}


def test_a_part_may_come_in_any_pieces():
    reader = MultipartReader(TYPE, Limits())
    body = part(b"word", more=b"Content-Type: text/plain\r\n") + file(b"data", kind=b"text/css") + END
    for byte in body:
        reader.feed(bytes([byte]))
    form = reader.finish()
    READ.append(form)
    assert texts(form) == {"a": ["word"]}
    ((_, upload),) = files(form)
    assert (upload.filename, upload.content_type, upload.size) == ("x.txt", "text/css", 4)


def test_the_reader_writes_nothing_itself_and_hands_out_each_write_once():
    reader = MultipartReader(TYPE, Limits())
    reader.feed(file(b"one"))
    assert reader.take_writes() == [(reader._upload, b"one")]
    assert reader.take_writes() == []
    assert reader._upload is not None
    assert reader._upload.size == 3
    assert reader._upload.file.read() == b""
    reader.close()


def test_a_file_over_its_buffer_is_written_in_a_thread_and_a_small_one_is_not(monkeypatch):
    wrote = []
    really_write = __import__("growler.http.multipart", fromlist=["_write"])._write

    def write(writes):
        wrote.append(threading.current_thread() is threading.main_thread())
        really_write(writes)

    monkeypatch.setattr("growler.http.multipart._write", write)
    form = read(file(b"x" * 100) + END, file_buffer=100)
    assert wrote == [True]
    assert not files(form)[0][1].file._rolled
    wrote.clear()
    form = read(file(b"x" * 101) + END, file_buffer=100)
    assert wrote == [False]
    assert files(form)[0][1].file._rolled
    assert files(form)[0][1].file.read() == b"x" * 101
    wrote.clear()
    form = read(file(b"x" * BATCH), file(b"y") + END, file_buffer=100)
    assert wrote == [False, True], "a thread where the file lies on disk only"
    assert [each.file.read() for _, each in files(form)] == [b"x" * BATCH, b"y"]
