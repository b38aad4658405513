"""Wrong options of CookieParser raise when the app is wired, all at once."""

import pytest

from growler_ext.cookieparser import CookieParser

SECRET = "a secret for the tests"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"secret": ""}, "secret must be"),
        ({"secret": []}, "secret must be"),
        ({"path": "app"}, "path must begin"),
        ({"domain": "http://x"}, "domain must be"),
        ({"samesite": "sometimes"}, "samesite must be"),
        ({"samesite": "None", "secure": False}, "secure=True"),
        ({"secure": "yes"}, "secure must be"),
        ({"max_cookies": 0}, "max_cookies must be"),
        ({"max_header": -1}, "max_header must be"),
        ({"secret": SECRET, "signer": object()}, "either secret or signer"),
        ({"secret": 5}, "secret must be"),
        ({"secret": [SECRET, None]}, "secret must be"),
        ({"signer": object()}, "signer has no sign and unsign"),
        ({"path": 5}, "path must begin"),
        ({"domain": 5}, "domain must be"),
        ({"secure": 1}, "secure must be"),
        ({"httponly": "no"}, "httponly must be True or False"),
        ({"max_cookies": "180"}, "max_cookies must be a whole number"),
        ({"max_header": None}, "max_header must be a whole number"),
    ],
)
def test_each_wrong_option_is_named(options, named):
    with pytest.raises(ValueError, match=named):
        CookieParser(**options)


def test_all_mistakes_are_named_at_once():
    with pytest.raises(ValueError, match=r"CookieParser: .*path.*; .*max_cookies.*; .*secret"):
        CookieParser([], path="x", max_cookies=0)


def test_samesite_none_is_allowed_with_automatic_secure():
    CookieParser(samesite="None")


def test_a_signer_of_ones_own_is_used():
    class Reverse:
        def sign(self, value, context):
            return value[::-1]

        def unsign(self, token, context, max_age=None):
            return token[::-1]

    from growler import App
    from growler.testing import TestClient

    app = App()
    app.use(CookieParser(signer=Reverse()))
    app.get("/", lambda req, res: (res.cookies.set("a", "abc", signed=True), res.send_text(""))[1])
    with TestClient(app) as client:
        assert client.get("/").cookies == {"a": "cba"}
