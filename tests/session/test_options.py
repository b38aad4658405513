"""Wrong options of Session raise when the app is wired, all at once."""

from datetime import timedelta

import pytest
from session.async_store import AsyncDictStore

from growler_ext.session import DictStore, Session


class Declared(AsyncDictStore):
    sync = True


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"idle": 0}, "idle must be positive"),
        ({"idle": timedelta(days=-1)}, "idle must be positive"),
        ({"idle": float("inf")}, "idle must be positive"),
        ({"idle": 1 << 2000}, "idle must be positive"),
        ({"lifetime": 0}, "lifetime must be positive"),
        ({"touch": 1}, "touch is a share"),
        ({"touch": -0.1}, "touch is a share"),
        ({"renew": 0}, "renew must be positive"),
        ({"grace": -1}, "grace must be from 0 to 300"),
        ({"grace": 301}, "grace must be from 0 to 300"),
        ({"renew": 20, "grace": 30}, "grace .30. must be shorter than renew .20."),
        ({"timeout": 0}, "timeout must be positive"),
        ({"timeout": float("inf")}, "timeout must be positive"),
        ({"on_store_error": "ignore"}, 'on_store_error must be "503" or "anonymous"'),
        ({"user_key": ""}, "user_key must be a key"),
        ({"user_key": "\0user"}, "user_key must be a key"),
        ({"partitioned": True, "secure": False}, "secure=True"),
        ({"name": "a b"}, "the name must be a token"),
        ({"name": ""}, "the name must be a token"),
        ({"path": "app"}, "path must begin"),
        ({"domain": "http://x"}, "domain must be"),
        ({"samesite": "lax"}, "samesite must be"),
        ({"samesite": "None", "secure": False}, "secure=True"),
        ({"secure": "yes"}, "secure must be"),
        ({"name": "__Host-sid", "path": "/app"}, 'needs path="/"'),
        ({"name": "__Host-sid", "secure": False}, "secure=True"),
        ({"idle": "30"}, "idle must be positive seconds or a timedelta, not '30'"),
        ({"idle": None}, "idle must be positive"),
        ({"idle": True}, "idle must be positive"),
        ({"lifetime": "1h"}, "lifetime must be positive"),
        ({"renew": "1h"}, "renew must be positive"),
        ({"renew": "1h", "grace": None}, "grace must be from 0"),
        ({"touch": "0.1"}, "touch is a share"),
        ({"timeout": None}, "timeout must be positive"),
        ({"name": None}, "name must be text"),
        ({"path": None}, "path must be text"),
        ({"domain": 5}, "domain must be a host name or None"),
        ({"samesite": None}, "samesite must be"),
        ({"secure": 1}, "secure must be"),
        ({"partitioned": "yes"}, "partitioned must be True or False"),
        ({"persist": None}, "persist must be True or False"),
        ({"lazy": "yes"}, "lazy must be True or False"),
        ({"commit_on": 500}, "commit_on must be a function of the answer's status"),
        ({"store": DictStore}, r"DictStore\(\)"),
        (
            {"store": {}},
            "store has no sync, shared, load, create, commit, rename, delete, owned, revoke, close",
        ),
        ({"store": Declared(clock=None)}, "set sync = False"),
    ],
)
def test_each_wrong_option_is_named(options, named):
    with pytest.raises(ValueError, match=named):
        Session(**options)


def test_all_mistakes_are_named_at_once():
    with pytest.raises(
        ValueError, match=r"Session: store .*; idle .*; lifetime .*; touch .*name .*; path .*"
    ):
        Session({}, idle=0, lifetime=-1, touch=5, name="a b", path="x")


def test_one_mistake_is_named_once():
    with pytest.raises(ValueError, match="domain") as caught:
        Session(domain="http://x")
    assert str(caught.value).count("domain must") == 1


@pytest.mark.parametrize("options", [{}, {"idle": 60.5}, {"lifetime": timedelta(hours=8)}, {"samesite": "None"},
                                     {"name": "__Host-sid"}, {"touch": 0}])  # fmt: skip
def test_good_options_are_taken(options):
    assert Session(**options)


@pytest.mark.parametrize("most", [-1, "5", 1.5, None, True])
def test_a_store_without_room_is_refused(most):
    with pytest.raises(ValueError, match="max_sessions must be a whole number, 1 or more"):
        DictStore(most)


def test_no_room_at_all_is_refused():
    with pytest.raises(ValueError, match="max_sessions"):
        DictStore(0)
