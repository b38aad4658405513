"""The page of the template jobs: what it shows, and the text that has to come out of every engine."""

from __future__ import annotations

from html import escape
from pathlib import Path

VIEWS = Path(__file__).parent / "views"

TITLE = "Teas & <others>"
ROWS = [
    {"number": number, "name": f"No {number}, <first> flush", "price": f"{number * 1.5:.2f}"}
    for number in range(20)
]


def values() -> dict[str, object]:
    """The values of one request."""
    return {"title": TITLE, "rows": ROWS}


def text() -> str:
    """The page as text."""
    rows = "".join(
        f"<tr><td>{row['number']}</td><td>{escape(str(row['name']))}</td><td>{row['price']}</td></tr>\n"
        for row in ROWS
    )
    return (
        f"<!DOCTYPE html>\n<html>\n<head><title>{escape(TITLE)}</title></head>\n<body>\n"
        f"<table>\n{rows}</table>\n</body>\n</html>\n"
    )
