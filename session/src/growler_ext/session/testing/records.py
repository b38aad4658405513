"""The contract's part on single records: what is created, loaded, changed, deleted, and when it expires."""

from __future__ import annotations

from growler_ext.session.store import Change, Outcome, Touch
from growler_ext.session.testing.part import Part


class RecordsPart(Part):
    """create, load, commit, delete, close, and time."""

    def test_an_absent_record_is_none(self) -> None:
        with self.opened() as store:
            assert store.load("a") is None

    def test_a_created_record_is_loaded_with_its_fields(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1", "y": b"2"})
            record = store.load("a")
            assert record is not None
            assert (record.key, record.fields, record.owner) == ("a", {"x": b"1", "y": b"2"}, None)

    def test_a_record_without_fields_is_a_record(self) -> None:
        with self.opened() as store:
            store.create("a")
            assert store.fields("a") == {}

    def test_any_name_and_any_bytes_come_back(self) -> None:
        fields = {
            "created": b"", "owner": b"1", "expires": b"", "fields": b"", "key": b"", "__len__": b"null", "*": b"",
            "\0flash": bytes(range(256)), "\0": b"", "ends:é \n*": b"x" * 100_000, "\ud800": b"surrogate",
        }  # fmt: skip
        with self.opened() as store:
            store.create("a", fields)
            assert store.fields("a") == fields
            store.commit("a", dict.fromkeys(fields, b"again"))
            assert store.fields("a") == dict.fromkeys(fields, b"again")
            store.commit("a", removed=[*fields])
            assert store.fields("a") == {}

    def test_creating_twice_replaces(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"}, ttl=1000, lifetime=1000, owner="u")
            store.create("a", {"y": b"2"})
            record = store.load("a")
            assert record is not None
            assert (record.fields, record.ends, record.owner) == ({"y": b"2"}, None, None)
            assert store.owned("u") == {}

    def test_loaded_fields_belong_to_the_caller(self) -> None:
        with self.opened() as store:
            given = {"x": b"1"}
            store.create("a", given)
            given["x"] = b"2"
            record = store.load("a")
            assert record is not None
            record.fields["x"] = b"3"
            assert store.fields("a") == {"x": b"1"}

    # Commit

    def test_commit_sets_and_removes_and_keeps_the_rest(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1", "y": b"2", "z": b"3"})
            assert store.commit("a", {"x": b"9", "new": b"8"}, {"y", "never there"}) is Outcome.DONE
            assert store.fields("a") == {"x": b"9", "z": b"3", "new": b"8"}

    def test_an_empty_change_is_done_where_there_is_a_record(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            assert store.commit("a") is Outcome.DONE
            assert store.commit("b") is Outcome.GONE
            assert store.fields("a") == {"x": b"1"}

    def test_commits_of_different_fields_both_win(self) -> None:
        with self.opened() as store:
            store.create("a")
            for number in range(10):
                store.commit("a", {f"k{number}": b"1"})
            assert store.fields("a") == {f"k{number}": b"1" for number in range(10)}

    def test_removing_the_last_field_keeps_the_record(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            assert store.commit("a", removed=["x"]) is Outcome.DONE
            assert store.fields("a") == {}
            assert store.commit("a", {"x": b"2"}) is Outcome.DONE

    def test_commit_to_an_absent_record_is_gone_and_creates_nothing(self) -> None:
        with self.opened() as store:
            assert store.commit("a", {"x": b"1"}, ttl=100, owner="u") is Outcome.GONE
            assert store.load("a") is None
            assert store.owned("u") == {}

    def test_commit_after_delete_does_not_revive(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"})
            store.delete("a")
            assert store.commit("a", {"x": b"2"}) is Outcome.GONE
            assert store.load("a") is None

    # Delete, close

    def test_delete_removes_and_counts_what_was_there(self) -> None:
        with self.opened() as store:
            store.create("a")
            store.create("b")
            assert store.delete("a", "b", "c") == 2
            assert store.delete("a") == 0
            assert store.load("a") is None

    def test_deleting_nothing_is_no_error(self) -> None:
        with self.opened() as store:
            assert store.delete() == 0

    def test_a_closed_store_may_be_used_again(self) -> None:
        with self.opened() as store:
            store.create("a")
            store.close()
            store.close()
            store.create("b", {"x": b"1"})
            assert store.fields("b") == {"x": b"1"}

    # Time

    def test_a_record_expires_when_it_is_idle(self) -> None:
        with self.opened() as store:
            store.create("a", {"x": b"1"}, ttl=100)
            self.pass_time(99)
            assert store.load("a") is not None
            self.pass_time(2)
            assert store.load("a") is None

    def test_an_expired_record_is_absent_for_every_operation(self) -> None:
        for operation in ("commit", "rename", "delete", "owned", "revoke"):
            with self.opened() as store:
                store.create("a", {"x": b"1"}, ttl=100, owner="u")
                self.pass_time(101)
                match operation:
                    case "commit":
                        assert store.commit("a", {"x": b"2"}, ttl=100) is Outcome.GONE
                    case "rename":
                        assert store.rename("a", "b", Change(ttl=100), grace=10) is Outcome.GONE
                    case "delete":
                        assert store.delete("a") == 0
                    case "owned":
                        assert store.owned("u") == {}
                    case _:
                        assert store.revoke("u") == 0
                assert store.load("a") is None
                assert store.load("b") is None

    def test_loading_without_touch_extends_nothing(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100)
            self.pass_time(60)
            record = store.load("a")
            assert record is not None
            assert not record.touched
            self.pass_time(41)
            assert store.load("a") is None

    def test_touch_extends_the_life_and_says_so(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100)
            self.pass_time(60)
            record = store.load("a", Touch(100, 10))
            assert record is not None
            assert record.touched
            assert round(record.expires - record.now) == 100
            self.pass_time(99)
            assert store.load("a") is not None

    def test_touch_that_would_add_too_little_is_left_out(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100)
            self.pass_time(5)
            record = store.load("a", Touch(100, 10))
            assert record is not None
            assert not record.touched
            self.pass_time(96)
            assert store.load("a") is None

    def test_commit_extends_the_life_only_when_told(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100)
            store.create("b", ttl=100)
            self.pass_time(60)
            store.commit("a", {"x": b"1"}, ttl=100)
            store.commit("b", {"x": b"1"})
            self.pass_time(60)
            assert store.load("a") is not None
            assert store.load("b") is None

    def test_the_life_that_a_change_gives_counts_from_then(self) -> None:
        for old_ttl in (70, 1000):  # it lengthens one, and shortens the other
            with self.opened() as store:
                store.create("a", ttl=old_ttl)
                store.create("b", ttl=old_ttl)
                self.pass_time(60)
                store.commit("a", ttl=100)
                store.rename("b", "c", Change(ttl=100))
                self.pass_time(98)
                assert store.load("a") is not None
                assert store.load("c") is not None
                self.pass_time(4)
                assert (store.load("a"), store.load("c")) == (None, None)

    def test_nothing_outlives_the_lifetime(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100, lifetime=150)
            self.pass_time(90)
            record = store.load("a", Touch(100, 1))
            assert record is not None
            assert round(record.expires - record.created) == 150
            store.commit("a", {"x": b"1"}, ttl=1000)
            self.pass_time(61)
            assert store.load("a", Touch(100, 1)) is None

    def test_a_lifetime_shorter_than_the_ttl_counts_at_once(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100, lifetime=50)
            self.pass_time(51)
            assert store.load("a") is None

    def test_a_record_tells_its_times(self) -> None:
        with self.opened() as store:
            store.create("a", ttl=100, lifetime=500)
            store.create("b", ttl=100)
            self.pass_time(30)
            with_end, without = store.load("a"), store.load("b")
            assert with_end is not None
            assert without is not None
            assert round(with_end.now - with_end.created) == 30
            assert round(with_end.expires - with_end.created) == 100
            assert with_end.ends is not None
            assert round(with_end.ends - with_end.created) == 500
            assert without.ends is None
