"""The directory of users: the `Users` protocol that an application implements, and `MemoryUsers`.

A user is any object with an `id`. Auth also reads the attributes below where they exist, here and nowhere
else, so a class of the application's own - an ORM's - serves as it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from growler_ext.auth.passwords import Hasher, PasswordHasher


class User(Protocol):
    """A user: any object with an `id`, and what else of these it has.

    password_hash (str | None): as `PasswordHasher` made it; without one no password logs in.
    permissions (collection of str): what `auth.require("...")` asks for; none by default.
    active (bool): False locks the user out at once, also where logged in; True by default.
    auth_version (int): another number ends all logins that were made before; 0 by default.
    """

    @property
    def id(self) -> str:
        """Names the user for good, and is never given to another: it stands in sessions and tokens."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What an identity provider, or a proved e-mail address, says of somebody.

    Parameters:
        issuer: who says it: the issuer of OpenID Connect, "https://github.com", "mailto:" for a proved address.
        subject: the name of the account there, which never changes nor is given to another; the address for "mailto:".
        email: an address, which may change hands; None if there is none.
        email_verified: whether the issuer has made sure that the address is the account's. Link accounts by address
            only where this is True and your own record of the address was proved as well.
        claims: what else was said.
    """

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)


class IdentityConflict(Exception):
    """To be raised by `Users.identity`: the address belongs to a user here, but nobody has proved that it is the same.

    The login fails; the event `identity_conflict` names the user.
    """

    def __init__(self, user: User) -> None:
        super().__init__(f"an unproved address of user {user.id!r}")
        self.user = user


class Users(Protocol):
    """Where users come from. Each method may be sync or async; leave out what no method in use needs.

    Nobody of that name is None; only a broken directory raises, and that is never taken for a wrong password.
    """

    def get(self, id: str) -> User | Awaitable[User | None] | None:
        """The user with this id. Asked once for every request of somebody who is logged in."""

    def find(self, login: str) -> User | Awaitable[User | None] | None:
        """The user who logs in under this name: a user name, an e-mail address."""

    def save_hash(self, user: User, password_hash: str) -> Awaitable[None] | None:
        """Keep a new hash of the same password: it was verified, and the old hash is out of date.

        A failure is logged and the login goes on.
        """

    def identity(self, who: Identity) -> User | Awaitable[User | None] | None:
        """The user this identity belongs to: found by (issuer, subject), else made. None: nobody may log in as it.

        Raises IdentityConflict for an address that belongs to somebody else as far as anybody has proved.
        """


def password_hash(user: User | None) -> str | None:
    return getattr(user, "password_hash", None)


def permissions(user: User) -> Collection[str]:
    held: Collection[str] = getattr(user, "permissions", ())
    if isinstance(held, str):  # "admin" has the characters "a" and "d" in it
        raise TypeError(f"permissions of user {user.id!r} must be several: a set or a list, not one str")
    return held


def is_active(user: User) -> bool:
    return bool(getattr(user, "active", True))


def auth_version(user: User) -> int:
    return int(getattr(user, "auth_version", 0))


def _folded(email: str) -> str:
    """An address as a key: A to Z without case and nothing else, for "straße.de" and "strasse.de" are two domains, and
    whoever has proved one of two mailboxes that only look alike has not proved the other."""
    return email.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class MemoryUser:
    """A user of `MemoryUsers`."""

    id: str
    password_hash: str | None = field(default=None, repr=False)
    permissions: frozenset[str] = frozenset()
    active: bool = True
    auth_version: int = 0


class MemoryUsers:
    """Users in memory, for demonstrations, tests and sites whose handful of users stands in their configuration.

        users = MemoryUsers()
        users.add("alice", password="correct horse battery", permissions={"admin"})

    Parameters:
        hasher: for the passwords given to `add`; a `PasswordHasher` with its default costs if None.
    """

    def __init__(self, *, hasher: Hasher | None = None) -> None:
        self._hasher = hasher
        self._users: dict[str, MemoryUser] = {}
        self._identities: dict[tuple[str, str], str] = {}
        self._emails: dict[str, str] = {}

    def add(
        self,
        login: str,
        *,
        password: str | None = None,
        permissions: Iterable[str] = (),
        email: str | None = None,
    ) -> MemoryUser:
        """Add a user, whose id is the login.

        Parameters:
            login: the name to log in with, unique.
            password: only its hash is kept, and making that takes about 20 ms; None for a user who cannot
                log in by password.
            permissions: for `auth.require`.
            email: an address that is known to be this user's: who proves it elsewhere is this user. None for none.

        Raises ValueError for a login that exists or an empty password, TypeError for permissions that are
        one str, and PasswordLibraryError where the library for passwords is missing.
        """
        if login in self._users:
            raise ValueError(f"a user {login!r} exists already")
        if password == "":
            raise ValueError(f"the password of {login!r} is empty; None makes a user without one")
        if isinstance(permissions, str):
            raise TypeError(f"permissions are several: write {{{permissions!r}}} for {permissions!r}")
        hashed = None
        if password is not None:
            self._hasher = self._hasher or PasswordHasher()
            hashed = self._hasher.hash(password)
        user = self._users[login] = MemoryUser(login, hashed, frozenset(permissions))
        if email is not None:
            self._emails[_folded(email)] = login
        return user

    def get(self, id: str) -> MemoryUser | None:
        return self._users.get(id)

    find = get

    def save_hash(self, user: User, password_hash: str) -> None:
        self.change(user.id, password_hash=password_hash)

    def identity(self, who: Identity) -> MemoryUser:
        """The user of an identity: known by (issuer, subject), else by an address proved on both sides, else new.

        A new user's id is the proved address, or the issuer and the subject.

        Raises IdentityConflict for an address that is a user's login but was not given as their `email`, or that nobody
        has proved.
        """
        key = (who.issuer, who.subject)
        known = self._users.get(self._identities.get(key, ""))
        if known is not None:
            return known
        address = _folded(who.email or "")
        owner = self._users.get(self._emails.get(address) or who.email or "")
        if owner is not None and (not who.email_verified or address not in self._emails):
            raise IdentityConflict(owner)
        if owner is None:
            name = who.email if who.email and who.email_verified else f"{who.issuer}#{who.subject}"
            owner = self.add(name, email=name if who.email_verified else None)
        self._identities[key] = owner.id
        return owner

    def change(self, id: str, **changes: object) -> MemoryUser:
        """Replace fields of a user, such as `active=False` to lock it out. Raises KeyError for an unknown id."""
        user = self._users[id] = replace(self._users[id], **changes)  # type: ignore[arg-type]  # replace checks names
        return user

    def __repr__(self) -> str:
        return f"<MemoryUsers {len(self._users)}>"
