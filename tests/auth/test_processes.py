"""Several worker processes: what they cannot have each for itself is refused when the app is wired."""

from __future__ import annotations

import pytest

from growler_ext.auth import AuthWiringError


def wire(make_app, auth, workers):
    app = make_app(auth)
    app.config["workers"] = workers
    app.wire()


@pytest.mark.filterwarnings("ignore:Auth.secret=:UserWarning")
def test_all_that_several_processes_have_to_share_is_told_at_once(make_app, make_auth):
    with pytest.raises(AuthWiringError) as caught:
        wire(make_app, make_auth(), 2)
    assert "each worker process would sign with a secret of its own: Auth(secret=...)" in str(caught.value)
    assert 'Auth(throttle="redis://...")' in str(caught.value)


@pytest.mark.filterwarnings("ignore:Auth.secret=:UserWarning")
def test_one_process_needs_nothing_to_share(make_app, make_auth):
    wire(make_app, make_auth(), 1)


def test_a_secret_and_a_redis_are_enough(make_app, make_auth):
    wire(make_app, make_auth(secret="s" * 32, throttle="redis://127.0.0.1:1"), 4)


@pytest.mark.parametrize("secret", ["", b"", []])
def test_an_empty_secret_is_told_with_everything_else(make_auth, secret):
    with pytest.raises(AuthWiringError) as caught:
        make_auth(secret=secret, throttle="memcached://x", prefix="auth/")
    text = str(caught.value)
    assert "secret must be" in text
    assert '"memory" or "redis://..."' in text
    assert "a plain path" in text
