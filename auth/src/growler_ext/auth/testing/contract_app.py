"""`ContractApp`: the app in memory that a method is tested in, and the users it has.

The app has `/`, open to everybody and answering who is there, and `/me`, behind `auth.require()`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from growler import App
from growler.testing import TestClient
from growler_ext.auth.adapt import adapt
from growler_ext.auth.middleware import Auth
from growler_ext.auth.testing.plain_session import PlainSession
from growler_ext.auth.users import MemoryUsers


class ContractApp:
    """What a subclass says of its method, and the app made of that."""

    def make_method(self) -> Any:
        """A new method, with which "alice" can log in."""
        raise NotImplementedError

    def make_users(self) -> Any:
        """The directory: with `MemoryUsers`' methods, "alice" and "bob"."""
        users = MemoryUsers()
        users.add("alice")
        users.add("bob")
        return users

    def companions(self) -> Sequence[Any]:
        """Methods that have to stand in front of this one: a first factor, for a second one."""
        return []

    def options(self) -> dict[str, Any]:
        """For Auth, beside the methods and `users`."""
        return {"secret": "s" * 32, "base_url": "https://site.example", "throttle": None}

    @contextmanager
    def opened(self, *more: Any) -> Iterator[tuple[Auth, Any, TestClient]]:
        """Auth, the method, and a client of the app.

        Parameters:
            more: methods behind the one that is tested.
        """
        self.users: Any = self.make_users()
        method = self.make_method()
        auth = Auth(*self.companions(), method, *more, users=self.users, **self.options())
        app = App("contract")
        app.use(PlainSession())
        app.use(auth)

        @app.get("/")
        def home(req: Any, res: Any) -> None:
            res.send_text(str(req.user.id) if req.user else "nobody")

        @app.get("/basket")
        def basket(req: Any, res: Any) -> None:
            req.session["basket"] = 1
            res.send_text("kept")

        @app.get("/me")
        @auth.require()
        def me(req: Any, res: Any) -> None:
            res.send_text(f"{req.user.id} by {req.auth.method}")

        @app.post("/vouch")
        async def vouch(req: Any, res: Any) -> None:
            await auth.login(req, self.users.get("alice"))
            res.send_text("in")

        with TestClient(app) as client:
            yield auth, adapt(method), client

    @contextmanager
    def logged(self) -> Iterator[list[str]]:
        """The lines that are logged meanwhile."""
        lines: list[str] = []

        class Collect(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                lines.append(self.format(record))

        handler = Collect()
        logging.getLogger().addHandler(handler)
        try:
            yield lines
        finally:
            logging.getLogger().removeHandler(handler)


class Vouching:
    """A method with a route, so that Auth keeps logins in sessions."""

    name = "contract-vouching"

    def routes(self) -> Sequence[Any]:
        from growler_ext.auth.method import NOT_MINE, Route

        return [Route("POST", "/contract-vouching", lambda req: NOT_MINE)]
