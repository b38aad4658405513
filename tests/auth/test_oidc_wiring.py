"""Options of OIDC that cannot work: refused when Auth is made, each in a sentence that names it."""

from __future__ import annotations

import pytest

from growler_ext.auth import Auth, AuthWiringError
from support.openid_login import BASE, openid


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"issuer": "http://op.example"}, "issuer must be an https URL"),
        ({"scope": "email"}, 'scope must have "openid"'),
        ({"algorithms": ["none"]}, "algorithms are some of"),
        ({"auth_method": "basic"}, "auth_method is one of client_secret_basic, client_secret_post, none"),
        ({"auth_method": "client_secret_post", "client_secret": None}, "needs a client_secret"),
        ({"algorithms": ["HS256", "RS256"]}, "HMAC algorithms need a client_secret, and no others"),
        ({"algorithms": ["HS256"], "client_secret": None}, "HMAC algorithms need a client_secret"),
        ({"client_id": ""}, "needs the client_id"),
        ({"name": "O P"}, "give it a name for addresses"),
        ({"response_mode": "fragment"}, '"query" or "form_post"'),
        ({"response_mode": "form_post"}, "needs an https base_url"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_wired(provider, users, options, problem):
    with pytest.raises(AuthWiringError, match=problem):
        Auth(openid(provider, **options), users=users, secret="s" * 32, base_url=BASE)


def test_without_a_base_url_it_does_not_start(provider, users):
    with pytest.raises(AuthWiringError, match="base_url"):
        Auth(openid(provider), users=users, secret="s" * 32)
