"""`growler.ext` has the real types of the extensions, for a user's type checker, without plug-in or setting.

One program is read by mypy --strict and by pyright. It stands outside of this repository, as a user's does:
the checkers see only what is installed.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.require import unavailable

PROGRAM = """\
from growler.ext import Auth, CookieParser, Indexer, Renderer, Session, Static
from growler.ext.session import Session as FromModule
from growler.ext import session
from growler.mw import Session as OldName
from growler.ext import ShopOfSomebodyElse
import growler.ext.static
import growler_ext.session

reveal_type(Auth)
reveal_type(CookieParser)
reveal_type(Indexer)
reveal_type(Renderer)
reveal_type(Session)
reveal_type(Static)
reveal_type(FromModule)
reveal_type(session.Session)
reveal_type(OldName)
reveal_type(growler.ext.static.Static)

ShopOfSomebodyElse().open()
real: type[growler_ext.session.Session] = Session
wrong: type[growler_ext.session.Session] = Static
"""

CLASSES = [
    "Auth",
    "CookieParser",
    "Indexer",
    "Renderer",
    "Session",
    "Static",
    "Session",
    "Session",
    "Session",
    "Static",
]
LAST_LINE = len(PROGRAM.splitlines())


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.mark.timeout(300)
def test_mypy_sees_the_real_classes(program, pytestconfig):
    cache = pytestconfig.cache.mkdir("mypy-of-a-user")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), program.name],
        cwd=program.parent,
        capture_output=True,
        text=True,
    )
    revealed = re.findall(r"Revealed type is .* -> growler_ext\.[\w.]+\.(\w+)\W*$", done.stdout, re.MULTILINE)
    errors = [line.split(": ")[0] for line in done.stdout.splitlines() if ": error: " in line]
    assert revealed == CLASSES, done.stdout + done.stderr
    assert errors == [f"program.py:{LAST_LINE}"], done.stdout


@pytest.mark.timeout(300)
def test_pyright_sees_the_real_classes(program):
    (program.parent / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, program.name],
        cwd=program.parent,
        capture_output=True,
        text=True,
    )
    if not done.stdout.lstrip().startswith("{"):
        unavailable(f"pyright did not start; it needs node: {(done.stdout + done.stderr)[-500:]}")
    findings = json.loads(done.stdout)["generalDiagnostics"]
    notes = [finding["message"] for finding in findings if finding["severity"] == "information"]
    problems = [
        finding["range"]["start"]["line"] for finding in findings if finding["severity"] != "information"
    ]
    assert [re.sub(r'Type of ".+" is "type\[(\w+)\]"', r"\1", note) for note in notes] == CLASSES, done.stdout
    assert problems == [LAST_LINE - 1], done.stdout  # pyright counts from 0
