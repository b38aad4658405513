"""Each extension works alone in an empty environment, and goes away without breaking the others."""

import subprocess
import sys

import pytest

# An extension, and the others of ours that it cannot do without.
NEEDS = {
    "Auth": ["CookieParser"],
    "CookieParser": [],
    "Indexer": ["Static"],
    "Renderer": [],
    "Session": ["CookieParser"],
    "Static": [],
}

# Prints what is installed, after importing it under all its names and seeing that the rest is refused.
CHECK = f"""
import importlib, importlib.metadata
from growler import ext

installed = {{distribution.name for distribution in importlib.metadata.distributions()}}
for name in {list(NEEDS)}:
    distribution = "growler-ext-" + name.lower()
    if distribution in installed:
        real = importlib.import_module("growler_ext." + name.lower())
        assert importlib.import_module("growler.ext." + name.lower()) is real
        exec("from growler.ext import " + name)
        assert globals()[name] is getattr(real, name)
        assert name in dir(ext)
        print(name)
        continue
    for statement in ("from growler.ext import " + name, "import growler.ext." + name.lower()):
        try:
            exec(statement)
        except ImportError as error:
            assert str(error).endswith(" is not installed: pip install " + distribution), error
        else:
            raise AssertionError(statement + " must fail")
    assert not hasattr(ext, name)
    assert name not in dir(ext)
"""


@pytest.mark.parametrize("name", NEEDS)
def test_an_extension_works_alone(virtual, name):
    virtual.install(f"growler-ext-{name.lower()}")
    assert virtual.run(CHECK).split() == sorted([name, *NEEDS[name]])


def test_growler_works_without_extensions(virtual, tmp_path):
    virtual.install("growler")
    assert virtual.run(CHECK) == ""
    assert virtual.run("import growler.ext; print(dir(growler.ext))") == "[]\n"

    program = tmp_path / "program.py"
    program.write_text("from growler.ext import Session\nreveal_type(Session)\n")
    options = ["--strict", "--python-executable", str(virtual.python), "--cache-dir", str(tmp_path / "cache")]
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *options, program.name], cwd=tmp_path, capture_output=True, text=True
    )
    assert 'Revealed type is "Any"' in checked.stdout, checked.stdout + checked.stderr
    assert checked.returncode == 0, checked.stdout


def test_one_command_installs_all_and_each_goes_alone(virtual):
    virtual.install("growler-ext")
    left = sorted(NEEDS)
    assert virtual.run(CHECK).split() == left
    virtual.run("import growler_ext.demo")
    virtual.uninstall("growler-ext")
    for name in ("Renderer", "Indexer", "Session", "Auth", "CookieParser"):
        virtual.uninstall(f"growler-ext-{name.lower()}")
        left.remove(name)
        assert virtual.run(CHECK).split() == left
