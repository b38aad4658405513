"""`run.py coverage`: which words are names and which go to pytest, and how figures get into docs/coverage.md."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[1] / "tools" / "coverage_report.py"
PAGE = """\
| distribution | lines | run | ways | taken |
|---|---|---|---|---|
| `auth` | 10 | at least 98.3 % | 972 | 95.3 % |
| `growler` | 1 | 1 % | 2 | 2 % |
| `growler_ext` | 96 | 100 % | 8 | 100 % |

| distribution | what is left, mostly |
|---|---|
| `auth` | nothing |
"""


@pytest.fixture(scope="module")
def report():
    spec = importlib.util.spec_from_file_location("coverage_report", PROGRAM)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("words", [["sesion"], ["session", "sesion"], ["--missing", "sesion"]])
def test_a_name_that_is_none_is_told_before_anything_is_run(words):
    done = subprocess.run([sys.executable, PROGRAM, *words], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no distribution is called sesion: choose from auth, cookieparser" in done.stderr


def test_figures_are_put_into_their_row_and_nothing_else_changes(report):
    figures = report.Figures(statements=1000, run=999, ways=3, taken=3)
    page = report.written(PAGE, {"auth": figures, "growler": figures})
    row = "1000 | 99.9 % | 3 | 100 % |"
    assert page == PAGE.replace("10 | at least 98.3 % | 972 | 95.3 % |", row).replace(
        "1 | 1 % | 2 | 2 % |", row
    )


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 0, "100 %"), (3, 3, "100 %"), (9999, 10000, "99.9 %"), (1, 2, "50.0 %"), (0, 3, "0.0 %")],
)
def test_only_all_of_it_is_100_percent(report, part, whole, told):
    assert report.share(part, whole) == told
