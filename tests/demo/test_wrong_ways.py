"""The mistakes that the README shows do what it says."""

from __future__ import annotations

from growler import App
from growler.ext import Auth, Indexer, Session
from growler.ext.auth import MemoryUsers, Password


def test_a_guard_behind_what_it_shall_guard_guards_nothing(serve, folder):
    auth = Auth(Password(), users=MemoryUsers())
    app = App()
    app.use([Session(), auth])
    app.use("/files", Indexer(folder))
    app.use("/files", auth.require())
    assert serve(app).get("/files/a.txt").body == b"INSIDE"


def test_auth_without_session_says_what_to_do(serve, caplog):
    app = App()
    app.use(Auth(Password(), users=MemoryUsers()))
    assert serve(app).get("/").status == 500
    assert (
        "AttributeError: req.session comes from Session: app.use(Session()) before this handler"
        in caplog.text
    )
