"""The file room: who comes in how, what an upload becomes, and the pages in a browser."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode

import pytest
from playwright.sync_api import expect

from support.browser import browser, complaints_of  # noqa: F401 - a fixture, found by its name

PASSWORD = "correct horse battery"


def basic(name, password=PASSWORD):
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def multipart(*files):
    """Body and header fields of a form with these files."""
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n'
        % (name.encode(), content)
        for name, content in files
    ]
    return b"".join(parts) + b"--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


def put(client, *files, by="keeper"):
    body, fields = multipart(*files)
    return client.post("/upload", body=body, headers={**fields, **basic(by), "Accept": "application/json"})


@pytest.fixture
def room(tmp_path, start):
    client = start("file_room", FILE_ROOM=str(tmp_path / "room"), FILE_ROOM_PASSWORD=PASSWORD)
    client.folder = tmp_path / "room"
    return client


def test_a_program_comes_in_by_basic_and_gets_listing_file_and_archive(room):
    assert room.get("/files/").status == 401
    assert put(room, ("notes.txt", b"hello")).json() == {"stored": ["notes.txt"]}
    listing = room.get("/files/?format=json", headers=basic("reader")).json()
    assert [entry["name"] for entry in listing["entries"]] == ["notes.txt"]
    assert room.get("/files/notes.txt", headers=basic("reader")).body == b"hello"
    packed = zipfile.ZipFile(io.BytesIO(room.get("/files/?archive=zip", headers=basic("reader")).body))
    assert [name.rpartition("/")[2] for name in packed.namelist() if not name.endswith("/")] == ["notes.txt"]


def test_only_who_may_puts_files_in(room):
    assert put(room, ("a.txt", b""), by="reader").status == 403
    assert room.post("/upload", headers=basic("keeper", "wrong")).status == 401
    assert room.post("/upload").status == 401
    assert list(room.folder.iterdir()) == []


def test_nothing_is_overwritten_hidden_or_put_elsewhere(room):
    reply = put(
        room, ("a.txt", b"1"), ("a.txt", b"2"), ("../../a.txt", b"3"), (".env", b"4"), ("ü" * 150, b"5")
    )
    assert reply.json()["stored"] == ["a.txt", "a (1).txt", "a (2).txt", "env", "ü" * 100]
    assert (room.folder / "a.txt").read_bytes() == b"1"
    assert sorted(p.name for p in room.folder.parent.iterdir()) == ["room"]


def test_a_page_that_was_uploaded_is_saved_and_not_shown(room):
    put(room, ("evil.html", b"<script>alert(1)</script>"))
    reply = room.get("/files/evil.html", headers=basic("reader"))
    assert reply.headers["content-disposition"].startswith("attachment")


def test_a_key_reads_and_does_nothing_else(room):
    assert room.post("/auth/login", form={"username": "keeper", "password": PASSWORD}).status == 200
    page = room.post("/keys")
    key = re.search(r'id="key">([^<]+)<', page.text)[1]
    program = room.another()
    by_key = {"Authorization": f"Bearer {key}"}
    assert program.get("/files/", headers=by_key).status == 200
    assert program.post("/upload", headers=by_key).status == 403
    assert program.post("/keys", headers=by_key).status == 401
    assert program.get("/files/", headers={"Authorization": f"Bearer {key}x"}).status == 401


@pytest.mark.browser
def test_a_keeper_uploads_in_a_browser_and_finds_the_file(room, browser, tmp_path):  # noqa: F811 - imported above
    context = browser.new_context(viewport={"width": 360, "height": 720}, java_script_enabled=False)
    page = context.new_page()
    page.goto(room.url)
    page.get_by_role("link", name="Look around").click()
    page.get_by_label("Username").fill("keeper")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{room.url}/files/")
    complaints = complaints_of(page)
    page.goto(room.url)
    (tmp_path / "cat.txt").write_text("meow")
    page.get_by_label("One file or several").set_input_files(tmp_path / "cat.txt")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status")).to_have_text("Stored: cat.txt")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []
    page.goto(f"{room.url}/files/")
    page.get_by_role("link", name="cat.txt").click()
    expect(page.locator("body")).to_have_text("meow")
