"""`Memo`: what has been made of a value, kept for the next time the same value comes by.

A listing that is shown again is nearly always the same but for a few entries. What is kept depends on its key alone, so
it cannot be out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar, cast

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Safe to use from several threads: at worst a value is made twice.

    Parameters:
        make: makes the values of several keys at once; never None.
        kept: how many values are kept for sure; up to twice as many may be.
    """

    def __init__(self, make: Callable[[Sequence[K]], Sequence[V]], kept: int) -> None:
        self._make = make
        self._kept = kept
        # Two generations: when the young one is full, those not used since the last time are forgotten.
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def all(self, keys: Sequence[K]) -> list[V]:
        """The values of all keys, in their order."""
        if len(keys) > self._kept:  # they would drive out everything else, and one another
            return list(self._make(keys))
        # Most often all are there, and this takes a tenth of what a loop would.
        values = list(map(self._young.get, keys))
        if None in values:
            self._fill(keys, values)
        return cast("list[V]", values)

    def _fill(self, keys: Sequence[K], values: list[V | None]) -> None:
        young, old = self._young, self._old
        missing = []
        for place, value in enumerate(values):
            if value is None:
                key = keys[place]
                known = old.get(key)
                if known is None:
                    missing.append(place)
                else:
                    values[place] = young[key] = known
        made = self._make([keys[place] for place in missing]) if missing else ()
        for place, value in zip(missing, made, strict=True):
            values[place] = young[keys[place]] = value
        if len(young) > self._kept:
            self._young, self._old = {}, young
