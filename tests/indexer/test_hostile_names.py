"""Every file name is hostile: none becomes markup, and each link leads back to exactly its own name."""

import os
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from conftest import Serve

from growler import App
from growler.ext import Indexer
from support.file_attacks import HOSTILE_NAMES as NAMES
from support.listing_page import Page, name_behind

BASE = "http://testserver/mount/"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    for name in NAMES:
        with open(os.fsencode(root) + b"/" + name, "wb") as file:
            file.write(name)
    return root


@pytest.fixture
def app(root: Path) -> App:
    app = App()
    app.use("/mount", Indexer(root, hidden=True))
    return app


def test_each_link_leads_back_to_exactly_its_name(serve: Serve, app: App) -> None:
    page = Page(serve(app).get("/mount/").text)
    assert sorted(name_behind(BASE, link) for link in page.links) == sorted(NAMES)


def test_each_link_gets_exactly_its_file(serve: Serve, app: App) -> None:
    client = serve(app)
    page = Page(client.get("/mount/").text)
    got = [client.get(urlsplit(urljoin(BASE, link)).path) for link in page.links]
    assert {reply.status for reply in got} == {200}
    assert sorted(reply.body for reply in got) == sorted(NAMES)


def test_each_href_of_the_json_leads_back_to_its_name(serve: Serve, app: App) -> None:
    entries = serve(app).get("/mount/?format=json").json()["entries"]
    assert sorted(name_behind(BASE, entry["href"]) for entry in entries) == sorted(NAMES)
    shown = {entry["name"] for entry in entries}
    assert "two\nlines" in shown
    assert "\ufffd\ufffd no utf-8 \ufffd" in shown


def test_no_name_becomes_markup(serve: Serve, app: App, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.txt").touch()
    plain_app = App()
    plain_app.use("/mount", Indexer(tmp_path / "plain"))
    plain, hostile = (Page(serve(each).get("/mount/").text) for each in (plain_app, app))
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes


def test_folder_of_a_hostile_name_shows_it_as_text(serve: Serve, tmp_path: Path) -> None:
    for name in (b"<img src=x>", b"\xff\"'&", b"\r\nX-Evil: 1"):
        os.makedirs(os.fsencode(tmp_path) + b"/" + name + b"/in")
    app = App()
    app.use("/mount", Indexer(tmp_path))
    client = serve(app)
    for link in Page(client.get("/mount/").text).links:
        path = urlsplit(urljoin(BASE, link)).path
        reply = client.get(path + "in/")
        page = Page(reply.text)
        assert reply.status == 200
        assert "img" not in page.tags
        assert page.all_links.count("../../") == page.all_links.count("./") == 1
        redirect = client.get(path.removesuffix("/"))
        assert redirect.status == 301
        assert name_behind(BASE, redirect.headers["location"]) == name_behind(BASE, path)
        assert "x-evil" not in redirect.headers
