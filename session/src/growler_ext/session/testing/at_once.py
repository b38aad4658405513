"""The contract's part on many operations at the same time. A sync store is given them one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from growler_ext.session.store import Answer, Change, Outcome, Store
from growler_ext.session.testing.part import Part

_MANY = 50

Operation = Callable[[Store], Answer[Any]]


def commit(key: str, change: Change) -> Operation:
    return lambda store: store.commit(key, change)


def rename(old: str, new: str, change: Change, grace: float) -> Operation:
    return lambda store: store.rename(old, new, change, grace=grace)


def revoke(owner: str) -> Operation:
    return lambda store: store.revoke(owner, keep=())


class AtOncePart(Part):
    """Commits, renames and revocations that meet."""

    def test_fields_committed_at_once_are_all_kept(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            names = [f"k{number}" for number in range(_MANY)]
            outcomes = store.at_once(commit("a", Change({name: b"1"}, ttl=100)) for name in names)
            assert set(outcomes) == {Outcome.DONE}
            assert store.fields("a") == dict.fromkeys(["x", *names], b"1")

    def test_of_renames_at_once_one_wins(self) -> None:
        for grace in (0.0, 30.0):
            with self.opened() as store:
                store.create("a", owner="u")
                keys = [f"new{number}" for number in range(_MANY)]
                outcomes = store.at_once(rename("a", key, Change({key: b"1"}), grace) for key in keys)
                assert outcomes.count(Outcome.DONE) == 1
                assert outcomes.count(Outcome.MOVED) == _MANY - 1
                winner = keys[outcomes.index(Outcome.DONE)]
                assert store.fields(winner) == {winner: b"1"}
                assert list(store.owned("u")) == [winner]
                assert [key for key in keys if store.load(key)] == [winner]

    def test_commits_through_a_rename_with_grace_are_all_kept(self) -> None:
        with self.opened() as store:
            store.create("a")
            names = [f"k{number}" for number in range(_MANY)]
            commits = [commit("a", Change({name: b"1"})) for name in names]
            middle = _MANY // 2
            renaming = rename("a", "b", Change({"r": b"1"}), 30)
            outcomes = store.at_once([*commits[:middle], renaming, *commits[middle:]])
            assert set(outcomes) == {Outcome.DONE}
            assert store.fields("b") == dict.fromkeys([*names, "r"], b"1")

    def test_commits_through_a_rename_without_grace_are_kept_or_told_that_it_moved(self) -> None:
        with self.opened() as store:
            store.create("a")
            names = [f"k{number}" for number in range(_MANY)]
            commits = [commit("a", Change({name: b"1"})) for name in names]
            middle = _MANY // 2
            outcomes = store.at_once([*commits[:middle], rename("a", "b", Change(), 0), *commits[middle:]])
            del outcomes[middle]
            assert set(outcomes) <= {Outcome.DONE, Outcome.MOVED}
            kept = {
                name: b"1" for name, outcome in zip(names, outcomes, strict=True) if outcome is Outcome.DONE
            }
            assert store.fields("b") == kept

    def test_records_created_at_once_are_all_owned(self) -> None:
        with self.opened() as store:
            keys = [f"k{number}" for number in range(_MANY)]

            def create(key: str) -> Operation:
                return lambda store: store.create(key, {}, ttl=100, lifetime=None, owner="u")

            store.at_once(map(create, keys))
            assert sorted(store.owned("u")) == sorted(keys)

    def test_no_record_of_a_revoked_owner_survives(self) -> None:
        """Not by a commit, nor by a rename, wherever it meets the revocation."""
        for grace in (0.0, 30.0):
            with self.opened() as store:
                keys = [f"k{number}" for number in range(_MANY)]
                for key in keys:
                    store.create(key, owner="u")
                store.create("other", owner="v")
                renames = [rename(key, f"{key}-new", Change({"x": b"1"}, ttl=100), grace) for key in keys]
                commits = [commit(key, Change({"y": b"1"}, ttl=100)) for key in keys]
                third = _MANY // 3
                store.at_once(
                    [*renames[:third], *commits[:third], revoke("u"), *renames[third:], *commits[third:]]
                )
                assert store.owned("u") == {}
                assert [key for key in keys if store.load(key) or store.load(f"{key}-new")] == []
                assert store.load("other") is not None

    def test_who_deletes_at_once_counts_each_record_once(self) -> None:
        with self.opened() as store:
            store.create("a")
            assert sum(store.at_once([lambda store: store.delete("a")] * _MANY)) == 1
