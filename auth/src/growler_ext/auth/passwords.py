"""Hashes of passwords: `PasswordHasher`, argon2id by default, which still reads the hashes of older schemes.

Hashing takes some 20 ms by design, so it is done in the threads of `hash_pool`; nothing here knows of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from growler_ext.auth.old_hashes import OLD_SCHEMES, has_bcrypt, seconds_of

_BCRYPT_BYTES = 72
_INSTALL_BCRYPT = "pip install growler-ext-auth[bcrypt]"


class PasswordLibraryError(ImportError):
    """The library that hashes passwords is missing or is the wrong one; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of comparing a password with a hash.

    Parameters:
        matches: it is the password.
        renewed: a hash of the same password to keep instead, where the old one is out of date.
        problem: why the hash could not be read at all, without any of its text; for the log.
        outdated: the hash was made in an older way, which takes another time than those of today.
    """

    matches: bool
    renewed: str | None = field(default=None, repr=False)
    problem: str = ""
    outdated: bool = False


class Hasher(Protocol):
    """Makes and checks hashes; called in threads, from several at once."""

    def hash(self, password: str) -> str:
        """A new hash, as text that says how it was made."""

    def verify(self, password: str, stored: str | None) -> Verdict:
        """Compare. Takes as long for None - there is no such user - as for a hash of today."""


class PasswordHasher:
    """Argon2id through passlib's CryptContext (from libpass); bcrypt, scrypt and PBKDF2 hashes are accepted too.

    Parameters:
        memory_kib: memory of one hash in KiB.
        rounds: passes over it.
        lanes: threads of one hash. More than one only helps a machine with cores to spare.
        accept: which old hashes are accepted, of `OLD_SCHEMES`; None for all that the installed libraries can read.

    The defaults are the second choice of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.

    bcrypt never took more than 72 bytes, and the hashes of longer passwords are of their first 72: such a hash is
    verified with those, and replaced by one of the whole password.

    Raises PasswordLibraryError where libpass and argon2-cffi are not installed as they should be, or bcrypt is not
    though it is accepted by name; ValueError for a scheme that is not known.
    """

    def __init__(
        self, *, memory_kib: int = 19 * 1024, rounds: int = 2, lanes: int = 1,
        accept: Collection[str] | None = None,
    ) -> None:  # fmt: skip
        problem = library_problem(needs_bcrypt=accept is not None and "bcrypt" in accept)
        if problem is not None:
            raise PasswordLibraryError(problem)
        unknown = set(accept or ()) - set(OLD_SCHEMES)
        if unknown:
            raise ValueError(
                f"PasswordHasher: accept is some of {', '.join(OLD_SCHEMES)}, not {sorted(unknown)}"
            )
        from passlib.context import CryptContext  # 40 ms, and only those who take passwords have it

        self._reads_bcrypt = has_bcrypt() and (accept is None or "bcrypt" in accept)
        accepted = [name for name in OLD_SCHEMES if accept is None or name in accept]
        self._old = [name for name in accepted if name != "bcrypt" or self._reads_bcrypt]
        self._context: Any = CryptContext(
            schemes=["argon2", *self._old],
            deprecated="auto",
            argon2__type="ID",
            argon2__memory_cost=memory_kib,
            argon2__time_cost=rounds,
            argon2__parallelism=lanes,
        )
        self._nobody = self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """A new Argon2id hash (RFC 9106) with a salt of its own, in the text form of PHC: "$argon2id$v=19$m=...".

        Takes its time and memory in the calling thread: call it by `asyncio.to_thread` where requests are answered.
        """
        hashed: str = self._context.hash(normalized(password))
        return hashed

    def verify(self, password: str, stored: str | None) -> Verdict:
        """Compare with a hash; None where there is no such user, which takes as long as a hash of today.

        Never raises: a hash that cannot be read does not match, and `Verdict.problem` says why.
        A match of an old or weak hash comes with `Verdict.renewed`, to be stored in its place.
        """
        text = normalized(password)
        problem = ""
        if stored is not None:
            is_bcrypt = stored.startswith(("$2a$", "$2b$", "$2x$", "$2y$"))
            # What bcrypt would have left out when the hash was made; its library refuses longer passwords today.
            given: Any = text.encode("utf-8", "surrogatepass")[:_BCRYPT_BYTES] if is_bcrypt else text
            try:
                outdated = self._context.needs_update(stored)
                if not self._context.verify(given, stored):
                    if outdated and stored.startswith("$argon2"):
                        # Of lower costs than today's: who has it must not be refused sooner than nobody is.
                        self._context.verify(text, self._nobody)
                    return Verdict(False, outdated=outdated)
                return Verdict(True, self._context.hash(text) if outdated else None, outdated=outdated)
            except Exception as error:
                # The many errors of many backends, for a hash cut short or of a scheme unknown here. Their texts
                # quote the hash, so only their kind is told.
                problem = type(error).__name__
                if is_bcrypt and not has_bcrypt():
                    problem = f"a hash of bcrypt, which is not installed: {_INSTALL_BCRYPT}"
                elif is_bcrypt and "\0" in text:
                    problem = ""  # no password that bcrypt could have hashed, and nothing wrong with the hash
        # The same work for nobody as for somebody: how long a refusal takes must not tell who has an account.
        self._context.verify(text, self._nobody)
        return Verdict(False, problem=problem)

    def slowest_old(self) -> float:
        """CPU seconds that comparing with the slowest old hash takes that is accepted; 0.0 where none is.

        The first call in a process measures it, which takes half a second.
        """
        return max(map(seconds_of, self._old), default=0.0)


def normalized(password: str) -> str:
    """RFC 8265 4.2: one password however the keyboard composes its accents (NFC)."""
    return password if password.isascii() else unicodedata.normalize("NFC", password)


def library_problem(*, needs_bcrypt: bool = False) -> str | None:
    """What is wrong with the installed libraries, in a sentence that names the fix; None if nothing is."""
    install = "pip install growler-ext-auth[password]"
    try:
        import passlib
    except ImportError:
        return f"Password needs libpass and argon2-cffi: {install}"
    # Both distributions install the package `passlib`, so whichever came last has overwritten the other.
    if str(getattr(passlib, "__version__", "0")).startswith(("0", "1.7")):
        return (
            "Password needs libpass, but the abandoned passlib 1.7 stands in its place: "
            f"pip uninstall -y passlib libpass, then {install}"
        )
    try:
        import argon2  # noqa: F401 - passlib would only notice at the first login
    except ImportError:
        return f"Password needs argon2-cffi: {install}"
    if needs_bcrypt and not has_bcrypt():
        return f'PasswordHasher(accept=["bcrypt"]) needs bcrypt: {_INSTALL_BCRYPT}'
    return None
