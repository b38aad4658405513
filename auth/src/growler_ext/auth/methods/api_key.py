"""Keys for programs: `ApiKey`. Random, shown once when they are made, kept as hashes.

A key says by its prefix what it is and ends in a checksum, so what is none is refused without asking the directory,
and scanners for leaked secrets recognise it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from growler.http.errors import HTTPErrorBadRequest
from growler.http.request import Request
from growler_ext.auth.credentials import INVALID_TOKEN, credential
from growler_ext.auth.method import NOT_MINE, Accepted, AuthMethod, Outcome, Rejected
from growler_ext.auth.services import Services
from growler_ext.auth.users import User
from growler_ext.auth.waiting import after

_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}").fullmatch
_HEADER = re.compile(r"[A-Za-z0-9-]+").fullmatch


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made.

    Parameters:
        text: to be shown to its owner once, and to be kept nowhere.
        digest: to be kept, and to be found again by.
    """

    text: str = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is known of a key.

    Parameters:
        user: the id of its owner.
        scopes: the permissions of the owner that it may use; None for all of them.
        expires: with a time zone; None for never.
    """

    user: str
    scopes: Collection[str] | None = None
    expires: datetime | None = None


Lookup = Callable[[str], KeyRecord | Awaitable[KeyRecord | None] | None]


def new_key(prefix: str = "gr_") -> NewKey:
    """A new key of 256 random bits."""
    body = prefix + secrets.token_urlsafe(32)
    text = body + _checksum(body)
    return NewKey(text, digest_of(text))


def digest_of(key: str) -> str:
    """SHA-256, in hexadecimal. No salt and no stretching: a key has 256 random bits, there is nothing to guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class ApiKey(AuthMethod):
    """`Authorization: Bearer gr_...`, or a field of its own.

    Parameters:
        lookup: called with the digest of a key, sync or async: its record, or None.
        prefix: what the keys begin with.
        header: the field they come in; in "Authorization" with the scheme Bearer (RFC 6750 2.1), in any other alone.

    Raises ValueError for a prefix or a header that cannot be, TypeError for a lookup that is no function.
    """

    name = "api_key"

    def __init__(self, lookup: Lookup, *, prefix: str = "gr_", header: str = "Authorization") -> None:
        if not callable(lookup):
            raise TypeError(
                f"ApiKey: lookup is a {type(lookup).__name__}: give the function that looks up, keys.get"
            )
        if not _PREFIX(prefix):
            raise ValueError(f"ApiKey: prefix must be up to 16 letters, digits and _, not {prefix!r}")
        if not _HEADER(header):
            raise ValueError(f"ApiKey: header must be the name of a field, not {header!r}")
        self._lookup = lookup
        self._prefix = prefix
        self._header = header.lower()
        self.challenge = "Bearer" if self._header == "authorization" else None

    def wire(self, services: Services) -> Sequence[str]:
        self._users = services.users
        if not callable(getattr(services.users, "get", None)):
            return [
                "ApiKey asks users.get(id) whose key it is: Auth(..., users=MemoryUsers()) or your own `Users`"
            ]
        return []

    def authenticate(self, req: Request) -> Outcome | Awaitable[Outcome]:
        key = self._key(req)
        if key is None:
            return NOT_MINE
        body, checksum = key[:-6], key[-6:]
        if len(key) != len(self._prefix) + 49 or _checksum(body) != checksum:
            return self._refuse("not a key of ours")
        return after(self._lookup(digest_of(key)), self._of_record)

    def _key(self, req: Request) -> str | None:
        if self._header == "authorization":
            given = credential(req, "bearer")
            # A token of another kind is the business of the method for that.
            return given if given is not None and given.startswith(self._prefix) else None
        values = req.headers.getall(self._header)
        if len(values) > 1:
            raise HTTPErrorBadRequest(f"a request has one {self._header} field")
        return values[0] if values else None

    def _of_record(self, record: KeyRecord | None) -> Outcome | Awaitable[Outcome]:
        if record is None:
            return self._refuse("unknown key")
        if record.expires is not None and record.expires <= datetime.now(UTC):
            return self._refuse("expired key")
        assert self._users is not None, "wire() has asked for them"
        scopes = None if record.scopes is None else frozenset(record.scopes)

        def of_user(user: User | None) -> Outcome:
            return self._refuse("key of nobody") if user is None else Accepted(user, scopes=scopes, at=None)

        return after(self._users.get(record.user), of_user)

    def _refuse(self, reason: str) -> Rejected:
        challenge = INVALID_TOKEN if self._header == "authorization" else None
        return Rejected(reason, challenge=challenge)


def _checksum(body: str) -> str:
    return urlsafe_b64encode(zlib.crc32(body.encode("utf-8", "surrogatepass")).to_bytes(4, "big")).decode()[
        :6
    ]
