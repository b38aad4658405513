"""The library behind Password: missing, the wrong one, and not loaded before it is needed.

Each in a process of its own, because what is imported stays imported.
"""

import subprocess
import sys

import pytest

from growler_ext.auth.passwords import library_problem

INSTALL = "pip install growler-ext-auth[password]"
WIRE = """
from growler_ext.auth import Auth, MemoryUsers, Password, AuthWiringError, PasswordLibraryError
try:
    Auth(Password(), users=MemoryUsers())
except AuthWiringError as error:
    print("Auth:", error)
try:
    MemoryUsers().add("alice", password="secret")
except PasswordLibraryError as error:
    print("add:", error)
"""


def run(program: str, folder: str = "") -> str:
    found = f"import sys; sys.path.insert(0, {folder!r})\n" if folder else ""
    done = subprocess.run([sys.executable, "-c", found + program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("module", ["passlib", "argon2"])
def test_a_missing_library_is_refused_at_wiring_with_what_to_install(module):
    hidden = f"import sys; sys.modules[{module!r}] = None\n"
    lines = run(hidden + WIRE).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["Auth", "add"]
    assert all(line.endswith(INSTALL) and "argon2-cffi" in line for line in lines)


@pytest.mark.parametrize("version", ['__version__ = "1.7.4"', ""])
def test_the_abandoned_passlib_is_refused_at_wiring_with_the_way_out(tmp_path, version):
    # As left by `pip install passlib` over libpass; the second as left by uninstalling it again.
    (tmp_path / "passlib").mkdir()
    (tmp_path / "passlib/__init__.py").write_text(version)
    lines = run(WIRE, str(tmp_path)).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["Auth", "add"]
    assert all("pip uninstall -y passlib libpass" in line and line.endswith(INSTALL) for line in lines)


def test_the_libraries_of_the_tests_are_right():
    assert library_problem() is None


def test_importing_auth_loads_no_library_for_passwords():
    program = "import sys, growler_ext.auth; print(*sorted({'passlib', 'argon2'} & set(sys.modules)))"
    assert run(program) == "\n"


def test_without_bcrypt_only_who_asks_for_it_is_refused():
    program = """
import sys; sys.modules["bcrypt"] = None
import importlib.util as util
real = util.find_spec
util.find_spec = lambda name, package=None: None if name == "bcrypt" else real(name, package)
from growler_ext.auth import PasswordHasher, PasswordLibraryError
hasher = PasswordHasher(memory_kib=8, rounds=1)
print(hasher.verify("x", hasher.hash("x")).matches)
print(hasher.verify("x", "$2b$04$" + "a" * 53).problem)
try:
    PasswordHasher(accept=["bcrypt"])
except PasswordLibraryError as error:
    print(error)
"""
    fix = "pip install growler-ext-auth[bcrypt]"
    right, problem, refused = run(program).splitlines()
    assert (right, problem) == ("True", f"a hash of bcrypt, which is not installed: {fix}")
    assert refused == f'PasswordHasher(accept=["bcrypt"]) needs bcrypt: {fix}'
