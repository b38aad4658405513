"""The tutorial, followed as written: files are written, servers started, commands run and their output compared."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from _machinery import listings

from support.console import Console, commands, matches
from support.require import unavailable

pytestmark = pytest.mark.timeout(300)  # these start other programs, which a busy machine takes its time for

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "tutorial.md").read_text("utf-8")
STEPS = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
NUMBERED = [step for step in STEPS if step[0].isdigit()]


def write_files(steps, folder):
    for step in steps:
        for _, name, text in listings.files(step):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


@pytest.mark.parametrize(
    "number", range(len(NUMBERED)), ids=lambda number: NUMBERED[number].partition("\n")[0]
)
def test_a_step_does_what_it_says(number, tmp_path):
    if shutil.which("curl") is None or shutil.which("bash") is None:
        unavailable("curl and bash, which the tutorial uses")
    write_files(NUMBERED[: number + 1], tmp_path)
    wanted = commands(NUMBERED[number])
    assert wanted
    with Console(tmp_path) as console:
        for command in wanted:
            printed = console.run(command.words)
            assert matches(command.shown, printed), (
                f"$ {command.words}\n{printed}\nbut the page says\n{command.shown}"
            )


def test_every_extension_is_in_the_last_application():
    last = [text for _, name, text in listings.files(TEXT) if name == "app.py"][-1]
    for name in ("CookieParser", "Session", "Static", "Indexer", "Renderer", "Auth"):
        assert f"{name}(" in last


def test_what_is_shown_has_to_match_line_by_line():
    assert matches("a\n...\nd\n", "a\nb\nc\nd")
    assert matches("...plan.txt...", "x plan.txt y")
    assert not matches("a\n", "a\nb")
    assert not matches("ab\n", "a.b")
