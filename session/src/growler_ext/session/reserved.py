"""The fields of a session that are its own and not the application's. Their names begin with NUL."""

from __future__ import annotations

import hashlib
from typing import Final

RESERVED: Final = "\0"

USER: Final = "\0user"
"""Whose session it is: the user's id as `bind` was given it."""

HANDLE: Final = "\0handle"
"""By what a user's session is shown and picked: it stays when the id changes."""

ISSUED: Final = "\0issued"
"""When the id was given, a Unix time; where it is absent, when the session was created."""

PERSIST: Final = "\0persist"
"""Whether the cookie outlives the browser's session."""

FLASH: Final = "\0flash:"
"""What the names of flash messages begin with."""


def owner_of(user: str) -> str:
    """What a store knows a user by: who reads the store does not learn ids, and an owner is no key of anything else."""
    # surrogatepass: JSON may hold half a surrogate pair, and no user id shall be an error.
    return hashlib.sha256(b"growler_ext.session:user:1:" + user.encode("utf-8", "surrogatepass")).hexdigest()
