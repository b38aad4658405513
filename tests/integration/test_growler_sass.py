"""An extension written in 2016 for the old Growler, unmodified from PyPI, serves a stylesheet on this one.

growler-sass 0.1.0 has no entry point: its module growler_ext/SassMiddleware.py replaces itself by a class. Its
middleware uses `req.path`, `req.headers.get`, `res.headers[...] =`, `res.status_code`, `res.send(bytes)`, `res.end()`.
"""

import subprocess
import sys

import pytest

from growler import App
from support.require import unavailable

STYLESHEET = """\
$color: #336699
body
  a
    color: $color
"""
COMPILED = "body a{color:#369}\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that pip installed growler-sass and its compiler into."""
    target = tmp_path_factory.mktemp("growler-sass")
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--target", str(target)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--only-binary", ":all:", "growler-sass==0.1.0"],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        unavailable(f"growler-sass could not be installed: {done.stderr[-500:]}")
    return target


@pytest.fixture
def with_sass(installed, monkeypatch):
    """This interpreter, with that folder on its path for one test."""
    from growler import ext

    before = set(sys.modules)
    monkeypatch.syspath_prepend(installed)
    yield
    vars(ext).pop("SassMiddleware", None)
    for name in set(sys.modules) - before:
        if "sass" in name.lower():
            del sys.modules[name]


@pytest.fixture
def client(with_sass, tmp_path, serve):
    from growler.ext import SassMiddleware

    (tmp_path / "site.sass").write_text(STYLESHEET)
    app = App()
    app.use(SassMiddleware(str(tmp_path), "/css", output_style="compressed"))
    return serve(app)


def test_every_spelling_gives_its_class(with_sass):
    import growler_sass

    import growler.ext.SassMiddleware
    from growler import ext, mw
    from growler.ext import SassMiddleware

    assert SassMiddleware is growler_sass.SassMiddleware
    assert growler.ext.SassMiddleware is SassMiddleware
    assert ext.SassMiddleware is mw.SassMiddleware is SassMiddleware
    assert "SassMiddleware" in dir(ext)


def test_it_serves_a_compiled_stylesheet(client):
    reply = client.get("/css/site.css")
    assert reply.status == 200
    assert reply.text == COMPILED
    assert reply.headers["content-type"].lower() == "text/css; charset=utf-8"
    assert reply.headers["content-length"] == str(len(COMPILED))


def test_its_etag_is_honoured_with_304(client):
    etag = client.get("/css/site.css").headers["etag"]
    reply = client.get("/css/site.css", headers={"If-None-Match": etag})
    assert reply.status == 304
    assert reply.body == b""
    assert reply.headers["etag"] == etag


def test_what_it_does_not_serve_is_not_found(client):
    assert client.get("/css/other.css").status == 404
    assert client.get("/site.css").status == 404
