"""Forms: fields and files of a body, whatever its shape, and the bounds on them."""

from __future__ import annotations

import asyncio
import gc
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growler import App, Limits
from growler.exchange import Connection, RequestHead
from growler.http.errors import HTTPError
from growler.http.forms import Form, Upload, plain_name
from growler.http.multipart import MultipartReader, read_multipart
from growler.testing import MemoryExchange

TYPE = {"Content-Type": "multipart/form-data; boundary=XX"}


def part(name: str, content: bytes | str, filename: str | None = None, kind: str | None = None) -> bytes:
    data = content if isinstance(content, bytes) else content.encode()
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"'
    if kind is not None:
        head += f"\r\nContent-Type: {kind}"
    return b"--XX\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n"


def multipart(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--XX--\r\n"


@pytest.fixture
def post(serve):
    """Serve a handler that answers with what a form holds; gives a function that posts to it."""

    def start(limits=None):
        app = App(limits=limits)

        @app.post("/")
        async def show(req, res):
            form = await req.form()
            files = [
                [
                    name,
                    upload.filename,
                    upload.content_type,
                    upload.size,
                    (await upload.read()).decode("latin-1"),
                ]
                for name, uploads in form.files.items()
                for upload in uploads
            ]
            res.send_json({"fields": dict(form), "files": files})

        client = serve(app)
        return lambda body, headers=TYPE: client.request("POST", "/", headers=headers, body=body)

    return start


def test_fields_and_files(post):
    body = multipart(
        part("a", "1"),
        part("photo", b"\x00\xff\r\n--X", "é.png", "image/png"),
        part("a", "zwei ü"),
        part("photo", b"", "empty.txt"),
    )
    assert post()(body).json() == {
        "fields": {"a": ["1", "zwei ü"]},
        "files": [
            ["photo", "é.png", "image/png", 7, "\x00\xff\r\n--X"],
            ["photo", "empty.txt", "application/octet-stream", 0, ""],
        ],
    }


def test_a_form_arrives_in_any_pieces(post):
    body = multipart(part("a", "1"), part("f", b"x" * 1000, "x.txt"))
    whole = post()(body).json()
    assert post()([body[i : i + 1] for i in range(len(body))]).json() == whole
    assert whole["files"][0][3] == 1000


def test_a_file_input_that_was_left_empty_is_not_there(post):
    assert post()(multipart(part("f", b"", "", "application/octet-stream"))).json()["files"] == []


def test_what_stands_around_the_parts_is_ignored(post):
    body = b"\r\n" + multipart(part("a", "1")) + b"epilogue " * 1000
    assert post()(body).json()["fields"] == {"a": ["1"]}


def test_a_form_without_parts_is_empty(post):
    assert post()(b"--XX--\r\n").json() == {"fields": {}, "files": []}


def test_a_large_file_goes_to_disk_and_comes_back(post):
    data = bytes(range(256)) * 4096
    (file,) = post()(multipart(part("f", data, "big.bin"))).json()["files"]
    assert file[3] == len(data)
    assert file[4].encode("latin-1") == data


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"--XX",
        b"--XX\r\n",
        b"--YY\r\n\r\n--YY--\r\n",
        multipart(part("a", "1"))[:-4],  # the last boundary is missing
        part("a", "1"),
        b"--XX\r\n\r\nno head\r\n--XX--\r\n",
        b"--XX\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--XX--\r\n",
        b'--XX\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--XX--\r\n',
        b"--XX\r\nContent-Type: text/plain\r\n\r\n1\r\n--XX--\r\n",
        b'--XX\r\nContent Disposition: form-data; name="a"\r\n\r\n1\r\n--XX--\r\n',
        b"--XX\r\n: x\r\n\r\n1\r\n--XX--\r\n",
        b'--XX\nContent-Disposition: form-data; name="a"\n\n1\n--XX--\n',
        b"--XX\r\n" + b"a: b\r\n" * 17 + b"\r\n1\r\n--XX--\r\n",
        b"\r" * 100_000,
        b"-" * 100_000,
    ],
)
def test_a_malformed_body_is_a_400_and_nothing_in_the_log(post, body, caplog):
    assert post()(body).status == 400
    assert [record for record in caplog.records if record.name != "asyncio"] == []


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "; boundary",
        "; boundary=",
        '; boundary=""',
        "; boundary=" + "x" * 71,
        "; boundary=x@y",
        "; charset=utf-8",
    ],
)
def test_a_boundary_is_as_in_rfc_2046(post, parameters):
    reply = post()(multipart(part("a", "1")), {"Content-Type": f"multipart/form-data{parameters}"})
    assert reply.status == 400
    assert "boundary" in reply.text


def test_other_types_are_a_415_that_names_the_right_ones(post):
    for kind in ("text/plain", "application/json", "multipart/mixed; boundary=XX"):
        reply = post()(b"--XX--", {"Content-Type": kind})
        assert reply.status == 415
        assert reply.headers["accept"] == "application/x-www-form-urlencoded, multipart/form-data"
    assert post()(b"", {}).status == 415


@pytest.mark.parametrize(
    ("limit", "fits", "too_much"),
    [
        ({"max_form": 200}, part("f", b"x" * 100, "x"), part("f", b"x" * 150, "x")),
        ({"max_form_field": 10}, part("a", b"x" * 10), part("a", b"x" * 11)),
        ({"max_body": 20}, part("a", b"x" * 9) * 2, part("a", b"x" * 10) * 2),
        ({"max_query_fields": 2}, part("a", "") * 2, part("a", "") * 3),
        ({"max_form_files": 2}, part("f", "", "") * 2, part("f", "", "") * 3),
        ({"max_part_head": 64}, part("a", ""), part("a" * 40, "")),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_limit_is_a_413_and_not_before(post, limit, fits, too_much):
    send = post(Limits(**limit))
    assert send(multipart(fits)).status == 200
    for body in (multipart(too_much), [multipart(too_much)]):  # declared, and chunked
        assert send(body).status == 413


def test_a_form_that_is_declared_too_large_is_refused_unread():
    fields = [(b"Content-Type", b"multipart/form-data; boundary=XX"), (b"Content-Length", b"11")]
    exchange = MemoryExchange(RequestHead("POST", b"/", b"", fields, Connection()), [b"x"])
    app = App(limits=Limits(max_form=10))
    req = app.request_class(app, exchange)
    with pytest.raises(HTTPError) as refused:
        asyncio.run(req.form())
    assert refused.value.code == 413
    assert asyncio.run(exchange.receive()) == b"x"


def test_too_many_urlencoded_fields_are_a_413(post):
    send = post(Limits(max_query_fields=2))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert send(b"a=1&b=%C3%A9", kind).json()["fields"] == {"a": ["1"], "b": ["é"]}
    assert send(b"a&b&c", kind).status == 413


@pytest.mark.parametrize("body", [b"%", b"%zz=%", b"=&=&", b"\xff=\xfe", b"a=%ff", b"&" * 900])
def test_no_urlencoded_body_is_an_error(post, body):
    assert post()(body, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}).status == 200


def test_a_form_may_be_asked_for_twice_and_after_the_body(serve):
    app = App()

    @app.post("/:first")
    async def both(req, res):
        if req.params["first"] == "body":
            await req.body()
        res.send_json((await req.form()) is (await req.form()) and dict(await req.form()))

    client = serve(app)
    for first in ("body", "form"):
        assert client.post(f"/{first}", body=multipart(part("a", "1")), headers=TYPE).json() == {"a": ["1"]}


def test_a_field_that_is_missing_is_a_400(serve):
    app = App()

    @app.post("/")
    async def demand(req, res):
        form = await req.form()
        with pytest.raises(KeyError):
            form["nope"]
        assert (form.get("nope"), form.getall("nope"), form.get_first("nope", "x")) == (None, [], "x")
        res.send(form.files["photo"][0].filename)

    reply = serve(app).post("/", form={"photo": "a str where a file is wanted"})
    assert (reply.status, reply.text) == (400, "400 Bad Request\nthe field photo is missing\n")


@pytest.mark.parametrize("fails", [False, True])
def test_files_are_closed_when_the_answer_has_left(serve, fails):
    app = App()
    kept = []

    @app.post("/")
    async def keep(req, res):
        kept.extend((await req.form()).files["f"])
        if fails:
            raise RuntimeError("after the form")
        res.send(len(kept[0].file.read()) > 0 and kept[0].file.closed)

    body = multipart(part("f", b"x", "small"), part("f", b"y" * 100_000, "large"))
    client = serve(app)
    assert client.post("/", body=body, headers=TYPE).status == (500 if fails else 200)
    client.get("/")  # the first exchange is over for the server too
    gc.collect()
    assert [upload.file.closed for upload in kept] == [True, True]


def test_a_refused_form_leaves_no_file_open(monkeypatch):
    opened = []
    make = tempfile.SpooledTemporaryFile
    monkeypatch.setattr(
        "growler.http.forms.SpooledTemporaryFile", lambda size: opened.append(make(size)) or opened[-1]
    )

    async def pieces():
        yield part("f", b"x" * 100_000, "first") + part("g", b"x" * 100_000, "second")
        yield b"--XX\r\nnonsense\r\n\r\n"

    with pytest.raises(HTTPError, match="not multipart"):
        asyncio.run(read_multipart("multipart/form-data; boundary=XX", pieces(), Limits()))
    assert [file.closed for file in opened] == [True, True]


def test_a_file_is_saved_where_the_application_says(serve, tmp_path):
    app = App()

    @app.post("/")
    async def save(req, res):
        (upload,) = (await req.form()).files["f"]
        assert await upload.read(3) == b"012"
        await upload.save(tmp_path / "saved")
        res.send(repr(upload))

    data = b"0123456789" * 20_000
    reply = serve(app).post("/", body=multipart(part("f", data, "a.txt")), headers=TYPE)
    assert reply.text == "<Upload 'a.txt' 200000 bytes>"
    assert Path(tmp_path / "saved").read_bytes() == data


def test_a_file_is_not_saved_over_another_unless_it_is_asked_for(tmp_path):
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    there.write_bytes(b"old")
    (tmp_path / "link").symlink_to(elsewhere)

    async def run():
        upload = Upload("a.txt", "text/plain", 10)
        upload.file.write(b"new")
        for name in ("there", "link"):
            with pytest.raises(FileExistsError):
                await upload.save(tmp_path / name)
        assert there.read_bytes() == b"old"
        await upload.save(there, overwrite=True)
        upload.file.close()
        with pytest.raises(ValueError, match="closed file"):
            await upload.save(tmp_path / "half")

    asyncio.run(run())
    assert there.read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]


def test_what_could_not_be_written_whole_is_not_left_behind(tmp_path):
    async def run():
        upload = Upload("a.txt", "text/plain", 10)
        upload.file.close()
        upload.file = Failing()
        with pytest.raises(OSError, match="cannot be read"):
            await upload.save(tmp_path / "half")

    class Failing(io.BytesIO):
        """A file on a disk that fails, which no test can make."""

        def read(self, size=-1):
            raise OSError("cannot be read")

    asyncio.run(run())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("a/..", ""),
        (".", ""),
        ("a/", ""),
        ("a\0.txt", "a.txt"),
        ("a\r\nb", "ab"),
        (" é .txt ", "é .txt"),
    ],
)
def test_a_file_name_has_no_folders(sent, name):
    assert plain_name(sent) == name


def test_names_with_quotes_and_semicolons():
    head = (
        b'--XX\r\nContent-Disposition: form-data; name="a;b\\"c"; filename="x;y.txt"\r\n\r\n1\r\n--XX--\r\n'
    )
    reader = MultipartReader("multipart/form-data; boundary=XX", Limits())
    reader.feed(head)
    form = reader.finish()
    ((name, (upload,)),) = form.files.items()
    assert (name, upload.filename) == ('a;b"c', "x;y.txt")
    form.close()


def read(body: bytes, cut: int) -> tuple[dict, dict] | int:
    """What a body in two pieces makes: fields and files, or the status of its refusal."""

    async def pieces():
        yield body[:cut]
        yield body[cut:]

    limits = Limits(max_form=5000, max_form_field=200, max_form_files=3, max_query_fields=3, file_buffer=50)
    try:
        form = asyncio.run(read_multipart("multipart/form-data; boundary=XX", pieces(), limits))
    except HTTPError as error:
        return error.code
    files = {name: [upload.file.read() for upload in uploads] for name, uploads in form.files.items()}
    form.close()
    return dict(form), files


PIECES = st.sampled_from(
    [b"--XX", b"--", b"\r\n", b"\r", b"\n", b"XX", b"Content-Disposition: form-data; ", b'name="a"', b"; filename=",
     b'"b"', b":", b"\0", b"\xff", b"x" * 60, part("a", "1"), part("f", b"2" * 80, "g"), b"--XX--\r\n"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=30).map(b"".join), st.integers(0, 200))
def test_any_body_is_a_form_or_refused_and_its_pieces_do_not_matter(body, cut):
    whole = read(body, 0)
    assert whole in (400, 413) or isinstance(whole, tuple)
    assert read(body, cut) == whole


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_content_arrives_as_it_was_sent(data):
    if b"\r\n--XX" in b"\r\n" + data:
        return
    assert read(multipart(part("f", data, "g")), len(data) // 2) == ({}, {"f": [data]})


def test_repr_of_a_form_shows_no_values():
    assert repr(Form([("password", "secret")])) == "<Form password>"
