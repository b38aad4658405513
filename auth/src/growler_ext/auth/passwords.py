"""Hashes of passwords: `PasswordHasher`, argon2id by default, and `HashPool`, the threads that do the work.

Hashing takes some 20 ms by design. It runs in a few threads of its own - the libraries release the GIL - and
waits in a bounded queue: a flood of logins is answered 503 and neither stops the loop nor fills the memory.
"""

from __future__ import annotations

import threading
import unicodedata
from asyncio import wrap_future
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

# Old hashes that are still accepted, and replaced by argon2id at the next login. Left out is what is computed
# in pure Python, such as sha512_crypt: it holds the GIL, so one login would stop the loop for 300 ms.
_SCHEMES = ("argon2", "bcrypt", "scrypt", "pbkdf2_sha256", "pbkdf2_sha512")


class PasswordLibraryError(ImportError):
    """The library that hashes passwords is missing or is the wrong one; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of comparing a password with a hash.

    Parameters:
        matches: it is the password.
        renewed: a hash of the same password to keep instead, where the old one is out of date.
        problem: why the hash could not be read at all, without any of its text; for the log.
    """

    matches: bool
    renewed: str | None = field(default=None, repr=False)
    problem: str = ""


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

    The defaults are the second choice of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
    Raises PasswordLibraryError where libpass and argon2-cffi are not installed as they should be.
    """

    def __init__(self, *, memory_kib: int = 19 * 1024, rounds: int = 2, lanes: int = 1) -> None:
        problem = library_problem()
        if problem is not None:
            raise PasswordLibraryError(problem)
        from passlib.context import CryptContext  # 40 ms, and only those who take passwords have it

        self._context: Any = CryptContext(
            schemes=_SCHEMES,
            deprecated="auto",
            argon2__type="ID",
            argon2__memory_cost=memory_kib,
            argon2__time_cost=rounds,
            argon2__parallelism=lanes,
        )
        self._nobody = self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        hashed: str = self._context.hash(normalized(password))
        return hashed

    def verify(self, password: str, stored: str | None) -> Verdict:
        text = normalized(password)
        problem = ""
        if stored is not None:
            try:
                if not self._context.verify(text, stored):
                    return Verdict(False)
                return Verdict(True, self._context.hash(text) if self._context.needs_update(stored) else None)
            except Exception as error:
                # The many errors of many backends, for a hash cut short or of a scheme unknown here. Their texts
                # quote the hash, so only their kind is told.
                problem = type(error).__name__
        # The same work for nobody as for somebody: how long a refusal takes must not tell who has an account.
        self._context.verify(text, self._nobody)
        return Verdict(False, problem=problem)


def normalized(password: str) -> str:
    """RFC 8265 4.2: one password however the keyboard composes its accents (NFC)."""
    return password if password.isascii() else unicodedata.normalize("NFC", password)


def library_problem() -> str | None:
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
    return None


class PoolFull(Exception):
    """As many hashes are waiting as may."""


class HashPool:
    """A few threads with a bounded queue.

    Parameters:
        workers: threads; started at the first use.
        queue: how many calls may wait for one of them.

    Raises ValueError for less than one worker or a negative queue.
    """

    def __init__(self, workers: int, queue: int) -> None:
        if workers < 1 or queue < 0:
            raise ValueError(
                f"workers={workers}, queue={queue}: at least one worker, and a queue of 0 or more"
            )
        self._workers = workers
        # Counted by ourselves: the executor's own queue has no bound.
        self._places = threading.BoundedSemaphore(workers + queue)
        self._executor: Any = None

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function in one of the threads. Raises PoolFull at once where no place is left."""
        if not self._places.acquire(blocking=False):
            raise PoolFull
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor  # those who take no passwords need no threads

            self._executor = ThreadPoolExecutor(self._workers, "growler-auth-hash")
        try:
            future = self._executor.submit(function, *arguments)
        except BaseException:
            self._places.release()
            raise
        # When the thread is done, not when the request is: a client that leaves must not make room it still uses.
        future.add_done_callback(lambda _: self._places.release())
        result: T = await wrap_future(future)
        return result

    def close(self) -> None:
        """Let the threads end when they are done; the next call starts new ones."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)
