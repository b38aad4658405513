"""`python -m growler`: what it runs, and what it says about a command line that cannot be."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.request

import pytest

from growler.__main__ import main
from support import certificates
from support.program import Program, fetch
from support.servers import free_socket

SHOP = """
import os
from growler import App
app = App("shop")
app.get("/", lambda req, res: res.send_json([req.protocol, app.config["workers"], app.config["env"]]))
app.on_shutdown(lambda: print("down", flush=True))

class Site:
    inner = app
site = Site()

def factory():
    return app
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "fails.py").write_text("import nowhere_to_be_found\n")
    (tmp_path / "wrong.py").write_text("def (\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package/web.py").write_text(SHOP)
    return tmp_path


@pytest.fixture
def here(folder, monkeypatch):
    """In this process, which is quick: the folder is the current one, and nothing imported from it stays."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("shop", "fails", "wrong", "package"):
            del sys.modules[name]


def run(*words):
    command = [sys.executable, "-m", "growler", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"}
    )


def test_it_tells_its_version_and_its_extensions():
    assert run("--version").stdout.startswith("growler 1.")
    assert "growler-ext-session" in run("ext").stdout
    nothing = run()
    assert nothing.returncode == 2
    assert "run" in nothing.stdout


@pytest.mark.parametrize("place", ["shop:app", "shop:site.inner", "package.web:app"])
def test_it_runs_an_application_of_the_current_folder(folder, place):
    with Program("-m", "growler", "run", place, "--port", "0", folder=folder) as program:
        url = program.url()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        assert fetch(url) == '["http",1,"production"]'
        program.signal(signal.SIGTERM)
        assert program.ended() == 0
    assert program.lines[-1] == "down"


def test_the_current_folder_is_searched_also_in_safe_mode(folder):
    with Program("-P", "-m", "growler", "run", "shop:app", "--port", "0", folder=folder) as program:
        program.url()


def test_host_and_workers_are_taken_from_the_command_line(folder):
    words = ("run", "shop:app", "--host", "127.0.0.2", "--port", "0", "--workers", "2")
    with Program("-m", "growler", *words, folder=folder) as program:
        url = program.url()
        assert url.startswith("http://127.0.0.2:")
        assert fetch(url) == '["http",2,"production"]'
        program.signal(signal.SIGINT)
        assert program.ended() == 0


def test_reload_survives_a_program_that_cannot_be_imported(folder):
    words = ("run", "wrong:app", "--port", "0", "--reload")
    with Program("-m", "growler", *words, folder=folder) as program:
        program.until("growler: the program ended with status 1; waiting for a change")
        assert [line for line in program.lines if line.startswith("SyntaxError")]
        (folder / "wrong.py").write_text(SHOP)
        assert fetch(program.url()) == '["http",1,"development"]'
        program.signal(signal.SIGINT)
        assert program.ended() == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_certificate_makes_it_https(folder, workers):
    certs = certificates.make(folder)
    words = ("run", "shop:app", "--port", "0", "--workers", workers, "--cert", "cert.pem", "--key", "key.pem")
    with Program("-m", "growler", *words, folder=folder) as program:
        url = program.url()
        assert url.startswith("https://127.0.0.1:")
        with urllib.request.urlopen(url, timeout=10, context=certs.client) as answer:
            assert answer.read().decode() == f'["https",{workers},"production"]'
        program.signal(signal.SIGTERM)
        assert program.ended() == 0


def test_certificate_and_key_may_be_one_file(folder):
    certs = certificates.make(folder)
    both = folder / "both.pem"
    both.write_bytes(certs.key.read_bytes() + certs.cert.read_bytes())
    words = ("run", "shop:app", "--port", "0", "--cert", "both.pem")
    with Program("-m", "growler", *words, folder=folder) as program:
        assert program.url().startswith("https://")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "the following arguments are required: MODULE:APP (more by: python -m growler run --help)"),
        ("shop", "'shop' is no application: write MODULE:APP, such as shop:app"),
        ("shop:", "'shop:' is no application: write MODULE:APP, such as shop:app"),
        (":app", "':app' is no application: write MODULE:APP, such as shop:app"),
        ("shop.py:app", "'shop.py' is a file: write its module, such as shop:app for shop.py"),
        ("./shop:app", "'./shop' is a file: write its module, such as shop:app for shop.py"),
        (".shop:app", "'.shop' is relative: write the module's whole name"),
        ("nowhere:app", "there is no module 'nowhere' here or among the installed ones"),
        ("package.nowhere:app", "there is no module 'package.nowhere' here or among the installed ones"),
        ("shop.deeper:app", "there is no module 'shop.deeper' here or among the installed ones"),
        ("shop:nothing", "the module 'shop' has no 'nothing'"),
        ("shop:site.nothing", "the module 'shop' has no 'site.nothing'"),
        ("shop:factory", "'shop:factory' is no App but of the type function"),
        ("shop:app --port 65536", "argument --port: '65536' is no port: give a number from 0 to 65535"),
        ("shop:app --port x", "argument --port: 'x' is no port: give a number from 0 to 65535"),
        ("shop:app --port=-1", "argument --port: '-1' is no port: give a number from 0 to 65535"),
        ("shop:app --workers 0", "argument --workers: '0' is no number of processes: give 1 or more"),
        ("shop:app --host a..b", "cannot listen on a..b, port 8000: this is no host name"),
        ("shop:app --key key.pem", "--key needs --cert, the certificate it belongs to"),
        ("shop:app --cert no.pem", "cannot read no.pem: no such file or directory"),
        ("shop:app --cert shop.py", "shop.py: no certificate with the key that belongs to it, in PEM form"),
        ("shop:app --swim", "unrecognized arguments: --swim"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_status_2(here, capsys, words, sentence):
    assert main(["run", *words.split()]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"growler: {sentence}")
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_taken_port_is_one_sentence_and_status_2(here, capsys, workers):
    with free_socket() as taken:
        port = str(taken.getsockname()[1])
        assert main(["run", "shop:app", "--port", port, "--workers", workers]) == 2
    said = capsys.readouterr()
    assert said.err == f"growler: cannot listen on 127.0.0.1, port {port}: address already in use\n"


def test_a_key_that_belongs_to_another_certificate_is_refused(here, folder, capsys):
    other = folder / "other"
    other.mkdir()
    certificates.make(folder)
    certificates.make(other)
    assert main(["run", "shop:app", "--cert", "cert.pem", "--key", "other/key.pem"]) == 2
    assert capsys.readouterr().err == (
        "growler: cert.pem, other/key.pem: no certificate with the key that belongs to it, in PEM form\n"
    )


@pytest.mark.parametrize(("module", "error"), [("fails", ModuleNotFoundError), ("wrong", SyntaxError)])
def test_mistakes_inside_the_application_keep_their_traceback(here, module, error):
    with pytest.raises(error):
        main(["run", f"{module}:app"])


def test_without_watchfiles_reload_names_the_extra(here, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["run", "shop:app", "--reload"]) == 2
    assert capsys.readouterr().err == (
        "growler: reloading needs watchfiles, which is not installed: pip install growler[reload]\n"
    )


def test_the_context_of_the_command_line_refuses_old_protocols(folder):
    from growler.command import certificate

    certs = certificates.make(folder)
    context = certificate(str(certs.cert), str(certs.key))
    assert context is not None
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert certificate(None, None) is None
