"""`growler-index` as people start it: real processes, real signals."""

import base64
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from growler.testing import TestClient
from growler_ext.indexer.command import main
from growler_ext.indexer.command.addresses import is_loopback, urls
from growler_ext.indexer.command.arguments import read
from growler_ext.indexer.command.basic import Credentials
from growler_ext.indexer.command.qr import qr_code
from growler_ext.indexer.command.site import build
from support import certificates
from support.program import Program, fetch
from support.servers import free_socket

COMMAND = ("-m", "growler_ext.indexer")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("hello")
    (folder / "b.bak").write_text("backup")
    (folder / ".hidden").write_text("hidden")
    (folder / "index.html").write_text("<p>index")
    (tmp_path / "outside.txt").write_text("outside")
    (folder / "out.txt").symlink_to("../outside.txt")
    return folder


def served(folder: Path, *words: str) -> TestClient:
    """What a command line serves, without the process around it."""
    return TestClient(build(read([str(folder), "--quiet", *words])))


def names(client: TestClient, **headers: str) -> list[str]:
    reply = client.get("/", headers={"Accept": "application/json", **headers})
    return [entry["name"] for entry in reply.json()["entries"]]


# The process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_says_where_and_ends_cleanly(folder: Path, number: int) -> None:
    with Program(*COMMAND, str(folder), "-p", "0") as program:
        url = program.url()
        assert program.lines[0] == f"Showing {str(folder)!r}, until Ctrl-C"
        assert url.startswith("http://127.0.0.1:")
        assert "a.txt" in fetch(url)
        assert fetch(url + "a.txt") == "hello"
        program.signal_group(number)
        assert program.ended() == 0
    assert re.fullmatch(
        r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /a.txt HTTP/1.1" 200 5',
        program.lines[3],
    )
    assert '"GET / HTTP/1.1" 200 ' in program.lines[2]
    assert len(program.lines) == 4


def test_this_folder_is_shown_unless_another_is_named(folder: Path) -> None:
    with Program(*COMMAND, "-p", "0", "--quiet", folder=folder) as program:
        assert fetch(program.url() + "a.txt") == "hello"
        program.signal(signal.SIGINT)
        assert program.ended() == 0
    assert not [line for line in program.lines if "GET" in line]


def test_next_free_port_is_taken_only_when_none_was_asked_for(folder: Path) -> None:
    with Program(*COMMAND, str(folder)) as first:
        taken_by_first = first.port()
        with Program(*COMMAND, str(folder)) as second:
            assert second.port() != taken_by_first
            for program in (first, second):
                program.signal(signal.SIGTERM)
                assert program.ended() == 0
    with free_socket() as taken:
        port = taken.getsockname()[1]
        assert complaint(str(folder), "-p", str(port)) == (
            f"growler-index: cannot listen on 127.0.0.1, port {port}: address already in use; "
            "choose another with --port"
        )


def complaint(*words: str, cwd: Path | None = None) -> str:
    """What a process says that has to end with status 2, which is one line, and nothing else."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *COMMAND, *words], capture_output=True, text=True, timeout=60, cwd=cwd
    )
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def test_log_lines_cannot_be_forged(folder: Path) -> None:
    with Program(*COMMAND, str(folder), "-p", "0") as program:
        port = program.port()
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(
                b'GET /%0a%1b[31m"\x7f\\?x=\x1b]0;title HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
            )
            while raw.recv(65536):
                pass
        program.signal(signal.SIGTERM)
        assert program.ended() == 0
    for line in program.lines:
        assert line.isprintable()


def test_no_reader_of_the_log_does_not_end_it(folder: Path) -> None:
    command = [sys.executable, "-W", "error", *COMMAND, str(folder), "-p", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        url = process.stdout.readline().split()[-1]
        process.stdout.close()
        assert fetch(url + "a.txt") == fetch(url + "a.txt") == "hello"
        process.terminate()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_one_file(folder: Path) -> None:
    odd = folder / 'ä "%20#'
    odd.write_text("one")
    with Program(*COMMAND, str(odd), "-p", "0", "--prefix", "x/y/") as program:
        url = program.url()
        assert url.endswith("/x/y/")
        with urllib.request.urlopen(url) as answer:
            assert answer.read() == b"one"
            assert answer.url.endswith("/x/y/%C3%A4%20%22%2520%23")
        assert status(url + "a.txt") == 404
        program.signal(signal.SIGTERM)
        assert program.ended() == 0


def test_what_is_said_of_a_prefix_can_be_opened(folder: Path) -> None:
    with Program(*COMMAND, str(folder), "-p", "0", "--prefix", "/ä b") as program:
        url = program.url()
        assert url.endswith("/%C3%A4%20b/")
        assert status(url) == 200
        program.signal(signal.SIGTERM)
        assert program.ended() == 0


def test_one_file_stands_alone(folder: Path) -> None:
    (folder / "large.bin").write_bytes(bytes(2_000_000))
    (folder / "large.bin.gz").write_bytes(b"another")
    with Program(*COMMAND, str(folder / "large.bin"), "-p", "0") as program:
        request = urllib.request.Request(
            program.url() + "large.bin?v=00000000", headers={"Accept-Encoding": "gzip"}
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.read() == bytes(2_000_000)
        program.signal(signal.SIGTERM)
        assert program.ended() == 0


def status(url: str, headers: Mapping[str, str] | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers or {}))) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_https_with_a_password(folder: Path, tmp_path: Path) -> None:
    files = certificates.make(tmp_path)
    words = ("--cert", str(files.cert), "--key", str(files.key), "--auth", "me:täst:1", "-b", "localhost")
    with Program(*COMMAND, str(folder), "-p", "0", *words) as program:
        url = program.url()
        assert url.startswith("https://localhost:")
        connection = http.client.HTTPSConnection("localhost", program_port(url), context=files.client)
        token = base64.b64encode("me:täst:1".encode()).decode()
        for header, expected in ((None, 401), (f"Basic {token}", 200), (f"Basic {token[:-4]}", 401)):
            connection.request("GET", "/a.txt", headers={"Authorization": header} if header else {})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == expected
        connection.close()
        program.signal(signal.SIGTERM)
        assert program.ended() == 0
    assert not [line for line in program.lines if "warning" in line or "täst" in line]


def program_port(url: str) -> int:
    return int(url.rstrip("/").rpartition(":")[2])


# Command lines that cannot be


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere",), "there is no 'nowhere'"),
        (("-p", "70000"), "'70000' is no port: give a number from 0 to 65535"),
        (("-p", "x"), "'x' is no port"),
        (("--archive", "rar"), "'rar' is no kind of archive: give some of zip, tar.gz, tar, or none"),
        (("--auth", "secret"), "give a name and a password with a colon between them"),
        (("--auth", ":"), "give a name and a password"),
        (("--header", "X"), "'X' is no header field"),
        (("--header", "X Y: z"), "is no header field"),
        (("--header", "X: a\r\nY: b"), "is no header field"),
        (("--prefix", "/a/../b"), "is no path"),
        (("--prefix", "/a?b"), "is no path"),
        (("--spa", "none.html"), "--spa: there is no 'none.html' in '.'"),
        (("--spa", "index.html", "--index"), "leave out --index"),
        (("--spa", "index.html", "a.txt"), "--spa needs a folder"),
        (("--hide", "a\\b"), "is no glob"),
        (("--hide", ""), "argument --hide: '' is no glob"),
        (
            ("--header", "Content-Length: 3"),
            "'Content-Length' comes out of each answer by itself: leave it out",
        ),
        (("--header", "transfer-encoding: chunked"), "'transfer-encoding' comes out of each answer"),
        (("-b", "203.0.113.1", "-p", "0"), "choose another with --bind"),
        (("--key", "k.pem"), "--key needs --cert"),
        (("--cert", "a.txt"), "no certificate with the key"),
        (("--cert", "none.pem"), "cannot read none.pem"),
        (("-b", "no.such.host.invalid", "-p", "0"), "cannot listen on no.such.host.invalid"),
        (("--unknown",), "unrecognized arguments: --unknown"),
        ((".", "more"), "unrecognized arguments: more"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(folder)
    assert main([*words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("growler-index: ")
    assert sentence in err
    assert err.count("\n") == 1
    assert "secret" not in err


def test_what_cannot_be_ends_the_process_with_status_2(folder: Path) -> None:
    assert complaint("nowhere", cwd=folder) == "growler-index: there is no 'nowhere'"


def test_unreadable_path_and_no_file_at_all(
    tmp_path: Path, as_a_user: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "locked").mkdir(mode=0o000)
    (tmp_path / "closed").touch(mode=0o000)
    os.mkfifo(tmp_path / "pipe")
    os.chmod(tmp_path / "pipe", 0o666)
    for name, sentence in (
        ("locked", "cannot read"),
        ("closed", "cannot read"),
        ("pipe", "neither a folder nor"),
    ):
        assert main([str(tmp_path / name)]) == 2
        assert sentence in capsys.readouterr().err


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for option in ("--port", "--bind", "--prefix", "--hidden", "--hide", "--follow", "--archive", "--index", "--spa",
                   "--auth", "--host", "--cert", "--key", "--header", "--cors", "--qr", "--open",
                   "--quiet"):  # fmt: skip
        assert option in text
    assert max(map(len, text.splitlines())) <= 100


# What it shows


def test_hidden_names_links_and_globs(folder: Path) -> None:
    with served(folder) as client:
        assert names(client) == ["sub", "a.txt", "b.bak", "index.html"]
        assert "?archive=zip" in client.get("/").text
    with served(folder, "--hidden", "--follow", "--hide", "*.bak", "--hide", "sub") as client:
        assert names(client) == [".hidden", "a.txt", "index.html", "out.txt"]
        assert client.get("/out.txt").text == "outside"
        assert client.get("/b.bak").status == 404


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("--archive",), ["zip", "tar.gz"]),
        (("--archive", "tar"), ["tar"]),
        (("--archive=none",), []),
        ((), ["zip", "tar.gz"]),
    ],
)
def test_archives(folder: Path, words: tuple[str, ...], offered: list[str]) -> None:
    with served(folder, *words) as client:
        assert re.findall(r"\?archive=([a-z.]+)", client.get("/").text) == offered


def test_index_file(folder: Path) -> None:
    with served(folder, "--index") as client:
        assert client.get("/").text == "<p>index"
        assert client.get("/sub/").status == 200


def test_single_page_application(folder: Path) -> None:
    with served(folder, "--spa", "index.html") as client:
        for path in ("/", "/some/route"):
            assert client.get(path, headers={"Accept": "text/html"}).text == "<p>index"
        assert client.get("/a.txt").text == "hello"
        assert client.get("/missing.css", headers={"Accept": "text/css"}).status == 404


def test_prefix(folder: Path) -> None:
    with served(folder, "--prefix", "files") as client:
        assert client.get("/files/a.txt").text == "hello"
        assert client.get("/a.txt").status == 404
        assert client.get("/").headers["location"] == "/files/"
        assert "<title>Index of /files/sub/</title>" in client.get("/files/sub/").text


def test_header_fields_go_with_every_answer(folder: Path) -> None:
    with served(
        folder, "--header", "X-One: 1", "--header", "Cache-Control:no-store", "--header", "X-One: 2"
    ) as client:
        for target in ("/", "/a.txt", "/missing", "/sub"):
            reply = client.get(target)
            assert reply.getall("x-one") == ["1", "2"]
            assert reply.getall("cache-control") == ["no-store"]


def test_cors(folder: Path) -> None:
    with served(folder, "--cors", "--auth", "me:pw") as client:
        asked = client.request(
            "OPTIONS", "/a.txt", headers={"Origin": "http://x", "Access-Control-Request-Method": "GET"}
        )
        assert asked.status == 204
        assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        assert "Authorization" in asked.headers["access-control-allow-headers"]
        refused = client.get("/a.txt")
        assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, "*")
    with served(folder) as client:
        assert "access-control-allow-origin" not in client.get("/a.txt").headers


# Who may see it


@pytest.mark.parametrize(
    ("field", "passes"),
    [
        ("Basic bWU6cHc=", True),
        ("basic  bWU6cHc=", True),
        ("BASIC bWU6cHc=", True),
        (None, False),
        ("", False),
        ("Basic", False),
        ("Basic !!!", False),
        ("Basic bWU6cHcx", False),
        ("Basic bWU6", False),
        ("Basic é", False),
        ("Bearer bWU6cHc=", False),
    ],
)
def test_only_the_right_name_and_password_pass(field: str | None, passes: bool) -> None:
    assert Credentials("me", "pw").match(field) is passes


def test_nothing_is_shown_without_the_password(folder: Path) -> None:
    with served(folder, "--auth", "me:pw") as client:
        for target in ("/", "/a.txt", "/missing", "/sub", "/?archive=zip"):
            reply = client.get(target)
            assert reply.status == 401
            assert reply.headers["www-authenticate"] == 'Basic realm="growler-index", charset="UTF-8"'
        assert names(client, Authorization="Basic bWU6cHc=")


def test_password_is_kept_nowhere() -> None:
    arguments = read([".", "--auth", "me:correct-horse"])
    assert "correct-horse" not in repr(arguments) + repr(vars(arguments.auth))


def test_password_in_plain_sight_is_warned_of(folder: Path) -> None:
    with Program(*COMMAND, str(folder), "-p", "0", "-b", "all", "--auth", "me:pw") as program:
        program.url()
        program.signal(signal.SIGTERM)
        assert program.ended() == 0
    assert program.lines[0].startswith("warning: without --cert the password travels")


# Where it is


def test_all_addresses_are_named_when_bound_to_all() -> None:
    found = urls(None, 8000, secure=False, path="/")
    assert found[0] == "http://127.0.0.1:8000/"
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"http://(\d+(\.\d+){3}|\[[0-9a-f:]+\]):8000/", url) for url in found)
    assert not [url for url in urls("0.0.0.0", 80, secure=False, path="/") if "[" in url]
    assert urls("::", 8000, secure=False, path="/")[0] == "http://[::1]:8000/"


@pytest.mark.parametrize(
    ("host", "port", "secure", "expected"),
    [
        ("127.0.0.1", 80, False, "http://127.0.0.1/x/"),
        ("127.0.0.1", 80, True, "https://127.0.0.1:80/x/"),
        ("::1", 443, True, "https://[::1]/x/"),
        ("name", 8000, False, "http://name:8000/x/"),
    ],
)
def test_urls(host: str, port: int, secure: bool, expected: str) -> None:
    assert urls(host, port, secure=secure, path="/x/") == [expected]


def test_loopback() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [True] * 4
    assert [is_loopback(host) for host in (None, "0.0.0.0", "::", "192.168.1.1", "name")] == [False] * 5


def test_qr_code_is_a_square_with_its_three_corners() -> None:
    lines = qr_code("http://192.168.1.10:8000/", colours=False).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines) == (len(lines[0]) + 1) // 2
    # Dark modules are blank: the finder pattern's ring is two columns and rows in, behind the light border.
    assert lines[1].startswith("██ ▄▄▄▄▄ █")
    assert lines[1].endswith("█ ▄▄▄▄▄ ██")
    assert qr_code("x", colours=True).startswith("\x1b[97;40m")


def test_qr_code_names_the_package_that_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    assert main([".", "--qr"]) == 2
    assert "pip install 'growler-ext-indexer[qr]'" in capsys.readouterr().err
