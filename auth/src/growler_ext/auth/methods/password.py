"""Log in by name and password, from a form: `Password`.

Reads the form, finds the user and compares in a thread. An unknown name, a user without a password, a wrong
password and a hash that cannot be read give the same outcome after the same work.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from growler.http.errors import HTTPErrorBadRequest, HTTPErrorServiceUnavailable
from growler.http.query import Query
from growler.http.request import Request
from growler_ext.auth.events import Event
from growler_ext.auth.hash_pool import Floor, HashPool, PoolFull
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.login_page import fill
from growler_ext.auth.method import Accepted, AuthMethod, Outcome, Rejected, Route
from growler_ext.auth.passwords import Hasher, PasswordHasher, PasswordLibraryError, Verdict
from growler_ext.auth.services import Services
from growler_ext.auth.trying import too_many
from growler_ext.auth.users import User, is_active, password_hash
from growler_ext.auth.waiting import settled

log: logging.Logger = logging.getLogger("growler.auth")

MAX_BYTES = 1024
"""Of a name or a password in UTF-8. More than anybody types, and far less than what costs time to hash."""


class Password(AuthMethod):
    """Log in by name and password; the form has the fields `username`, `password`, `next` and `remember`.

    Parameters:
        hasher: makes and checks the hashes; a `PasswordHasher` with its default costs if None.
        workers: threads that hash.
        queue: how many logins may wait for one; more are answered 503 with Retry-After.

    Raises ValueError for less than one worker or a negative queue.
    """

    name = "password"

    def __init__(self, *, hasher: Hasher | None = None, workers: int = 2, queue: int = 64) -> None:
        self._hasher = hasher
        self._pool = HashPool(workers, queue)
        self._floor = Floor()

    def wire(self, services: Services) -> Sequence[str]:
        users = services.users
        if users is None:
            return [
                "Password needs to know the users: Auth(Password(), users=MemoryUsers()) or your own `Users`"
            ]
        missing = [name for name in ("find", "save_hash") if not callable(getattr(users, name, None))]
        if missing:
            return [f"Password needs {type(users).__name__}.{name}(...): see `Users`" for name in missing]
        self._services, self._users = services, users
        if self._hasher is None:
            try:
                self._hasher = PasswordHasher()
            except PasswordLibraryError as error:
                return [str(error)]
        return []

    def routes(self) -> Sequence[Route]:
        return [Route("POST", "/login", self._log_in)]

    def form(self, prefix: str, next_url: str, failed: FailedLogin | None) -> str:
        again = failed is not None
        return fill(
            "password.html",
            action=f"{prefix}/login",
            next=next_url,
            username=failed.login if failed is not None else "",
            invalid="true" if again else "false",
            focus_username="" if again else "autofocus",
            focus_password="autofocus" if again else "",
        )

    async def _log_in(self, req: Request) -> Outcome:
        form = await req.form()
        login, password = _only(form, "username"), _only(form, "password")
        if max(len(login.encode()), len(password.encode())) > MAX_BYTES:
            raise HTTPErrorBadRequest(f"a username and a password may have {MAX_BYTES} bytes each")
        refused = await too_many(self._services, req, login)
        if refused is not None:
            return refused
        outcome = await self.check(login, password)
        if isinstance(outcome, Accepted):
            return replace(outcome, login=login, remember="remember" in form)
        return outcome

    async def check(self, login: str, password: str) -> Outcome:
        """Accepted, or Rejected after the same work whatever the reason.

        Raises HTTPErrorServiceUnavailable when the queue is full.
        """
        # Databases refuse NUL with an error of their own, and no name has any character of its kind.
        is_name = all(char >= " " and char != "\x7f" for char in login)
        user: User | None = await settled(self._users.find(login)) if is_name else None
        verdict, seconds = await self._verify(password, password_hash(user))
        if verdict.outdated and not verdict.matches:
            self._floor.saw_outdated(seconds)
        outcome = self._judged(login, user, verdict)
        if isinstance(outcome, Rejected):
            await self._floor.wait(seconds)
        elif user is not None and verdict.renewed is not None:
            await self._renew(user, verdict.renewed)
        return outcome

    def _judged(self, login: str, user: User | None, verdict: Verdict) -> Accepted | Rejected:
        if user is None:
            return Rejected("no such user", login)
        if verdict.problem:
            log.warning("the password hash of user %r cannot be read: %s", user.id, verdict.problem)
        if not verdict.matches:
            return Rejected("wrong password", login)
        if not is_active(user):
            # Here and not only in Auth, so that it looks the same to the last byte: the name is shown again.
            return Rejected("locked", login)
        return Accepted(user, ("pwd",))

    async def open(self) -> None:
        await self._pool.run(self._look_at_old_hashes)

    async def close(self) -> None:
        self._pool.close()

    def _look_at_old_hashes(self) -> None:
        if isinstance(self._hasher, PasswordHasher):
            self._floor.expect(self._hasher.slowest_old())

    async def _verify(self, password: str, stored: str | None) -> tuple[Verdict, float]:
        try:
            return await self._pool.run(self._timed, password, stored)
        except PoolFull:
            raise HTTPErrorServiceUnavailable(
                "too many logins at once; try again in a moment", headers={"Retry-After": "1"}
            ) from None

    def _timed(self, password: str, stored: str | None) -> tuple[Verdict, float]:
        """The verdict and the seconds it took, without those it had to wait for a thread, the same for all."""
        assert self._hasher is not None, "wire() came first"
        self._look_at_old_hashes()  # where nobody has opened
        begun = perf_counter()
        verdict = self._hasher.verify(password, stored)
        return verdict, perf_counter() - begun

    async def _renew(self, user: User, new_hash: str) -> None:
        try:
            await settled(self._users.save_hash(user, new_hash))
            await self._services.tell(Event("rehash", self.name, user))
        except Exception as error:
            # The password was right, and the next login tries again. Its text may quote the hash: only its kind.
            log.warning("the renewed hash of user %r was not saved: %s", user.id, type(error).__name__)


def _only(form: Query, name: str) -> str:
    """The one value of a field. With two of them, two readers might check one and use the other."""
    values = form.get(name, [])
    if len(values) != 1:
        raise HTTPErrorBadRequest(f"the form must have the field {name} once")
    return values[0]
