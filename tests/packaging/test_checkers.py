"""The programs by which others judge a distribution find nothing to say about any of ours."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECTS = sorted(Path(__file__).resolve().parents[2].glob("*/pyproject.toml"))
NAMES = [tomllib.loads(project.read_text("utf-8"))["project"]["name"] for project in PROJECTS]

# Each with its words, and what it has to print besides ending with 0.
CHECKERS = {
    "twine": (["twine", "--no-color", "check", "--strict", "{wheel}"], "PASSED"),
    "check-wheel-contents": (["check_wheel_contents", "{wheel}"], ": OK"),
    "validate-pyproject": (["validate_pyproject", "{folder}/pyproject.toml"], "Valid file: "),
    # The project has no mail address, and pyproject.toml must not invent one; all else is worth 10 of 10.
    "pyroma": (["pyroma", "--min", "10", "--skip-tests", "AuthorEmail", "{folder}"], "Final rating: 10/10"),
}


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_a_distribution(distributions, name, checker):
    words, expected = CHECKERS[checker]
    distribution = distributions[name]
    values = {"wheel": str(distribution.wheel), "folder": str(distribution.folder)}
    command = [sys.executable, "-m", *(word.format(**values) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert expected in done.stdout, done.stdout + done.stderr
