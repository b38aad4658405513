"""An application that uses all six extensions, read by mypy --strict and pyright where only wheels are installed.

The program below is one that a stranger would write. It also runs: what is typed is what is there. What is wrong on
purpose at its end shows that the types are real, for Any would let it pass.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.require import unavailable

APPLICATION = '''\
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from growler import App, HTTPError, Request, Response
from growler.ext import Auth, CookieParser, Indexer, Renderer, Session, Static
from growler.ext.auth import MemoryUsers, Password, User
from growler.ext.session import DictStore, Record, Touch
from growler.http.errors import HTTPErrorNotFound


class CountingStore(DictStore):
    """A store of one's own."""

    loads = 0

    def load(self, key: str, *, touch: Touch | None) -> Record | None:
        self.loads += 1
        return super().load(key, touch=touch)


def build(folder: Path) -> App:
    users = MemoryUsers()
    auth = Auth(Password(), users=users)
    app = App("shop")
    app.use(CookieParser("a secret of your own, at least 16 characters"))
    app.use(Session(CountingStore(), idle=timedelta(hours=1)))
    app.use(Renderer(folder / "views", "mako", globals={"shop": "Corner"}))
    app.use(auth)
    app.use("/assets", Static(folder / "assets", max_age=3600))
    app.use("/files", auth.require())
    app.use("/files", Indexer(folder, title="Files"))
    app.get("/", show)
    app.get("/things/:id", thing)
    app.post("/form", take)
    return app


def show(req: Request, res: Response) -> None:
    visits = req.session.get("visits", 0)
    req.session["visits"] = visits + 1 if isinstance(visits, int) else 1
    name: str = req.cookies.signed("name", default="")
    user: User | None = req.user
    res.render("home", {"visits": visits, "name": name, "user": user})


async def thing(req: Request, res: Response) -> None:
    if not req.params["id"].isdecimal():
        raise HTTPErrorNotFound("no such thing")
    query: Mapping[str, list[str]] = req.query
    res.send_json({"id": int(req.params["id"]), "query": dict(query)})


async def take(req: Request, res: Response) -> None:
    form = await req.form()
    name = form.get_first("name") or ""
    if not name:
        raise HTTPError[422]("who are you?")
    res.cookies.set("name", name, signed=True, max_age=timedelta(days=365))
    res.redirect("/", 303)


print(type(build(Path("."))).__name__)
'''

WRONG = """\
Session(idle="an hour")
CookieParser(secret=16)
Static(7)
Indexer(".", title=7)
Renderer(".", engine="mako", nothing=1)
Auth(Password(), default="closed")
def wrong(req: Request, res: Response) -> None:
    res.send_html(req.session)
    res.cookies.set("name", 7)
    req.user.name
"""

# Not the renderer: some of its engines derive from classes of libraries that are not installed there.
PACKAGES = (
    "growler",
    *(f"growler_ext.{name}" for name in ("auth", "cookieparser", "demo", "indexer", "session", "static")),
)


@pytest.fixture(scope="module")
def application(tmp_path_factory, wheelhouse, empty_environment) -> tuple[Path, Path]:
    """The folder of the program, and the Python of an environment in which the bundle is installed from wheels."""
    folder = tmp_path_factory.mktemp("application")
    virtual = empty_environment(folder / "venv")
    virtual.install("growler-ext")
    for name in ("views", "assets"):
        (folder / name).mkdir()
    (folder / "right.py").write_text(APPLICATION, "utf-8")
    (folder / "wrong.py").write_text(APPLICATION + WRONG, "utf-8")
    return folder, virtual.python


def wrong_lines() -> set[tuple[str, int]]:
    """What has to be complained about: every line of WRONG but the one that begins a function."""
    first = len(APPLICATION.splitlines()) + 1
    lines = enumerate(WRONG.splitlines(), first)
    return {("wrong.py", at) for at, line in lines if not line.startswith("def ")}


def test_it_runs(application):
    folder, python = application
    done = subprocess.run([python, "-I", "right.py"], cwd=folder, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("App\n", "")


@pytest.mark.timeout(300)
def test_mypy_strict_finds_what_is_wrong_and_nothing_else(application, pytestconfig):
    folder, python = application
    cache = pytestconfig.cache.mkdir("mypy-of-an-application")
    options = ["--strict", "--python-executable", str(python), "--cache-dir", str(cache)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "right.py", "wrong.py"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    errors = [line.split(":") for line in done.stdout.splitlines() if ": error: " in line]
    assert {(file, int(line)) for file, line, *_ in errors} == wrong_lines(), done.stdout + done.stderr


@pytest.mark.timeout(300)
def test_pyright_finds_what_is_wrong_and_nothing_else(application):
    folder, python = application
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", str(python)]
    done = subprocess.run([*command, "right.py", "wrong.py"], cwd=folder, capture_output=True, text=True)
    if not done.stdout.lstrip().startswith("{"):
        unavailable(f"pyright did not start; it needs node: {(done.stdout + done.stderr)[-500:]}")
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == 2, done.stdout
    found = {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    }
    assert found == wrong_lines(), done.stdout


@pytest.mark.timeout(300)
@pytest.mark.parametrize("package", PACKAGES)
def test_pyright_knows_the_type_of_every_public_name(application, package):
    _, python = application
    # It asks the first Python of the path where the packages are.
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "pyright", "--outputjson", "--ignoreexternal", "--verifytypes", package]
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    if not done.stdout.lstrip().startswith("{"):
        unavailable(f"pyright did not start; it needs node: {(done.stdout + done.stderr)[-500:]}")
    counts = json.loads(done.stdout)["typeCompleteness"]["exportedSymbolCounts"]
    assert counts["withKnownType"] > 0, "the package was not found"
    assert counts["withUnknownType"] == 0, done.stdout
