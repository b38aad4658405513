"""How long sessions, their ids and their cookies live: the options of time, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from growler_ext.session.store import Record, Touch


@dataclass(frozen=True)
class Life:
    """Times in seconds.

    `idle`: how long a session lives since it was last used. `lifetime`: since it was created; None for no end.
    `touch`: the share of `idle` that has to pass before use is written down. `renew`: the age at which an id is
    replaced; None for never. `grace`: how long the old one is good then. `persist`: whether the cookie outlives the
    browser's session where the session does not say.
    """

    idle: float
    lifetime: float | None = None
    touch: float = 0.1
    renew: float | None = None
    grace: float = 30
    persist: bool = True

    @cached_property
    def as_touch(self) -> Touch:
        return Touch(self.idle, self.gain)

    @cached_property
    def gain(self) -> float:
        """Seconds that a touch has to add to be worth it."""
        return self.idle * self.touch

    def ttl(self) -> float:
        """What a session begins with."""
        return self.idle if self.lifetime is None else min(self.idle, self.lifetime)

    def left(self, record: Record | None) -> float:
        """What a session has that is used now; one without a record has just begun."""
        if record is None:
            return self.ttl()
        return self.idle if record.ends is None else min(self.idle, record.ends - record.now)

    def is_due(self, record: Record) -> bool:
        """Whether it is time to write down that a session is used."""
        if record.now + self.idle - record.expires < self.gain:
            return False  # whatever the end is: this is asked for each request
        return self.as_touch.extend(record.now, record.expires, record.ends) is not None
