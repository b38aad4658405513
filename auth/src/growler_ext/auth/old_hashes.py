"""The schemes whose hashes are still read, and what comparing with one of them costs on this machine.

Measured once in each process and never before it is needed: it takes half a second, in the thread that calls.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from time import thread_time

OLD_SCHEMES = ("bcrypt", "scrypt", "pbkdf2_sha256", "pbkdf2_sha512")
"""Hashes that are still accepted, and replaced by argon2id at the next login. Left out is what is computed in pure
Python, such as sha512_crypt: it holds the GIL, so one login would stop the loop for 300 ms."""


def has_bcrypt() -> bool:
    """Whether the library is there."""
    return find_spec("bcrypt") is not None


@cache
def seconds_of(scheme: str) -> float:
    """CPU seconds of one hash of an old scheme, with the cost that libpass gives it: bcrypt 12, scrypt 2^16."""
    handler = getattr(import_module("passlib.hash"), scheme)
    begun = thread_time()
    handler.hash("nobody has this password")
    return thread_time() - begun
