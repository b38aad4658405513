"""Wrong options are refused when Auth is made, all at once, with the fix."""

import pytest

from growler_ext.auth import Auth, AuthWiringError, MemoryUsers, Password


class Half:
    def get(self, id): ...


def test_no_method():
    with pytest.raises(AuthWiringError, match=r"Auth\(Password\(\), users="):
        Auth()


def test_a_class_instead_of_a_method():
    with pytest.raises(AuthWiringError, match=r"use an instance, Password\(\.\.\.\)"):
        Auth(Password, users=MemoryUsers())  # type: ignore[arg-type]  # the mistake


def test_no_users():
    with pytest.raises(AuthWiringError, match=r"users=MemoryUsers\(\)"):
        Auth(Password())


def test_users_that_cannot_be_asked(cheap):
    with pytest.raises(AuthWiringError, match=r"Half\.find(.|\n)*Half\.save_hash"):
        Auth(Password(hasher=cheap), users=Half())  # type: ignore[arg-type]  # the mistake


def test_two_methods_of_one_name(cheap):
    with pytest.raises(AuthWiringError, match=r"name password(.|\n)*POST /login"):
        Auth(Password(hasher=cheap), Password(hasher=cheap), users=MemoryUsers())


@pytest.mark.parametrize(
    "options",
    [
        {"prefix": "auth"},
        {"prefix": "/auth/"},
        {"prefix": "/"},
        {"prefix": "//auth"},
        {"prefix": ""},
        {"prefix": '/a"b'},
        {"login_url": "https://our.example/login"},
        {"login_url": "/login?x=1"},
        {"login_url": "/:name"},
        {"login_url": "/ünter"},
        {"home": "//evil.example"},
        {"home": "home"},
        {"default": "closed"},
        {"csrf": False},
    ],
)
def test_an_option_that_cannot_work_is_named(make_auth, options):
    [name] = options
    with pytest.raises(AuthWiringError, match=name):
        make_auth(**options)


def test_all_mistakes_come_at_once(make_auth):
    with pytest.raises(AuthWiringError) as caught:
        make_auth(users=None, prefix="x", default="x", csrf="x")
    assert str(caught.value).startswith("several mistakes:\n- ")
    assert str(caught.value).count("\n- ") == 4


def test_one_mistake_is_one_sentence(make_auth):
    with pytest.raises(AuthWiringError) as caught:
        make_auth(csrf="x")
    assert "\n" not in str(caught.value)
