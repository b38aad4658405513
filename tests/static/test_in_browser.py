"""A long recording in a real browser: it can be sought in, because ranges are answered as the browser means them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from growler import App
from growler.ext import Static
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.servers import Running

SECONDS = 600
RATE = 192_000  # bytes a second: 48 kHz, two channels, 16 bits

pytestmark = pytest.mark.browser

# Where a player is after it was sent somewhere: a promise of what it says.
SEEK = """(time) => new Promise((done, failed) => {
  const player = document.querySelector("video");
  player.onerror = () => failed(player.error.message);
  player.onseeked = () => done([player.currentTime, player.readyState >= 2]);
  player.currentTime = time;
})"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten minutes of silence, 115 MB that take no room: the file has a hole behind its head."""
    folder = tmp_path_factory.mktemp("recordings")
    size = SECONDS * RATE
    form = struct.pack("<HHIIHH", 1, 2, 48_000, RATE, 4, 16)
    head = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<I", len(form)) + form
    with open(folder / "silence.wav", "wb") as file:
        file.write(head + b"data" + struct.pack("<I", size))
        file.truncate(44 + size)
    return folder


@pytest.mark.parametrize("server", ["native", "uvicorn"])
def test_a_recording_can_be_sought_in(browser: Browser, recording: Path, server: str) -> None:  # noqa: F811 - the fixture
    asked: list[str] = []
    app = App()
    app.get("/", lambda req, res: res.send_html('<video src="/silence.wav" preload="metadata"></video>'))
    app.get("/silence.wav", lambda req, res: asked.append(req.get("range") or ""))
    app.use(Static(recording))
    with Running(server, app) as port:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_function("document.querySelector('video').readyState >= 1")
        end = page.evaluate("document.querySelector('video').seekable.end(0)")
        for time in (SECONDS * 0.9, 10, SECONDS * 0.5):
            assert page.evaluate(SEEK, time) == [time, True]
        page.close()
    assert end == SECONDS
    # It did not have to fetch all that lies before.
    firsts = [int(wanted.removeprefix("bytes=").partition("-")[0]) for wanted in asked]
    assert any(first > SECONDS * RATE * 0.8 for first in firsts)
