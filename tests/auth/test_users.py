"""Users in memory, and users of the application's own."""

import pytest

from growler_ext.auth import Identity, IdentityConflict, MemoryUsers
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


# Identities


def proved(subject, email, issuer="https://a.example"):
    return Identity(issuer, subject, email, email_verified=True)


def test_an_address_given_with_a_user_links_who_has_proved_it(cheap):
    users = MemoryUsers(hasher=cheap)
    users.add("alice", email="Alice@example.org")
    assert users.identity(proved("1", "alice@EXAMPLE.org")).id == "alice"
    assert users.identity(Identity("https://a.example", "1")).id == "alice", "known by its subject now"


@pytest.mark.parametrize(
    ("registered", "proved_there"),
    [
        ("admin@strasse.example", "admin@straße.example"),
        ("fish@example.org", "\N{LATIN SMALL LIGATURE FI}sh@example.org"),
        ("kim@example.org", "\N{KELVIN SIGN}im@example.org"),
        ("\N{LATIN SMALL LETTER DOTLESS I}vy@example.org", "ivy@example.org"),
    ],
    ids=["sharp s", "ligature", "kelvin", "dotless i"],
)
def test_an_address_that_only_looks_alike_links_nobody(cheap, registered, proved_there):
    users = MemoryUsers(hasher=cheap)
    users.add("alice", email=registered)
    assert users.identity(proved("1", proved_there)).id == proved_there


def test_an_address_that_one_side_has_not_proved_is_a_conflict(cheap):
    users = MemoryUsers(hasher=cheap)
    users.add("alice", email="alice@example.org")
    users.add("bob@example.org")
    for who in (Identity("https://a.example", "1", "alice@example.org"), proved("2", "bob@example.org")):
        with pytest.raises(IdentityConflict):
            users.identity(who)


def test_a_new_identity_is_a_new_user(cheap):
    users = MemoryUsers(hasher=cheap)
    assert users.identity(proved("1", "new@example.org")).id == "new@example.org"
    assert users.identity(proved("7", "new@example.org", "https://b.example")).id == "new@example.org"
    assert users.identity(Identity("https://a.example", "2")).id == "https://a.example#2"
    assert users.identity(Identity("https://b.example", "2")).id == "https://b.example#2"
