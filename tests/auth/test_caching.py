"""What caches may do with answers to somebody who is logged in."""

from __future__ import annotations

import pytest

from growler_ext.auth.answers import for_one_user


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
