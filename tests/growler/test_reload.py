"""`app.run(reload=True)`: the program is started again when a file changes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from support.program import Program, fetch
from support.raw import Raw

PROGRAM = """
import os
from growler import App
app = App("x")
answer = {answer!r}

@app.get("/")
def index(req, res):
    res.send_json([answer, app.config["env"], os.getpid(), app.config["workers"]])

@app.post("/slow")
async def slow(req, res):
    print("inside", flush=True)
    await req.body()

app.on_shutdown(lambda: print("down", flush=True))
if __name__ == "__main__":
    app.run(port=0, reload=True)
    print("over", flush=True)
"""


@pytest.fixture
def write(tmp_path):
    """Write prog.py, with an answer of its own."""

    def write(answer, text=PROGRAM):
        (tmp_path / "prog.py").write_text(text.format(answer=answer))

    write("first")
    # inotify cannot tell of a file in a folder that was made right before it.
    (tmp_path / "deeper").mkdir()
    return write


@pytest.fixture
def program(tmp_path, write, monkeypatch):
    monkeypatch.delenv("GROWLER_ENV", raising=False)
    with Program("prog.py", folder=tmp_path) as program:
        yield program


def answer(program):
    return json.loads(fetch(program.url()))


@pytest.mark.parametrize("send", [Program.signal, Program.signal_group])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_in_development_and_ends_cleanly(program, send, number):
    text, env, pid, workers = answer(program)
    assert (text, env, workers) == ("first", "development", 1)
    assert pid != program.pid
    send(program, number)
    assert program.ended() == 0
    # The program goes on behind `run` in the child and in the watcher.
    assert program.lines[1:] == ["down", "over", "over"]


def test_a_change_starts_the_program_again(program, write):
    assert answer(program)[0] == "first"
    write("the second")
    program.until("growler: prog.py changed, starting again")
    assert answer(program)[0] == "the second"


@pytest.mark.parametrize("name", ["page.html.mako", "deeper/page.jinja2", "page.tmpl"])
def test_a_template_is_a_reason_too_and_other_files_are_none(program, tmp_path, name):
    program.url()
    for other in ("data.csv", "prog.pyc", "notes.py~", ".venv/x.py", "node_modules/x.html"):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).write_text("x")
    (tmp_path / name).write_text("x")
    assert program.until("growler: ") == f"growler: {name} changed, starting again"
    program.url()


def test_a_mistake_is_shown_and_waited_out(program, write):
    program.url()
    write("x", "this is (no Python")
    program.until("growler: prog.py changed")
    program.until("SyntaxError")
    program.until("growler: the program ended with status 1; waiting for a change")
    write("mended")
    assert answer(program)[0] == "mended"


def test_it_can_be_ended_while_it_waits_for_a_change(program, write):
    program.url()
    write("x", "raise SystemExit(7)")
    program.until("growler: the program ended with status 7")
    program.signal(signal.SIGTERM)
    assert program.ended() == 0


def test_a_second_signal_ends_watcher_and_program_at_once(program):
    port = program.port()
    with Raw(port) as idle, Raw(port) as busy:
        busy.send(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n")
        program.until("inside")
        program.signal(signal.SIGINT)
        assert idle.is_closed()
        program.signal(signal.SIGINT)
        assert program.ended() == -signal.SIGINT
    assert "down" not in program.lines


def test_a_change_does_not_wait_long_for_requests(program, write):
    with Raw(program.port()) as busy:
        busy.send(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n")
        program.until("inside")
        write("the second")
        assert answer(program)[0] == "the second"


def test_an_environment_that_is_set_stays(tmp_path, write):
    with Program("prog.py", folder=tmp_path, environment=[("GROWLER_ENV", "production")]) as program:
        assert answer(program)[1] == "production"


def test_workers_can_be_watched_too(tmp_path, write):
    write("first", PROGRAM.replace("reload=True", "reload=True, workers=2"))
    with Program("prog.py", folder=tmp_path) as program:
        assert answer(program)[3] == 2
        program.signal_group(signal.SIGINT)
        assert program.ended() == 0
    assert program.lines.count("down") == 2


def test_programs_that_the_child_starts_are_not_taken_for_watched(tmp_path):
    (tmp_path / "prog.py").write_text(
        "import os\nfrom growler import App\nfrom growler.reload import is_watched\n"
        "watched = is_watched()\nprint(watched, is_watched(), os.environ.get('GROWLER_WATCHED'), flush=True)\n"
        "App().run(port=0, reload=True)\n"
    )
    with Program("prog.py", folder=tmp_path) as program:
        program.url()
    assert "True True None" in program.lines


def test_without_watchfiles_it_names_the_extra():
    # None in sys.modules is an import that fails.
    text = "import sys\nsys.modules['watchfiles'] = None\nfrom growler import App\nApp().run(reload=True)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "RuntimeError: reloading needs watchfiles, which is not installed: pip install growler[reload]"
    )
