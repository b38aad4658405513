"""`growler-index` answers to its own names: no page of another site reads the files by a name that leads here."""

import base64
import socket
from pathlib import Path

import pytest

from growler.testing import TestClient
from growler_ext.indexer.command.arguments import read
from growler_ext.indexer.command.site import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "index.html").write_text("<p>index")
    return tmp_path


def served(folder: Path, *words: str) -> TestClient:
    return TestClient(build(read([str(folder), "--quiet", *words])))


@pytest.mark.parametrize("host", [
    "127.0.0.1:8000", "localhost:8000", "photos.localhost", "[::1]:8000", "192.0.2.7", "nas.example", "NAS.lan:8000",
    "desk", "desk.local", "room.example", "desk.corp.example", "desk.internal:8000", "x", "localhost.", "",
])  # fmt: skip
def test_it_answers_to_addresses_its_own_names_and_those_it_was_given(
    folder: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Desk.corp.example")
    with served(folder, "--host", "nas.example", "--host", "nas.lan", "--bind", "room.example") as client:
        assert client.get("/a.txt", headers={"Host": host}).text == "hello"


@pytest.mark.parametrize("words", [(), ("--spa", "index.html"), ("--bind", "all"), ("--prefix", "/files")])
@pytest.mark.parametrize(
    "host",
    [
        "rebound.evil.example",
        "127.0.0.1.evil.example:8000",
        "desk.evil.example",
        "evil.example.",
        "local.evil.example",
        "localhost.com",
    ],
)
def test_a_name_of_somebody_else_that_leads_here_shows_nothing(
    folder: Path, words: tuple[str, ...], host: str
) -> None:
    with served(folder, *words) as client:
        for path in ("/", "/a.txt", "/files/a.txt"):
            reply = client.get(path, headers={"Host": host})
            assert reply.status == 421
            assert "hello" not in reply.text
            assert "--host NAME" in reply.text


def test_with_a_password_or_a_certificate_every_name_will_do(folder: Path) -> None:
    field = "Basic " + base64.b64encode(b"me:secret").decode()
    app = build(read([str(folder), "--quiet", "--auth", "me:secret"]))
    with TestClient(app) as client:
        fields = {"Host": "files.example", "Authorization": field}
        assert client.get("/a.txt", headers=fields).text == "hello"
    with TestClient(build(read([str(folder), "--quiet", "--cert", "cert.pem"]))) as client:
        assert client.get("/a.txt", headers={"Host": "files.example"}).text == "hello"


def test_a_machine_may_have_a_name_that_no_host_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Anna's desk")
    with served(folder) as client:
        assert client.get("/a.txt", headers={"Host": "localhost"}).text == "hello"
        assert client.get("/a.txt", headers={"Host": "desk.example"}).status == 421
