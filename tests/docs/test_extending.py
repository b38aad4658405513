"""The packages that the pages on extending write, as their readers would: built, installed apart, tested and used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from _machinery import listings

pytestmark = pytest.mark.timeout(300)  # these start other programs, which a busy machine takes its time for

PAGES = Path(__file__).resolve().parents[2] / "docs" / "extending"


def run(*words, folder, path):
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def installed(request, tmp_path):
    """The folder of the project, and the folder that its wheel was unpacked to."""
    project = tmp_path / "project"
    for _, name, text in listings.files((PAGES / request.param).read_text("utf-8")):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    target = tmp_path / "installed"
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "--disable-pip-version-check", "--target", str(target), ".", folder=project, path="")
    return project, target


def outcome_of(project, folder, target):
    """What pytest prints for the tests alone: the sources must not be what is imported."""
    tests = str(project / "tests")
    return run("-m", "pytest", "-q", "-p", "no:cacheprovider", tests, folder=folder, path=target)


@pytest.mark.parametrize("installed", ["extension.md"], indirect=True)
def test_the_extension_is_found_under_its_name_and_passes_its_tests(installed, tmp_path):
    project, target = installed
    assert "3 passed" in outcome_of(project, tmp_path, target)
    listed = run("-m", "growler", "ext", folder=tmp_path, path=target)
    assert any("RequestId" in line and "acme-growler-requestid" in line for line in listed.splitlines())


@pytest.mark.parametrize("installed", ["extension.md"], indirect=True)
def test_the_extension_leaves_the_others_in_place(installed, tmp_path):
    code = (
        "from growler.ext import RequestId, Session, Static; print(RequestId.__module__, Session.__module__)"
    )
    out = run("-c", code, folder=tmp_path, path=installed[1])
    assert out.split() == ["growler_ext.requestid", "growler_ext.session.session"]


@pytest.mark.parametrize("installed", ["engine.md"], indirect=True)
def test_the_engine_has_a_name_and_passes_the_contract(installed, tmp_path):
    project, target = installed
    assert "passed" in outcome_of(project, tmp_path, target)
    (tmp_path / "home.angles").write_text("<h1><<title>></h1>")
    code = "from growler.ext import Renderer; print(Renderer('.', 'angles').render('home', {'title': '<b>'}))"
    assert run("-c", code, folder=tmp_path, path=target).strip() == "<h1>&lt;b&gt;</h1>"


@pytest.mark.parametrize("page", ["store.md", "method.md"])
def test_what_the_page_writes_passes_the_contract(tmp_path, page):
    blocks = (PAGES / page).read_text("utf-8").split("```python\n")[1:]
    (tmp_path / "test_page.py").write_text("\n".join(block.partition("```")[0] for block in blocks))
    out = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path), folder=tmp_path, path="")
    assert int(re.search(r"(\d+) passed", out)[1]) > 10
