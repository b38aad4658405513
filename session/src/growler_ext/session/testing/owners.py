"""The contract's part on owners: whose records are whose, and what revoke leaves."""

from __future__ import annotations

from growler_ext.session.store import Change, Outcome, Touch
from growler_ext.session.testing.opened import Opened
from growler_ext.session.testing.part import Part


def owner_of(store: Opened, key: str) -> str | None:
    record = store.load(key)
    assert record is not None
    return record.owner


class OwnersPart(Part):
    """owned, revoke, and `owner` wherever it is given."""

    def test_nobody_owns_nothing(self) -> None:
        with self.opened() as store:
            store.create("a")
            assert store.owned("u") == {}
            assert store.revoke("u") == 0

    def test_an_owners_records_are_listed_whole(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"}, ttl=100, lifetime=500, owner="u")
            store.create("b", {"x": b"2"}, owner="u")
            store.create("c", owner="v")
            store.create("d")
            owned = store.owned("u")
            assert {key: record.fields for key, record in owned.items()} == {
                "a": {"x": b"1"},
                "b": {"x": b"2"},
            }
            record = owned["a"]
            assert record.ends is not None
            assert (record.key, record.owner, record.touched) == ("a", "u", False)
            assert round(record.expires - record.now) == 100
            assert round(record.ends - record.created) == 500

    def test_listing_extends_nothing(self) -> None:
        with self.opened() as store:
            store.create("a", owner="u")
            self.pass_time(60)
            assert list(store.owned("u")) == ["a"]
            self.pass_time(41)
            assert store.load("a") is None

    def test_listed_fields_belong_to_the_caller(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"}, owner="u")
            store.owned("u")["a"].fields["x"] = b"2"
            assert store.fields("a") == {"x": b"1"}

    def test_a_commit_gives_leaves_and_takes_away_an_owner(self) -> None:
        with self.opened() as store:
            store.create("a")
            assert store.commit("a", owner="u") is Outcome.DONE
            assert (owner_of(store, "a"), list(store.owned("u"))) == ("u", ["a"])
            store.commit("a", {"x": b"1"})
            assert (owner_of(store, "a"), list(store.owned("u"))) == ("u", ["a"])
            store.commit("a", owner="v")
            assert (owner_of(store, "a"), store.owned("u"), list(store.owned("v"))) == ("v", {}, ["a"])
            store.commit("a", owner="")
            assert (owner_of(store, "a"), store.owned("v")) == (None, {})
            store.commit("a", owner="")
            assert owner_of(store, "a") is None

    def test_owners_with_similar_names_are_apart(self) -> None:
        # As prefixes, patterns of SQL and of Redis, and without regard to case they would be the same.
        owners = ("u", "uv", "U", "u%", "u*", "_")
        with self.opened() as store:
            for number, owner in enumerate(owners):
                store.create(f"k{number}", owner=owner)
            for number, owner in enumerate(owners):
                assert list(store.owned(owner)) == [f"k{number}"]
            assert store.revoke("u%") == store.revoke("u*") == store.revoke("_") == store.revoke("u") == 1
            assert [store.load("k1") is None, store.load("k2") is None] == [False, False]

    def test_a_rename_takes_the_owner_along(self) -> None:
        with self.opened() as store:
            store.create("a", owner="u")
            store.rename("a", "b", grace=30)
            assert (owner_of(store, "b"), list(store.owned("u"))) == ("u", ["b"])
            store.rename("b", "c", Change(owner="v"))
            assert (store.owned("u"), list(store.owned("v"))) == ({}, ["c"])
            store.rename("c", "d", Change(owner=""))
            assert (owner_of(store, "d"), store.owned("v")) == (None, {})

    def test_a_commit_within_the_grace_gives_the_record_an_owner(self) -> None:
        with self.opened() as store:
            store.create("a")
            store.rename("a", "b", grace=30)
            store.commit("a", owner="u")
            assert list(store.owned("u")) == ["b"]

    def test_what_was_deleted_or_expired_is_not_listed(self) -> None:
        with self.opened() as store:
            store.create("a", owner="u")
            store.create("b", ttl=50, owner="u")
            store.create("c", ttl=500, owner="u")
            store.delete("a")
            self.pass_time(51)
            assert list(store.owned("u")) == ["c"]

    def test_a_record_that_is_kept_alive_stays_listed(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100, owner="u")
            store.create("b", ttl=100, owner="u")
            for _ in range(4):
                self.pass_time(80)
                store.load("a", Touch(100, 10))
                store.commit("b", {"x": b"1"}, ttl=100)
            assert sorted(store.owned("u")) == ["a", "b"]

    # Revoke

    def test_revoke_deletes_what_the_owner_has(self) -> None:
        with self.opened() as store:
            for key in "abc":
                store.create(key, owner="u")
            store.create("d", owner="v")
            assert store.revoke("u") == 3
            assert store.revoke("u") == 0
            assert [key for key in "abcd" if store.load(key)] == ["d"]
            assert (store.owned("u"), list(store.owned("v"))) == ({}, ["d"])

    def test_revoke_keeps_what_it_is_told_to(self) -> None:
        with self.opened() as store:
            for key in "abc":
                store.create(key, owner="u")
            assert store.revoke("u", keep=["b", "never there"]) == 2
            assert list(store.owned("u")) == ["b"]
            assert store.load("b") is not None

    def test_revoke_keeps_by_a_key_in_its_grace(self) -> None:
        with self.opened() as store:
            store.create("a", owner="u")
            store.create("b", owner="u")
            store.rename("a", "c", grace=30)
            assert store.revoke("u", keep=["a"]) == 1
            assert list(store.owned("u")) == ["c"]

    def test_revoke_ends_graces(self) -> None:
        with self.opened() as store:
            store.create("a", owner="u")
            store.rename("a", "b", grace=30)
            assert store.revoke("u") == 1
            assert (store.load("a"), store.load("b")) == (None, None)
            assert store.commit("a", {"x": b"1"}) is Outcome.GONE

    def test_a_commit_after_revoke_does_not_revive(self) -> None:
        with self.opened() as store:
            store.create("a", owner="u")
            store.revoke("u")
            assert store.commit("a", {"x": b"1"}, ttl=100, owner="u") is Outcome.GONE
            assert store.rename("a", "b", Change(owner="u")) is Outcome.GONE
            assert store.owned("u") == {}

    def test_an_owner_may_come_back_after_revoke(self) -> None:
        with self.opened() as store:
            store.create("a", owner="u")
            store.revoke("u")
            store.create("b", owner="u")
            assert list(store.owned("u")) == ["b"]
