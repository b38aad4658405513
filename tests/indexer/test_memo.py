"""What is kept, and that it is bounded."""

from collections.abc import Sequence

from growler_ext.indexer.memo import Memo


def test_each_value_is_made_once_and_stands_at_its_place() -> None:
    made: list[int] = []

    def double(keys: Sequence[int]) -> list[int]:
        made.extend(keys)
        return [key * 2 for key in keys]

    memo = Memo(double, kept=100)
    assert memo.all([3, 1, 2]) == [6, 2, 4]
    assert memo.all([2, 4, 3, 5]) == [4, 8, 6, 10]
    assert memo.all([]) == []
    assert made == [3, 1, 2, 4, 5]


def test_what_is_used_stays_and_the_rest_is_forgotten() -> None:
    made: list[int] = []

    def same(keys: Sequence[int]) -> list[int]:
        made.extend(keys)
        return [*keys]

    memo = Memo(same, kept=10)
    for start in range(0, 1000, 5):
        memo.all([-1, *range(start, start + 5)])
    assert made.count(-1) == 1
    assert len(memo._young) + len(memo._old) <= 2 * (10 + 6)
    memo.all([0])
    assert made.count(0) == 2
