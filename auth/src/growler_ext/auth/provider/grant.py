"""`Grant`: the tokens a provider has given for a login, as they are kept in the session, on plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from growler_ext.auth.tokens import is_time

EARLY_SECONDS = 30
"""A token that ends so soon is renewed now: it has to last until it is used."""

_KEPT = ("access_token", "refresh_token", "id_token", "expires_at", "scope")


@dataclass(frozen=True, slots=True)
class Grant:
    """
    Parameters:
        tokens: of an answer of the token endpoint (RFC 6749 5.1), what is worth keeping.
    """

    tokens: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Grant:
        return cls({name: answer[name] for name in _KEPT if isinstance(answer.get(name), str | int)})

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Grant | None:
        """From what a login has kept; None if it has kept no tokens."""
        tokens = kept.get("tokens")
        if not isinstance(tokens, dict) or not isinstance(tokens.get("access_token"), str):
            return None
        return cls(tokens)

    @property
    def access_token(self) -> str:
        return str(self.tokens["access_token"])

    @property
    def refresh_token(self) -> str | None:
        value = self.tokens.get("refresh_token")
        return value if isinstance(value, str) and value else None

    def lasts(self, now: float) -> bool:
        """Whether the access token can still be used; one without an end can (RFC 6749 5.1)."""
        return self._ends - EARLY_SECONDS > now

    def has_ended(self, now: float) -> bool:
        """Whether the access token is of no use any more."""
        return self._ends <= now

    @property
    def _ends(self) -> float:
        ends = self.tokens.get("expires_at")
        return ends if is_time(ends) else math.inf

    def renewed(self, answer: Mapping[str, Any]) -> Grant:
        """After an answer to the refresh token; what it leaves out stays as it was (RFC 6749 6)."""
        stays = {name: value for name, value in self.tokens.items() if name != "expires_at"}
        return Grant({**stays, **Grant.of(answer).tokens})
