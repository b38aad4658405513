"""Who is who: accounts made at the first login by a provider, and found again at every other. In earnest a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from growler.ext.auth import Identity, IdentityConflict


@dataclass
class Person:
    """An account here. What providers say of somebody may change; the id does not."""

    id: str
    name: str
    email: str | None
    """Proved by a provider."""
    logins: dict[tuple[str, str], str] = field(default_factory=dict)
    """(issuer, subject) -> what the provider calls this account."""


class People:
    """The directory that Auth asks."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._numbers = count(1)

    def get(self, id: str) -> Person | None:
        return self._people.get(id)

    def identity(self, who: Identity) -> Person | None:
        """The account of this identity; made if there is none. None: nobody may log in as it.

        An account belongs to (issuer, subject) and never to an address, which may change hands.
        """
        key = (who.issuer, who.subject)
        for person in self._people.values():
            if key in person.logins:
                return person
        email = who.email if who.email_verified else None
        for person in self._people.values():
            if email is not None and person.email == email:
                # Whoever runs another provider could say that it is their address: the owner has to link it.
                raise IdentityConflict(person)
        called = str(who.claims.get("name") or who.claims.get("login") or email or who.subject)[:100]
        person = Person(str(next(self._numbers)), called, email, {key: called})
        self._people[person.id] = person
        return person
