"""Users in memory, and users of the application's own."""

import pytest

from growler_ext.auth import MemoryUsers
from growler_ext.auth.users import auth_version, is_active, password_hash, permissions


class Row:
    id = "row"


def test_a_user_needs_nothing_but_an_id():
    assert (password_hash(Row()), permissions(Row()), is_active(Row()), auth_version(Row())) == (
        None,
        (),
        True,
        0,
    )


def test_nobody_has_no_hash():
    assert password_hash(None) is None


def test_a_user_is_found_by_login_and_by_id(users):
    assert users.get("alice") is users.find("alice") is not None
    assert users.find("Alice") is None
    assert users.get("alice").permissions == {"admin", "write"}


def test_only_a_hash_of_the_password_is_kept(users):
    assert users.get("alice").password_hash.startswith("$argon2id$")
    assert users.get("carol").password_hash is None


def test_no_hash_is_shown(users):
    assert "argon2" not in repr(users.get("alice")) + repr(users)


def test_a_saved_hash_replaces_the_old_one(users):
    users.save_hash(users.get("bob"), "new")
    assert users.get("bob").password_hash == "new"


def test_a_user_can_be_changed(users):
    users.change("bob", active=False)
    assert not is_active(users.get("bob"))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"login": "alice", "password": "x"}, ValueError, "exists already"),
        ({"login": "dave", "password": ""}, ValueError, "None makes a user without one"),
        ({"login": "dave", "permissions": "admin"}, TypeError, r"write \{'admin'\}"),
    ],
)
def test_mistakes_name_their_fix(users, arguments, error, message):
    with pytest.raises(error, match=message):
        users.add(**arguments)


def test_users_without_passwords_need_no_hasher():
    users = MemoryUsers()
    users.add("dave")
    assert users._hasher is None
