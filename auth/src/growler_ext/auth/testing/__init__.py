"""What every directory of users and every method must do, as tests that any implementation can run.

    from growler_ext.auth.testing import MethodContract, UsersContract

    class TestMyUsers(UsersContract):
        def open_users(self):
            return MyUsers()

        def add(self, users, login, **fields):
            return users.create(login, **fields)

    class TestMyMethod(MethodContract):
        def make_method(self):
            return MyMethod()

        def credential(self, auth):
            return {"Authorization": "Mine secret-of-alice"}

pytest collects the subclasses; nothing here needs pytest.
"""

from growler_ext.auth.testing.method_contract import MethodContract
from growler_ext.auth.testing.plain_session import PlainSession
from growler_ext.auth.testing.users_contract import UsersContract

__all__ = ["MethodContract", "PlainSession", "UsersContract"]
