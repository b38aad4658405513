"""`python -m growler new`: what it writes installs and passes its own tests and checks as written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from growler.__main__ import main


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, *words: str, **variables: str) -> str:
    """What `python -m WORDS` printed; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("kind", "name", "least"), [("extension", "rate-limit", 15), ("app", "guest-book", 10)]
)
def test_what_is_written_installs_and_passes_its_own_tests(here, capsys, kind, name, least):
    assert main(["new", kind, name]) == 0
    assert f"cd {name}" in capsys.readouterr().out
    written = here / name

    # Without --no-deps pip would look in the package index for what is being developed here.
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    run(written, "pip", "install", *options, "--target", str(here / "installed"), ".")

    # PYTHONSAFEPATH: what is tested is what was installed, with all the files that it needs.
    printed = run(
        written, "pytest", "-q", "-p", "no:cacheprovider",
        PYTHONPATH=str(here / "installed"), PYTHONSAFEPATH="1",
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", printed)
    assert passed is not None
    assert int(passed[1]) >= least
    assert "skipped" not in printed


@pytest.mark.parametrize("kind", ["extension", "app"])
def test_what_is_written_passes_its_own_checks(here, kind):
    main(["new", kind, "guest_book"])
    run(here / "guest_book", "ruff", "format", "--check", ".")
    run(here / "guest_book", "ruff", "check", ".")
    run(here / "guest_book", "mypy", "--explicit-package-bases", "src", MYPYPATH="src")


@pytest.mark.parametrize("kind", ["extension", "app"])
def test_nothing_of_the_skeleton_is_left_to_fill_in(here, kind):
    main(["new", kind, "guest-book"])
    files = [file for file in here.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {
        "pyproject.toml",
        "README.md",
        ".gitignore",
        "tests.yml",
        "py.typed",
    }
    assert not [file for file in files if file.suffix == ".in" or "NAME" in str(file) or "dot." in file.name]
    assert not [file for file in files if re.search(r"\$(name|module|class_name)", file.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("kind", "name", "why"),
    [
        ("extension", "RateLimit", "small letters"),
        ("extension", "../up", "small letters"),
        ("extension", "a--b", "small letters"),
        ("extension", "é", "small letters"),
        ("extension", "1st", "small letters"),
        ("extension", "class", "keyword"),
        ("extension", "session", "already"),
        # Its class would be the one of another entry point, a value, or what its own files import.
        ("extension", "cookie-parser", "already"),
        ("extension", "none", "keyword"),
        ("extension", "test-client", "already"),
        # What it sets would hide what every handler reads.
        ("extension", "form", "a request has req.form already"),
        ("extension", "growler-ext-limits", "leave it away"),
        ("app", "growler_ext_limits", "leave it away"),
        ("app", "json", "already"),
        # Installing it would take the place of a program that it is installed and tested with.
        ("app", "pytest", "already"),
        ("app", "python", "already"),
        ("app", "growler", "already"),
        ("app", "x" * 300, "cannot write"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_a_sentence(here, capsys, kind, name, why):
    assert main(["new", kind, name]) == 2
    complaint = capsys.readouterr().err
    assert why in complaint
    assert complaint.count("\n") == 1
    assert list(here.iterdir()) == []


def test_what_is_there_is_not_touched(here, capsys):
    (here / "shop").mkdir()
    assert main(["new", "app", "shop"]) == 2
    assert "already" in capsys.readouterr().err
    assert list((here / "shop").iterdir()) == []


def test_the_kind_has_to_be_said(here, capsys):
    assert main(["new"]) == 2
    assert "{extension,app}" in capsys.readouterr().err
