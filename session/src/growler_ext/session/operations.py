"""The operations of a store as values, so that a decision can be looked at before anything happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from growler_ext.session.store import Answer, Change, Outcome, Store


@dataclass(frozen=True, slots=True)
class Create:
    key: str
    fields: Mapping[str, bytes]
    ttl: float
    lifetime: float | None
    owner: str | None

    def apply(self, store: Store) -> Answer[None]:
        return store.create(self.key, self.fields, ttl=self.ttl, lifetime=self.lifetime, owner=self.owner)


@dataclass(frozen=True, slots=True)
class Commit:
    key: str
    change: Change

    def apply(self, store: Store) -> Answer[Outcome]:
        return store.commit(self.key, self.change)


@dataclass(frozen=True, slots=True)
class Rename:
    old: str
    new: str
    change: Change
    grace: float

    def apply(self, store: Store) -> Answer[Outcome]:
        return store.rename(self.old, self.new, self.change, grace=self.grace)


@dataclass(frozen=True, slots=True)
class Delete:
    key: str

    def apply(self, store: Store) -> Answer[int]:
        return store.delete(self.key)


Operation: TypeAlias = Create | Commit | Rename | Delete
