"""What caches may do with answers to somebody who is logged in."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.auth import AuthInfo
from growler_ext.auth.answers import for_one_user, introduce


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("", "no-store"),
        ("no-cache", "no-cache, private"),
        ("max-age=0", "max-age=0, private"),
        ('no-cache="Set-Cookie"', 'no-cache="Set-Cookie", private'),
        ("private, max-age=60", "private, max-age=60"),
        ("Public, max-age=60", "Public, max-age=60"),
        ("no-store", "no-store"),
    ],
)
def test_what_a_handler_says_holds_for_this_user_alone(said, becomes):
    assert for_one_user(said) == becomes


@pytest.mark.parametrize(
    ("lines", "becomes"),
    [
        ([], "no-store"),
        (["max-age=60"], "max-age=60, private"),
        (["no-cache", "max-age=0"], "no-cache, max-age=0, private"),
    ],
)
def test_it_is_what_travels(lines, becomes):
    app = App()

    @app.get("/")
    def page(req, res):
        for line in lines:
            res.append("Cache-Control", line)
        introduce(req, res, SimpleNamespace(id="ann", permissions=()), AuthInfo("password"))
        res.send_text("for ann")

    with TestClient(app) as client:
        assert client.get("/").getall("cache-control") == [becomes]
