"""`PlainSession`: the least that Auth needs of a session, for tests that are not about sessions."""

from __future__ import annotations

import secrets
from typing import Any

from growler import Request, Response


class PlainSession:
    """Sessions in a dict, without an end and without protection. For tests alone."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, Any]] = {}

    def __call__(self, req: Request, res: Response) -> None:
        sent = [pair.strip().partition("=") for pair in (req.get("cookie") or "").split(";")]
        old = next((value for name, _, value in sent if name == "sid" and value in self.stored), None)
        session: Any = _Data(self.stored.get(old or "", {}))
        session.id = old
        req.session = session

        def save() -> None:
            if old is not None and session.id != old:
                self.stored.pop(old, None)
            if session.gone:
                res.headers.append("Set-Cookie", "sid=; Max-Age=0; Path=/")
            elif session:
                session.id = session.id or secrets.token_hex(16)
                self.stored[session.id] = dict(session)
                if session.id != old:
                    res.headers.append("Set-Cookie", f"sid={session.id}; Path=/; HttpOnly; SameSite=Lax")

        res.on("headers", save)


class _Data(dict[str, Any]):
    id: str | None = None
    gone = False

    def regenerate(self, *, clear: bool = False) -> None:
        self.id = None
        if clear:
            self.clear()

    def destroy(self) -> None:
        self.id = None
        self.clear()
        self.gone = True
