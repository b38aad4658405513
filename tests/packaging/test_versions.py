"""One distribution moves, the others stay; and what happens beside the `growler` 0.8.0 of the package index."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.require import unavailable


def build_as(distribution, version: str, work: Path) -> Path:
    """A folder with the wheel of that distribution in another version; a MARK in it tells it from the other."""
    tree = work / "tree"
    shutil.copytree(distribution.folder, tree)
    project = (tree / "pyproject.toml").read_text("utf-8")
    old = f'version = "{distribution.project["version"]}"'
    assert old in project
    (tree / "pyproject.toml").write_text(project.replace(old, f'version = "{version}"'), "utf-8")
    [package] = (path for path in (tree / "src/growler_ext").iterdir() if path.is_dir())
    (package / "mark.py").write_text(f"MARK = {version!r}\n")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work / "newer")]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)
    return work / "newer"


def test_one_is_upgraded_alone(virtual, distributions, tmp_path):
    virtual.install("growler-ext-session", "growler-ext-static")
    before = virtual.versions()
    newer = build_as(distributions["growler-ext-session"], "0.9.5", tmp_path)
    virtual.upgrade(newer, "growler-ext-session")
    assert virtual.versions() == before | {"growler-ext-session": "0.9.5"}
    assert virtual.run("from growler.ext.session.mark import MARK; print(MARK)") == "0.9.5\n"
    virtual.run("from growler.ext import Session, CookieParser, Static")


def test_one_that_is_too_new_for_the_others_is_not_taken_with_them(virtual, distributions, tmp_path):
    newer = build_as(distributions["growler-ext-cookieparser"], "1.0.0", tmp_path)
    virtual.upgrade(newer, "growler-ext-session")
    assert (
        virtual.versions()["growler-ext-cookieparser"]
        == distributions["growler-ext-cookieparser"].project["version"]
    )


def test_the_bundle_brings_all_six_and_what_it_declares(virtual, distributions):
    virtual.install("growler-ext")
    installed = {name for name in virtual.versions() if name.startswith("growler")}
    assert installed == set(distributions)
    # The extras that it asks for: a template engine, and a slow hash for passwords.
    assert {name.lower() for name in virtual.versions()} >= {"mako", "argon2-cffi"}


def other_pythons() -> dict[str, str]:
    """The other interpreters of this machine that we support, by version; those of pyenv even if not chosen."""
    environment = dict(os.environ)
    if shutil.which("pyenv"):
        listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True)
        environment["PYENV_VERSION"] = ":".join(listed.stdout.split())
    found = {}
    for version in ("3.11", "3.12", "3.13", "3.14"):
        command = [f"python{version}", "-c", "import sys; print(sys.executable)"]
        if shutil.which(command[0]) and not sys.version.startswith(f"{version}."):
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            found |= {version: done.stdout.strip()} if done.returncode == 0 else {}
    return found


@pytest.mark.parametrize("version", OTHERS := other_pythons())
def test_all_of_it_is_imported_by_the_other_pythons_of_this_machine(
    wheelhouse, distributions, tmp_path, version
):
    subprocess.run([OTHERS[version], "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # All of ours as files, the rest from the index, because compiled wheels are for one version of Python.
    ours = [str(distribution.wheel) for distribution in distributions.values()]
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", *ours], check=True, capture_output=True, timeout=110)
    program = "from growler.ext import Auth, CookieParser, Indexer, Renderer, Session, Static; import growler_ext.demo"
    done = subprocess.run([python, "-I", "-W", "error", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def old_growler(tmp_path_factory) -> Path:
    """A folder with the wheel of growler 0.8.0, which the package index has under our name."""
    folder = tmp_path_factory.mktemp("old")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--dest",
        str(folder),
        "growler==0.8.0",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    if done.returncode:
        unavailable(f"growler 0.8.0 could not be downloaded: {done.stderr[-300:]}")
    return folder


def test_where_only_the_old_growler_is_to_be_had_pip_refuses_and_installs_nothing(
    virtual, distributions, old_growler
):
    wheel = distributions["growler-ext-static"].wheel
    said = virtual.try_install("--find-links", str(old_growler), str(wheel))
    assert "Could not find a version that satisfies the requirement growler<2,>=1.0" in said
    assert "from versions: 0.8.0" in said
    assert virtual.versions() == {}


def test_the_old_growler_is_replaced_and_leaves_nothing_behind(virtual, old_growler):
    virtual.try_install("--no-deps", "--find-links", str(old_growler), "growler==0.8.0")
    assert virtual.versions() == {"growler": "0.8.0"}
    virtual.install("growler-ext-static")
    assert virtual.versions()["growler"].startswith("1.")
    # Its growler_ext/__init__.py would hide our editable installs, its modules would lie among ours.
    assert virtual.run("import growler_ext; print(growler_ext.__spec__.origin)") == "None\n"
    virtual.run("from growler.ext import Static; from growler import App; App().use(Static('.'))")
    assert virtual.run("import importlib.util as u; print(u.find_spec('growler.http.responder'))") == "None\n"


def test_going_back_to_the_old_growler_is_warned_of(virtual, old_growler):
    virtual.install("growler-ext-static")
    said = virtual.try_install("--find-links", str(old_growler), "growler==0.8.0")
    assert "growler-ext-static 0.1.0 requires growler<2,>=1.0, but you have growler 0.8.0" in said
