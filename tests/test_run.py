"""`run.py`, as far as it can be tested without making another environment."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*words):
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *words], capture_output=True, text=True, check=False
    )


def test_old_pythons_can_read_far_enough_to_be_told():
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 6))
    first = [node for node in tree.body if not isinstance(node, ast.Expr)][:2]
    assert isinstance(first[0], ast.Import), "nothing but sys may be asked for before the version is"
    assert [name.name for name in first[0].names] == ["sys"]
    assert ast.unparse(first[1]).startswith("if sys.version_info < (3, 11):\n    sys.exit(")


def test_without_a_command_it_says_how_it_is_used():
    assert run().returncode == 2
    assert run("--help").returncode == 0
    assert run("--help").stdout.startswith("usage: python3 run.py COMMAND")
