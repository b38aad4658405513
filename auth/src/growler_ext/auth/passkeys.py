"""Where passkeys are kept: `PasskeyStore`, and `MemoryPasskeys` for trials."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from growler_ext.auth.users import User


@dataclass(frozen=True, slots=True)
class StoredPasskey:
    """A passkey, as it is kept.

    Parameters:
        id: of the credential; public.
        user: the id of its owner.
        handle: what the authenticator calls the owner: random, the same for all passkeys of one user.
        public_key: COSE (RFC 9052).
        sign_count: of its last use; 0 for authenticators that do not count.
        name: for its owner, to tell several apart.
    """

    id: bytes
    user: str
    handle: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int = 0
    name: str = ""


class PasskeyStore(Protocol):
    """Each method may be sync or async."""

    def find(self, id: bytes) -> StoredPasskey | Awaitable[StoredPasskey | None] | None:
        """The passkey with this id."""

    def of(self, user: User) -> Sequence[StoredPasskey] | Awaitable[Sequence[StoredPasskey]]:
        """The passkeys of a user."""

    def add(self, passkey: StoredPasskey) -> Awaitable[None] | None:
        """Keep a new one. Its id is not known yet; if it is all the same, raise."""

    def used(self, id: bytes, sign_count: int) -> Awaitable[None] | None:
        """Keep the count of the use that was just made."""


class MemoryPasskeys:
    """Passkeys in memory, for demonstrations and tests."""

    def __init__(self) -> None:
        self._passkeys: dict[bytes, StoredPasskey] = {}

    def find(self, id: bytes) -> StoredPasskey | None:
        return self._passkeys.get(id)

    def of(self, user: User) -> list[StoredPasskey]:
        return [passkey for passkey in self._passkeys.values() if passkey.user == str(user.id)]

    def add(self, passkey: StoredPasskey) -> None:
        if passkey.id in self._passkeys:
            raise ValueError("this passkey is known already")
        self._passkeys[passkey.id] = passkey

    def remove(self, id: bytes) -> None:
        """Forget one, so that it logs nobody in any more."""
        self._passkeys.pop(id, None)

    def used(self, id: bytes, sign_count: int) -> None:
        if id in self._passkeys:  # not removed meanwhile
            self._passkeys[id] = replace(self._passkeys[id], sign_count=sign_count)
