"""`StoreContract`: one test per sentence of `Store`."""

from __future__ import annotations

from growler_ext.session.store import Answer, Store, Touch
from growler_ext.session.testing.opened import Opened


class StoreContract:
    """Subclass it, say how to open a store and how time passes for it."""

    def open_store(self) -> Answer[Store]:
        """A new, empty store."""
        raise NotImplementedError

    def close_store(self, store: Store) -> Answer[None]:
        """Free what `open_store` took."""
        return None

    def pass_time(self, seconds: float) -> None:
        """Make the store believe that so much time has passed."""
        raise NotImplementedError

    def _opened(self) -> Opened:
        return Opened(self.open_store, self.close_store)

    # Absent, present

    def test_an_absent_record_is_none(self) -> None:
        with self._opened() as store:
            assert store.load("a") is None

    def test_a_created_record_is_loaded_with_its_fields(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1", "y": b"2"})
            assert store.fields("a") == {"x": b"1", "y": b"2"}

    def test_a_record_without_fields_is_a_record(self) -> None:
        with self._opened() as store:
            store.create("a", {})
            assert store.fields("a") == {}

    def test_any_name_and_any_bytes_come_back(self) -> None:
        fields = {
            "created": b"",
            "\0flash": bytes(range(256)),
            "ends:é \n*": b"x" * 100_000,
            "__len__": b"null",
        }
        with self._opened() as store:
            store.create("a", fields)
            assert store.fields("a") == fields

    def test_creating_twice_replaces(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1"})
            store.create("a", {"y": b"2"})
            assert store.fields("a") == {"y": b"2"}

    def test_loaded_fields_belong_to_the_caller(self) -> None:
        with self._opened() as store:
            given = {"x": b"1"}
            store.create("a", given)
            given["x"] = b"2"
            record = store.load("a")
            assert record is not None
            record.fields["x"] = b"3"
            assert store.fields("a") == {"x": b"1"}

    # Commit

    def test_commit_sets_and_removes_and_keeps_the_rest(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1", "y": b"2", "z": b"3"})
            assert store.commit("a", {"x": b"9", "new": b"8"}, {"y", "never there"}) is True
            assert store.fields("a") == {"x": b"9", "z": b"3", "new": b"8"}

    def test_commits_of_different_fields_both_win(self) -> None:
        with self._opened() as store:
            store.create("a", {})
            for number in range(10):
                store.commit("a", {f"k{number}": b"1"})
            assert store.fields("a") == {f"k{number}": b"1" for number in range(10)}

    def test_removing_the_last_field_keeps_the_record(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1"})
            assert store.commit("a", removed=["x"]) is True
            assert store.fields("a") == {}
            assert store.commit("a", {"x": b"2"}) is True

    def test_commit_to_an_absent_record_is_false_and_creates_nothing(self) -> None:
        with self._opened() as store:
            assert store.commit("a", {"x": b"1"}, ttl=100) is False
            assert store.load("a") is None

    def test_commit_after_delete_does_not_revive(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1"})
            store.delete("a")
            assert store.commit("a", {"x": b"2"}) is False
            assert store.load("a") is None

    # Rename

    def test_rename_moves_and_commits(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1", "y": b"2"})
            assert store.rename("a", "b", {"z": b"3"}, {"y"}) is True
            assert store.load("a") is None
            assert store.fields("b") == {"x": b"1", "z": b"3"}

    def test_rename_leaves_the_old_key_dead(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1"})
            store.rename("a", "b")
            assert store.commit("a", {"x": b"2"}) is False
            assert store.rename("a", "c") is False
            assert store.fields("b") == {"x": b"1"}

    def test_rename_of_an_absent_record_is_false_and_creates_nothing(self) -> None:
        with self._opened() as store:
            assert store.rename("a", "b", {"x": b"1"}, ttl=100) is False
            assert store.load("b") is None

    def test_rename_keeps_created_and_the_end(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100, lifetime=150)
            before = store.load("a")
            self.pass_time(90)
            store.rename("a", "b", ttl=100)
            after = store.load("b")
            assert before is not None
            assert after is not None
            assert (after.created, after.ends) == (before.created, before.ends)
            self.pass_time(61)
            assert store.load("b") is None

    # Delete

    def test_delete_removes_and_counts_what_was_there(self) -> None:
        with self._opened() as store:
            store.create("a", {})
            store.create("b", {})
            assert store.delete("a", "b", "c") == 2
            assert store.delete("a") == 0
            assert store.load("a") is None

    def test_deleting_nothing_is_no_error(self) -> None:
        with self._opened() as store:
            assert store.delete() == 0

    # Time

    def test_a_record_expires_when_it_is_idle(self) -> None:
        with self._opened() as store:
            store.create("a", {"x": b"1"}, ttl=100)
            self.pass_time(99)
            assert store.load("a") is not None
            self.pass_time(2)
            assert store.load("a") is None

    def test_an_expired_record_is_absent_for_every_operation(self) -> None:
        for operation in ("commit", "rename", "delete"):
            with self._opened() as store:
                store.create("a", {"x": b"1"}, ttl=100)
                self.pass_time(101)
                match operation:
                    case "commit":
                        assert store.commit("a", {"x": b"2"}, ttl=100) is False
                    case "rename":
                        assert store.rename("a", "b", ttl=100) is False
                    case _:
                        assert store.delete("a") == 0
                assert store.load("a") is None
                assert store.load("b") is None

    def test_loading_without_touch_extends_nothing(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100)
            self.pass_time(60)
            record = store.load("a")
            assert record is not None
            assert not record.touched
            self.pass_time(41)
            assert store.load("a") is None

    def test_touch_extends_the_life_and_says_so(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100)
            self.pass_time(60)
            record = store.load("a", Touch(100, 10))
            assert record is not None
            assert record.touched
            assert round(record.expires - record.now) == 100
            self.pass_time(99)
            assert store.load("a") is not None

    def test_touch_that_would_add_too_little_is_left_out(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100)
            self.pass_time(5)
            record = store.load("a", Touch(100, 10))
            assert record is not None
            assert not record.touched
            self.pass_time(96)
            assert store.load("a") is None

    def test_commit_extends_the_life_only_when_told(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100)
            store.create("b", {}, ttl=100)
            self.pass_time(60)
            store.commit("a", {"x": b"1"}, ttl=100)
            store.commit("b", {"x": b"1"})
            self.pass_time(60)
            assert store.load("a") is not None
            assert store.load("b") is None

    def test_nothing_outlives_the_lifetime(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100, lifetime=150)
            self.pass_time(90)
            record = store.load("a", Touch(100, 1))
            assert record is not None
            assert round(record.expires - record.created) == 150
            store.commit("a", {"x": b"1"}, ttl=1000)
            self.pass_time(61)
            assert store.load("a", Touch(100, 1)) is None

    def test_a_lifetime_shorter_than_the_ttl_counts_at_once(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100, lifetime=50)
            self.pass_time(51)
            assert store.load("a") is None

    def test_a_record_tells_its_times(self) -> None:
        with self._opened() as store:
            store.create("a", {}, ttl=100, lifetime=500)
            store.create("b", {}, ttl=100)
            self.pass_time(30)
            with_end, without = store.load("a"), store.load("b")
            assert with_end is not None
            assert without is not None
            assert round(with_end.now - with_end.created) == 30
            assert round(with_end.expires - with_end.created) == 100
            assert with_end.ends is not None
            assert round(with_end.ends - with_end.created) == 500
            assert without.ends is None
