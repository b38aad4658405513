"""Every ```python block of every README and document runs as written, in order, as one program per file.

Blocks that are files of a project, `<!-- file: app.py -->` above them, are run by tests/docs as such.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from growler import App
from growler.testing import TestClient

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("docs/**/*.md")])
_BLOCK = re.compile(r"(?<! -->\n)^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: Path) -> list[tuple[int, str]]:
    """Line number and text of each block."""
    text = document.read_text("utf-8")
    return [(text.count("\n", 0, found.start(1)), found[1]) for found in _BLOCK.finditer(text)]


@pytest.fixture
def logging_put_back() -> Iterator[None]:
    """A document may configure the logging of its process, which is that of all other tests."""
    access = logging.getLogger("growler.access")
    before = logging.root.level, list(logging.root.handlers), access.level
    yield
    level, logging.root.handlers[:], access_level = before
    logging.root.setLevel(level)
    access.setLevel(access_level)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
@pytest.mark.usefixtures("logging_put_back")
def test_code_blocks_run(document, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("public", "views", "files"):  # what the examples speak of
        (tmp_path / folder).mkdir()
    names: dict[str, Any] = {"__name__": "readme"}
    for line, text in blocks(document):
        # Blank lines in front, so that a traceback shows the line in the document.
        exec(compile("\n" * line + text, str(document), "exec", dont_inherit=True), names)
    app = names.get("app")
    if isinstance(app, App):
        with TestClient(app) as client:
            assert client.get("/").status < 500


def test_the_front_page_shows_the_two_commands_first_and_a_short_application():
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.index("python3 run.py demo") < text.index("python3 run.py test") < text.index("```python")
    ((_, application),) = blocks(ROOT / "README.md")
    assert len([line for line in application.splitlines() if line.strip()]) <= 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document):
    prose = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", prose)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert not missing
