"""`Resumed`: what the session of a request says of a login.

It says the same in each request of a login, word for word. So what it means is remembered by its text, and neither
decoded nor looked at again; who the user is now, and whether the login holds, is asked each time all the same.
"""

from __future__ import annotations

import json
import time
from typing import Final, NamedTuple

from growler_ext.auth.login import SESSION_KEY, AuthInfo, LoginRecord, SessionContract, usable

# Logins that are remembered, each with a text of at most so many bytes: a megabyte at most.
_REMEMBERED: Final = 1024
_SHORT: Final = 1024


class Login(NamedTuple):
    """A login of before, as it was kept and as handlers get it. Shared by requests: nobody can change it."""

    record: LoginRecord
    info: AuthInfo


class Resumed:
    """
    Parameters:
        fresh: seconds for which a login counts as fresh.
    """

    def __init__(self, fresh: float) -> None:
        self._fresh = fresh
        self._known: dict[bytes, Login] = {}
        # The class of the last session; nearly always there is but one.
        self._class: type | None = None
        self._has_texts = False

    def find(self, session: SessionContract) -> Login | None:
        """The login of a session, if there is one that has not ended.

        Raises AuthWiringError for a session that is of no use (see `usable`).
        """
        if type(session) is not self._class:
            self._has_texts = hasattr(usable(session), "json_text")
            self._class = type(session)
        if not self._has_texts:
            return self._login(session.get(SESSION_KEY))
        text: bytes | None = session.json_text(SESSION_KEY)  # type: ignore[attr-defined]  # just seen
        if text is None:
            return None
        login = self._known.get(text)
        if login is None:
            login = self._login(_decoded(text))
            if login is not None and len(text) <= _SHORT:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[text] = login
        elif login.record.until and login.record.until <= time.time():
            return None
        return login

    def _login(self, value: object) -> Login | None:
        record = LoginRecord.read(value)
        return None if record is None else Login(record, record.info(self._fresh))


def _decoded(text: bytes) -> object:
    """The value of a JSON text; None for what is none: others may write into the store, too."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
