"""docs/users-in-sql.md: both directories, as the page writes them, keep the contract - on a real PostgreSQL too."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest
from passlib.hash import bcrypt

from growler import App
from growler_ext.auth import Auth, Identity, IdentityConflict, Password
from growler_ext.auth.testing import PlainSession, UsersContract
from support.postgres_server import postgres

PAGE = Path(__file__).parents[2] / "docs" / "users-in-sql.md"
TESTS = [name for name in dir(UsersContract) if name.startswith("test_")]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    names = {"__name__": "page"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        for block in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            exec(block, names)
    yield names
    names["users"].close()


@pytest.fixture(scope="module")
def url():
    with postgres() as url:
        yield url


# sqlite3


@pytest.mark.parametrize("test", TESTS)
def test_the_sqlite_directory_keeps_the_contract(page, test, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    getattr(page["TestSQLiteUsers"](), test)()


@pytest.fixture
def users(page, tmp_path):
    users = page["SQLiteUsers"](str(tmp_path / "users.sqlite"))
    yield users
    users.close()


def run(answer):
    async def wait():
        return await answer

    return asyncio.run(wait())


def test_a_login_in_any_case_renews_an_old_hash(serve, users, cheap):
    run(users.add("Alice", password_hash=bcrypt.using(rounds=4).hash("correct horse")))
    app = App()
    app.use(PlainSession())
    app.use(auth := Auth(Password(hasher=cheap), users=users))

    @app.get("/me")
    @auth.require()
    def me(req, res):
        res.send_text(req.user.login)

    client = serve(app)
    form = {"username": "aLICE", "password": "correct horse"}
    assert client.post("/auth/login", form=form).status == 200
    assert client.get("/me").text == "Alice"
    assert users.find("alice").password_hash.startswith("$argon2id$")
    run(users.set_password(users.find("alice"), cheap.hash("another")))
    assert client.get("/me").status == 401, "a new password ends the logins with the old one"


def test_a_login_that_began_before_a_change_brings_no_old_password_back(users, cheap):
    run(users.add("alice", password_hash="old"))
    seen = users.find("alice")
    run(users.set_password(seen, "changed"))
    run(users.save_hash(seen, "renewed"))
    assert users.find("alice").password_hash == "changed"


def test_a_name_is_taken_however_it_is_written(users):
    run(users.add("Zoë"))
    for name in ("zoë", "ZOË", "Zoe\u0308"):
        with pytest.raises(sqlite3.IntegrityError):
            run(users.add(name))


def linking(users, get):
    """Identities of the same address: linked where both sides have proved it, else told."""
    proved = Identity("https://a.example", "1", "Zoe@example.org", email_verified=True)
    first = get(users.identity(proved))
    other = get(users.identity(Identity("https://b.example", "7", "zoe@example.org", email_verified=True)))
    assert first.id == other.id
    get(users.add("mallory@example.org"))
    with pytest.raises(IdentityConflict):
        get(users.identity(Identity("https://a.example", "2", "mallory@example.org", email_verified=True)))
    with pytest.raises(IdentityConflict):
        get(users.identity(Identity("https://c.example", "1", "zoe@example.org")))
    assert get(users.identity(Identity("https://c.example", "1"))) is None


def test_identities_are_linked_where_both_sides_have_proved_the_address(users):
    linking(users, run)


# PostgreSQL


def contract_on(page, url):
    class TestPostgresUsers(UsersContract):
        folds_case = True

        async def open_users(self):
            users = page["PostgresUsers"]()
            await users.open(url)
            await users._pool.execute("TRUNCATE users, identities")
            return users

        def add(self, users, login, **fields):
            return users.add(login, **fields)

        def close_users(self, users):
            return users.close()

    return TestPostgresUsers()


@pytest.mark.parametrize("test", TESTS)
def test_the_postgres_directory_keeps_the_contract(page, url, test):
    getattr(contract_on(page, url), test)()


def test_identities_in_postgres_are_linked_where_both_sides_have_proved_the_address(page, url):
    with contract_on(page, url).opened() as opened:

        def get(answer):
            async def wait():
                return await answer

            return opened._runner.run(wait())

        linking(opened.users, get)


def test_postgres_brings_no_old_password_back(page, url):
    with contract_on(page, url).opened() as users:
        seen = users.add("alice", password_hash="old")
        users.save_hash(seen, "changed")
        users.save_hash(seen, "renewed")
        assert users.find("alice").password_hash == "changed"
