"""What all examples have in common: they are typed, start by `python app.py` too, and are in the table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/app.py"))


@pytest.mark.parametrize("name", NAMES)
def test_types_are_right(name):
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        EXAMPLES.parent / "pyproject.toml",
        name,
    ]
    done = subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_importing_starts_no_server(name, tmp_path):
    environment = {
        "BLOG_DB": str(tmp_path / "blog.db"), "CHAT_DB": str(tmp_path / "chat.db"), "FILE_ROOM": str(tmp_path / "room"),
        "OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "x", "SECRET": "s" * 32, "PATH": "",
    }  # fmt: skip
    command = [sys.executable, "-W", "error", "-c", "import app; print(app.app)"]
    done = subprocess.run(
        command, cwd=EXAMPLES / name, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<App ")


def test_the_table_names_all_of_them():
    table = (EXAMPLES / "README.md").read_text()
    assert [name for name in NAMES if f"[{name}]({name}/" not in table] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "templates"])
def test_the_readme_says_how_to_start_it(name):
    text = (EXAMPLES / name / "README.md").read_text()
    assert f"    cd examples/{name}\n" in text
    assert "python app.py" in text
    assert "\nLook at\n" in text
