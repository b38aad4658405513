"""Guards on plain values and around handlers."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest

from growler_ext.auth.demand import Access, Demand, decide
from growler_ext.auth.guard import Guard, Guarded
from growler_ext.auth.login import AuthInfo
from growler_ext.auth.middleware import Auth


def make_guard(passes: bool = True) -> Guard:
    return Guard(lambda req, res, wanted: passes, Demand())


@pytest.mark.parametrize(
    ("held", "wanted", "access"),
    [
        (None, set(), Access.UNKNOWN),
        (None, {"read"}, Access.UNKNOWN),
        ((), set(), Access.GRANTED),
        (["read"], {"read"}, Access.GRANTED),
        ({"read", "write"}, {"read", "write"}, Access.GRANTED),
        ({"read"}, {"read", "write"}, Access.FORBIDDEN),
        ((), {"read"}, Access.FORBIDDEN),
        ("readers", {"read"}, Access.FORBIDDEN),
    ],
)
def test_who_may_pass(held, wanted, access):
    assert decide(AuthInfo("password"), held, Demand(frozenset(wanted))) is access


def info(**fields) -> AuthInfo:
    return AuthInfo(**{"method": "password", "at": datetime.now(UTC) - timedelta(seconds=60), **fields})


@pytest.mark.parametrize(
    ("info", "demand", "access"),
    [
        (info(), Demand(within=86400), Access.GRANTED),
        (info(), Demand(within=30), Access.STALE),
        (info(at=None), Demand(within=30), Access.STALE),
        (info(), Demand(mfa=True), Access.ONE_FACTOR),
        (info(amr=("pwd", "otp", "mfa")), Demand(mfa=True), Access.GRANTED),
        (info(), Demand(methods=frozenset({"password"})), Access.GRANTED),
        (info(), Demand(methods=frozenset({"op"})), Access.OTHER_METHOD),
        (info(scopes=frozenset({"write"})), Demand(frozenset({"read"})), Access.OUT_OF_SCOPE),
        (info(scopes=frozenset({"read"})), Demand(frozenset({"read"})), Access.GRANTED),
        (info(scopes=frozenset()), Demand(), Access.GRANTED),
        (info(), Demand(frozenset({"admin"}), within=30, mfa=True), Access.FORBIDDEN),
    ],
)
def test_what_is_lacking_decides(info, demand, access):
    assert decide(info, {"read"}, demand) is access


def test_nobody_lacks_everything():
    assert decide(AuthInfo(), None, Demand(within=1, mfa=True)) is Access.UNKNOWN


def test_a_guarded_handler_takes_two_parameters_and_keeps_its_name():
    def handler(req, res):
        """Shows."""

    guarded = make_guard()(handler)
    assert list(inspect.signature(guarded).parameters) == ["req", "res"]
    assert (guarded.__name__, guarded.__doc__) == ("handler", "Shows.")


def test_a_guarded_sync_handler_stays_sync():
    assert make_guard()(lambda req, res: 5)(None, None) == 5  # type: ignore[arg-type]  # nobody looks at them


def test_a_handler_behind_a_closed_guard_is_not_called():
    called = []
    make_guard(False)(lambda req, res: called.append(1))(None, None)  # type: ignore[arg-type]  # as above
    assert called == []


def test_a_method_of_a_class_can_be_guarded():
    class Page:
        @make_guard()
        def get_it(self, req, res):
            """/it"""
            return self, req, res

    page = Page()
    assert isinstance(page.get_it, Guarded)
    assert page.get_it(1, 2) == (page, 1, 2)
    assert page.get_it.__doc__ == "/it"
    assert list(inspect.signature(page.get_it).parameters) == ["req", "res"]


def test_an_error_handler_can_be_neither_guarded_nor_public(make_auth):
    for decorate in (make_guard(), make_auth().public):
        with pytest.raises(TypeError, match="handles errors"):
            decorate(lambda req, res, error: None)


@pytest.mark.parametrize("thing", [Auth, 5, "admin"])
def test_what_is_no_handler_can_be_neither_guarded_nor_public(make_auth, thing):
    for decorate in (make_guard(), make_auth().public):
        with pytest.raises(TypeError, match=r"directly under @app\.get"):
            decorate(thing)


def test_further_parameters_are_no_error_handlers():
    def handler(req, res, limit=5, *more, **options):
        return limit

    assert make_guard()(handler)(None, None) == 5  # type: ignore[arg-type]  # nobody looks at them


def test_require_without_parentheses_names_the_fix(make_auth):
    auth = make_auth()
    with pytest.raises(TypeError, match=r"@auth\.require\(\)"):

        @auth.require
        def handler(req, res): ...
