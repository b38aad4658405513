"""Which names a search finds."""

import pytest

from growler_ext.indexer.search import finder


@pytest.mark.parametrize(
    ("search", "name", "found"),
    [
        ("report", "Annual Report.pdf", True),
        ("REPORT", "annual report.pdf", True),
        ("al rep", "annual report.pdf", True),
        ("report", "summary.pdf", False),
        ("é", "cafe\u0301.txt", True),  # macOS writes the accent apart
        ("CAFE\u0301", "café.txt", True),
        ("*.pdf", "a.PDF", True),
        ("*.pdf", "a.pdf.gz", False),
        ("a?c", "abc", True),
        ("a?c", "xabcx", False),
        ("a[b]c*", "a[b]c.txt", True),
        ("a[b]c*", "abc.txt", False),
        (".", "a.txt", True),
        ("a.t", "axt", False),
        ("\ufffd", "caf\udce9", True),
        ("*\n*", "two\nlines", True),
    ],
)
def test_search(search: str, name: str, found: bool) -> None:
    assert finder(search)(name) is found


def test_no_search_takes_long() -> None:
    # One that goes back over its steps would not end within the time a test has.
    assert not finder("*a" * 120 + "*b")("a" * 255)
