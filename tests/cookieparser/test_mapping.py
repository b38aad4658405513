"""The cookies of a request are a mapping like any other."""

from __future__ import annotations

from growler_ext.cookieparser import Cookies


def test_a_cookie_is_there_or_not_by_its_exact_name():
    cookies = Cookies("a=1; b=2; a=3")
    assert "a" in cookies
    assert "A" not in cookies
    assert 1 not in cookies
    assert list(cookies) == ["a", "b"]
    assert dict(cookies) == {"a": "1", "b": "2"}
