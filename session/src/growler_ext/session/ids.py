"""Session ids: made here, checked here, and hashed here before any store sees them.

The store is asked only for what could be an id of ours, and holds only hashes: who reads the store cannot use
what stands there as a cookie. Ids that the store does not know are never adopted.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

# 32 bytes in URL-safe base64 without padding.
_ID = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_LENGTH = 43

# Who can set cookies for the domain may put some in front of the right one (cookie tossing); the right one is found
# among the first three, and nobody can make one request cost more than three loads.
_CANDIDATES = 3

# Values whose keys are remembered: clients come back with the same one.
_REMEMBERED = 1024

# A copy of it takes two thirds of the time of a new one.
_SHA256 = hashlib.sha256()


def new_id() -> str:
    """256 random bits as 43 URL-safe characters (OWASP asks for 64 bits)."""
    return secrets.token_urlsafe(32)


def key_of(id: str) -> str:
    """The key of a session in the store: SHA-256 of its id, in hexadecimal.

    No salt and no stretching: an id has 256 random bits, there is nothing to guess.
    """
    sha256 = _SHA256.copy()
    sha256.update(id.encode())
    return sha256.hexdigest()


def candidates(values: Sequence[str]) -> list[tuple[str, str]]:
    """Those of some cookie values that could be ids, at most three, in their order, each with its key."""
    # By length first: what is remembered is then small.
    if len(values) == 1 and len(value := values[0]) == _LENGTH:
        return _with_key(value)
    found = (each for value in values if len(value) == _LENGTH for each in _with_key(value))
    return list(islice(found, _CANDIDATES))


@lru_cache(maxsize=_REMEMBERED)
def _with_key(value: str) -> list[tuple[str, str]]:
    """What has the form of an id, with its key; nothing for anything else. Not to be changed."""
    return [] if _ID(value) is None else [(value, key_of(value))]
