"""The contract of directories of users, run over those of ours; that of docs/users-in-sql.md has its own file."""

from __future__ import annotations

import asyncio

import pytest

from growler_ext.auth import MemoryUsers
from growler_ext.auth.testing import UsersContract


class TestMemoryUsers(UsersContract):
    def open_users(self):
        return MemoryUsers()

    def add(self, users, login, **fields):
        users.add(login)
        users.change(login, **fields)


class InCoroutines:
    """The same, async."""

    def __init__(self):
        self._users = MemoryUsers()

    def __getattr__(self, name):
        async def call(*arguments):
            await asyncio.sleep(0)
            return getattr(self._users, name)(*arguments)

        return call

    async def add(self, login, **fields):
        self._users.add(login)
        self._users.change(login, **fields)


class TestUsersInCoroutines(UsersContract):
    def open_users(self):
        return InCoroutines()

    def add(self, users, login, **fields):
        return users.add(login, **fields)


# The suite itself: it has to notice mistakes.


class Raises(MemoryUsers):
    def get(self, id):
        return super().get(str(int(id)) if id.isdecimal() else id.encode().decode())


class AnyCase(MemoryUsers):
    def find(self, login):
        return super().find(login.lower())


class ByAddress(MemoryUsers):
    def identity(self, who):
        return self.find(who.email) or self.add(who.email)


class BySubject(MemoryUsers):
    def identity(self, who):
        return self.get(who.subject) or self.add(who.subject)


class HashForAll(MemoryUsers):
    def save_hash(self, user, password_hash):
        for id in list(self._users):
            self.change(id, password_hash=password_hash)


class NewVersion(MemoryUsers):
    def save_hash(self, user, password_hash):
        self.change(user.id, password_hash=password_hash, auth_version=user.auth_version + 1)


class Trims(MemoryUsers):
    def find(self, login):
        return super().find(login.strip())


@pytest.mark.parametrize(
    ("mistaken", "test"),
    [
        (Raises, "test_nobody_is_none_and_no_error"), (AnyCase, "test_case"),
        (Trims, "test_nobody_is_none_and_no_error"),
        (ByAddress, "test_an_unproved_address_gives_nobody_anothers_account"),
        (ByAddress, "test_the_address_may_change_and_the_user_stays"),
        (BySubject, "test_issuer_and_subject_are_compared_as_they_are"),
        (HashForAll, "test_a_hash_is_kept_for_this_user_alone"), (NewVersion, "test_a_new_hash_ends_no_login"),
    ],
)  # fmt: skip
def test_the_suite_notices(mistaken, test):
    class Run(TestMemoryUsers):
        def open_users(self):
            return mistaken()

    with pytest.raises((AssertionError, ValueError, AttributeError)):
        getattr(Run(), test)()
