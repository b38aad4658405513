"""What the contract of methods throws at them, and whether any of it has come out again as it went in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

HOSTILE = """"'><script>alert(1)</script><img src=x onerror=alert(1)>"""

FIELDS = (
    "", " ", "x", "Basic", "Basic ", "Basic !!!", "Basic Og==", "Basic gICA", "Bearer", "Bearer ", "Bearer x",
    "Bearer ..", "Bearer a.b.c", "Bearer " + "a" * 9000, "Digest username=\"alice\"", "Negotiate AAAA", "\xff\xfe",
    "bearer\tx", "Bearer gr_", "Bearer gr_" + "A" * 49, "Unknown x",
)  # fmt: skip
"""Values of the Authorization field that no method takes."""

FORMS: Sequence[Mapping[str, str]] = (
    {}, {"username": "alice"}, {"password": "x"}, {"username": "alice", "password": ""}, {"code": "000000"},
    {"email": "alice\r\nBcc: x@example.org"}, {"email": HOSTILE}, {"token": HOSTILE},
    {"username": HOSTILE, "password": "x"},
    {"username": "\0", "password": "\0"}, {"code": "x" * 5000}, {"state": "x", "code": "x"}, {"logout_token": "a.b.c"},
)  # fmt: skip
"""What no route of a method logs anybody in by."""


def is_unescaped(html: str) -> bool:
    """Whether `HOSTILE` is in a page as markup."""
    page = _Page()
    page.feed(html)
    return page.hostile


class _Page(HTMLParser):
    """Sees what only comes of an escape that is missing."""

    hostile = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if any(name == "onerror" for name, _ in attrs) or (tag == "img" and ("src", "x") in attrs):
            self.hostile = True

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and "alert(1)" in data:
            self.hostile = True
