"""The contract's part on records that get another key: what the old key means meanwhile, and when it is dead."""

from __future__ import annotations

from growler_ext.session.store import MOVED_FOR, Change, Outcome
from growler_ext.session.testing.part import Part


class RenamesPart(Part):
    """rename, with and without grace."""

    def test_rename_moves_and_changes(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1", "y": b"2"})
            assert store.rename("a", "b", Change({"z": b"3"}, {"y"})) is Outcome.DONE
            assert store.load("a") is None
            record = store.load("b")
            assert record is not None
            assert (record.key, record.fields) == ("b", {"x": b"1", "z": b"3"})

    def test_rename_of_an_absent_record_is_gone_and_creates_nothing(self) -> None:
        with self.opened() as store:
            assert store.rename("a", "b", Change({"x": b"1"}, ttl=100, owner="u"), grace=10) is Outcome.GONE
            assert (store.load("a"), store.load("b"), store.owned("u")) == (None, None, {})

    def test_rename_keeps_created_and_the_end(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100, lifetime=150)
            before = store.load("a")
            self.pass_time(90)
            store.rename("a", "b", Change(ttl=100))
            after = store.load("b")
            assert before is not None
            assert after is not None
            assert after.ends is not None
            assert before.ends is not None
            assert round(after.created - before.created) == 0
            assert round(after.ends - before.ends) == 0
            self.pass_time(61)
            assert store.load("b") is None

    def test_rename_extends_the_life_only_when_told(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100)
            store.create("b", ttl=100)
            self.pass_time(60)
            store.rename("a", "c", Change(ttl=100))
            store.rename("b", "d")
            self.pass_time(60)
            assert store.load("c") is not None
            assert store.load("d") is None

    # Without grace

    def test_a_key_without_grace_is_dead_at_once(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            store.rename("a", "b")
            assert store.load("a") is None
            assert store.commit("a", {"x": b"2"}) is Outcome.MOVED
            assert store.rename("a", "c", Change({"x": b"2"})) is Outcome.MOVED
            assert store.delete("a") == 0
            assert store.load("c") is None
            assert store.fields("b") == {"x": b"1"}

    def test_a_dead_key_is_remembered_for_its_time_and_then_forgotten(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=10_000)
            store.rename("a", "b")
            self.pass_time(MOVED_FOR - 2)
            assert store.commit("a") is Outcome.MOVED
            self.pass_time(4)
            assert store.commit("a") is Outcome.GONE
            assert store.rename("a", "c") is Outcome.GONE
            assert store.load("b") is not None

    def test_a_record_created_under_a_dead_key_is_a_new_one(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"}, owner="u")
            store.rename("a", "b", grace=30)
            store.create("a", {"y": b"2"})
            assert (store.fields("a"), store.fields("b")) == ({"y": b"2"}, {"x": b"1"})
            assert list(store.owned("u")) == ["b"]
            assert store.delete("a") == 1
            assert store.fields("b") == {"x": b"1"}

    def test_moves_without_grace_follow_one_another(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            assert store.rename("a", "b") is Outcome.DONE
            assert store.rename("b", "c") is Outcome.DONE
            assert store.commit("a") is Outcome.MOVED
            assert store.commit("b") is Outcome.MOVED
            assert (store.fields("a"), store.fields("b"), store.fields("c")) == (None, None, {"x": b"1"})

    # With grace

    def test_within_the_grace_the_old_key_means_the_record(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            assert store.rename("a", "b", grace=30) is Outcome.DONE
            self.pass_time(28)
            record = store.load("a")
            assert record is not None
            assert (record.key, record.fields) == ("b", {"x": b"1"})
            assert store.commit("a", {"y": b"2"}, {"x"}, ttl=100) is Outcome.DONE
            assert store.fields("b") == {"y": b"2"}
            assert store.delete("a", "b") == 1
            assert store.load("b") is None

    def test_after_the_grace_the_old_key_is_dead(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            store.rename("a", "b", grace=30)
            self.pass_time(32)
            assert store.load("a") is None
            assert store.commit("a", {"x": b"2"}) is Outcome.MOVED
            assert store.delete("a") == 0
            assert store.fields("b") == {"x": b"1"}

    def test_a_touch_through_the_old_key_does_not_lengthen_the_grace(self) -> None:
        with self.opened() as store:
            store.create("a")
            store.rename("a", "b", grace=30)
            self.pass_time(20)
            assert store.commit("a", {"x": b"1"}, ttl=100) is Outcome.DONE
            self.pass_time(12)
            assert store.load("a") is None

    def test_within_the_grace_a_record_that_has_gone_is_gone(self) -> None:
        with self.opened() as store:
            store.create("a")
            store.rename("a", "b", grace=30)
            store.delete("b")
            assert store.load("a") is None
            assert store.commit("a", {"x": b"1"}) is Outcome.GONE
            assert (store.load("a"), store.load("b")) == (None, None)

    def test_a_key_in_its_grace_is_not_renamed_again(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            store.rename("a", "b", grace=30)
            assert store.rename("a", "c", Change({"x": b"2"}), grace=30) is Outcome.MOVED
            assert (store.fields("b"), store.load("c")) == ({"x": b"1"}, None)

    def test_graces_follow_one_another(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            store.rename("a", "b", grace=30)
            self.pass_time(10)
            store.rename("b", "c", grace=30)
            record = store.load("a")
            assert record is not None
            assert (record.key, record.fields) == ("c", {"x": b"1"})
            assert store.commit("a", {"x": b"2"}) is Outcome.DONE
            self.pass_time(22)
            assert (store.load("a"), store.fields("b")) == (None, {"x": b"2"})

    def test_a_rename_without_grace_ends_earlier_graces(self) -> None:
        # A login's new id has to lock out everybody who knew any of the earlier ones.
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            store.rename("a", "b", grace=30)
            store.rename("b", "c")
            assert (store.load("a"), store.load("b")) == (None, None)
            assert store.commit("a", {"x": b"2"}) is Outcome.MOVED
            assert store.delete("a", "b") == 0
            assert store.fields("c") == {"x": b"1"}
