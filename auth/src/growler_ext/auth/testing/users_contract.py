"""`UsersContract`: one test per sentence of `Users`, and of what Auth takes a user to be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from growler_ext.auth.testing.opened_users import OpenedUsers
from growler_ext.auth.users import (
    Identity,
    IdentityConflict,
    auth_version,
    is_active,
    password_hash,
    permissions,
)

HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$wJ0Hn5Yx0zqIlpPLiXWD9w"
OTHER_HASH = "$argon2id$v=19$m=8,t=1,p=1$b3RoZXJzYWx0b3RoZXJzYQ$8Q5ZrJb5Zk0oPqfJcQ1z4g"

STRANGE = (
    "", " ", "nobody", "al%ce", "a_ice", "alic", "alice ", " alice", "alice'--", "' OR '1'='1", '"alice"',
    "alice;DROP TABLE users", "*", "(uid=*)", "\\", "../alice", "0", "-1", "9" * 40, "1e3", "null", "None",
    "x" * 1024, "\u0430lice", "alice\u200b", "\U0001f600", "\ud800",
)  # fmt: skip
"""Names and ids that nobody has. One begins with a Cyrillic letter."""


class UsersContract:
    """Subclass it, say how to open a directory and how a user comes into it.

    What a directory does not have need not be tested: without `find` and `save_hash` no password logs in, without
    `identity` no provider does.
    """

    folds_case = False
    """Whether find("ALICE") finds "alice"."""

    def open_users(self) -> Any:
        """A new, empty directory. Sync or async."""
        raise NotImplementedError

    def add(self, users: Any, login: str, **fields: Any) -> Any:
        """Make a user with this login. Sync or async.

        Parameters:
            fields: some of `password_hash`, `permissions` (a frozenset), `active`, `auth_version`, named so.
        """
        raise NotImplementedError

    def close_users(self, users: Any) -> Any:
        """Free what `open_users` took. Sync or async."""

    def opened(self) -> OpenedUsers:
        return OpenedUsers(self.open_users, self.add, self.close_users)

    # Users

    def test_a_user_is_found_by_login_and_got_by_id(self) -> None:
        with self.opened() as users:
            found = users.add("alice", password_hash=HASH)
            got = users.get(str(found.id))
            assert got is not None, "sessions keep str(user.id), and get() has to find the user by that"
            assert str(got.id) == str(found.id)
            assert password_hash(got) == password_hash(found) == HASH

    def test_each_user_has_an_id_of_its_own(self) -> None:
        with self.opened() as users:
            ids = {
                str(users.add(login).id)
                for login in ("alice", "bob", "carol", "zoë", "o'hara", "a%b", "用户")
            }
            assert len(ids) == 7

    def test_nobody_is_none_and_no_error(self) -> None:
        with self.opened() as users:
            alice = users.add("alice")
            for strange in STRANGE:
                assert users.find(strange) is None, f"find({strange!r}) found somebody"
                if strange != str(alice.id):
                    assert users.get(strange) is None, f"get({strange!r}) found somebody"

    def test_case(self) -> None:
        with self.opened() as users:
            alice = users.add("alice")
            found = users.find("ALICE")
            assert (found is not None and found.id == alice.id) if self.folds_case else found is None
            if self.folds_case:
                zoe = users.add("zoë")
                assert users.find("ZOË").id == zoe.id, "not only ASCII has two cases"

    def test_who_has_no_password_has_none(self) -> None:
        with self.opened() as users:
            assert password_hash(users.add("alice")) is None, "not '', and no hash of an empty password"

    def test_what_a_user_is_has_the_types_that_auth_reads(self) -> None:
        with self.opened() as users:
            user = users.add("alice", permissions=frozenset({"read", "write"}))
            held = permissions(user)
            assert not isinstance(held, str), "permissions are several: a str would be its letters"
            assert isinstance(held, Collection)
            assert set(held) == {"read", "write"}
            assert is_active(user)
            assert isinstance(auth_version(user), int)

    def test_who_is_locked_is_found_and_says_so(self) -> None:
        with self.opened() as users:
            user = users.add("alice", active=False)
            assert not is_active(user)
            assert not is_active(users.get(str(user.id))), "Auth refuses the user, and has to know whom"

    def test_a_version_is_read_back(self) -> None:
        with self.opened() as users:
            user = users.add("alice", auth_version=7)
            assert auth_version(user) == auth_version(users.get(str(user.id))) == 7

    def test_no_hash_is_shown(self) -> None:
        with self.opened() as users:
            assert HASH not in repr(users.add("alice", password_hash=HASH)), "a log would show it"
            assert HASH not in repr(users.users)

    # Hashes

    def test_a_hash_is_kept_for_this_user_alone(self) -> None:
        with self.opened() as users:
            alice, bob = users.add("alice", password_hash=HASH), users.add("bob", password_hash=HASH)
            users.save_hash(alice, OTHER_HASH)
            assert password_hash(users.find("alice")) == OTHER_HASH
            assert password_hash(users.get(str(alice.id))) == OTHER_HASH
            assert password_hash(users.get(str(bob.id))) == HASH

    def test_hashes_saved_at_once_do_not_clash(self) -> None:
        with self.opened() as users:
            alice = users.add("alice", password_hash=HASH)
            results = users.at_once([lambda: users.users.save_hash(alice, OTHER_HASH)] * 10)
            assert [found for found in results if isinstance(found, BaseException)] == []
            assert password_hash(users.get(str(alice.id))) == OTHER_HASH

    def test_a_new_hash_ends_no_login(self) -> None:
        with self.opened() as users:
            alice = users.add("alice", password_hash=HASH, auth_version=3)
            users.save_hash(alice, OTHER_HASH)
            assert auth_version(users.get(str(alice.id))) == 3, "it is of the same password"

    # Identities

    def test_an_identity_is_one_user(self) -> None:
        with self.opened() as users:
            if not self._has_identities(users):
                return
            who = Identity("https://a.example", "1", "new@example.org", email_verified=True)
            first, second = users.identity(who), users.identity(who)
            assert first is not None
            assert str(first.id) == str(second.id)
            assert str(users.get(str(first.id)).id) == str(first.id)

    def test_the_address_may_change_and_the_user_stays(self) -> None:
        with self.opened() as users:
            if not self._has_identities(users):
                return
            first = users.identity(Identity("https://a.example", "1", "old@example.org", email_verified=True))
            second = users.identity(
                Identity("https://a.example", "1", "new@example.org", email_verified=True)
            )
            third = users.identity(Identity("https://a.example", "1"))
            assert str(first.id) == str(second.id) == str(third.id), "(issuer, subject) says who it is"

    def test_issuer_and_subject_are_compared_as_they_are(self) -> None:
        with self.opened() as users:
            if not self._has_identities(users):
                return
            pairs = [
                ("https://a.example", "a"), ("https://a.example", "A"), ("https://b.example", "a"),
                ("https://a.example/", "a"), ("https://a.example", "a "), ("https://a.example/a", ""),
            ]  # fmt: skip
            found = [
                users.identity(Identity(issuer, subject, f"u{number}@example.org", email_verified=True))
                for number, (issuer, subject) in enumerate(pairs[:5])
            ]
            ids = [str(user.id) for user in found if user is not None]
            assert len(set(ids)) == len(ids) > 0

    def test_an_unproved_address_gives_nobody_anothers_account(self) -> None:
        with self.opened() as users:
            if not self._has_identities(users):
                return
            alice = users.add("alice@example.org", password_hash=HASH)
            try:
                found = users.identity(Identity("https://a.example", "1", "alice@example.org"))
            except IdentityConflict:
                return
            assert found is None or str(found.id) != str(alice.id)

    def test_an_address_that_only_looks_like_anothers_gives_nobody_the_account(self) -> None:
        with self.opened() as users:
            if not self._has_identities(users):
                return
            owner = users.identity(Identity("https://a.example", "1", "admin@strasse.example", True))
            assert owner is not None
            try:
                found = users.identity(Identity("https://a.example", "2", "admin@straße.example", True))
            except IdentityConflict:
                return
            assert found is None or str(found.id) != str(owner.id), "these are two domains, with two owners"

    def test_an_identity_that_comes_twice_at_once_makes_one_user(self) -> None:
        with self.opened() as users:
            if not self._has_identities(users):
                return
            who = Identity("https://a.example", "1", "new@example.org", email_verified=True)
            found = users.at_once([lambda: users.users.identity(who)] * 10)
            assert [user for user in found if isinstance(user, BaseException) or user is None] == []
            assert len({str(user.id) for user in found}) == 1

    @staticmethod
    def _has_identities(users: OpenedUsers) -> bool:
        return callable(getattr(users.users, "identity", None))
