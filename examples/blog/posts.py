"""Posts and comments in SQLite: what the blog knows, without a word of HTTP.

A call takes well under a millisecond, so it needs no thread: the file is small, and in WAL mode a commit does not wait
for the disk. A database behind a network would be asked with `await`.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS posts (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL, written TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS comments (
  id INTEGER PRIMARY KEY, post INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE,
  name TEXT NOT NULL, text TEXT NOT NULL, written TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS comments_of_post ON comments (post);
"""


@dataclass(frozen=True, slots=True)
class Post:
    id: int
    slug: str
    title: str
    text: str
    written: datetime

    @property
    def paragraphs(self) -> list[str]:
        return [part for part in re.split(r"\n\s*\n", self.text) if part.strip()]


@dataclass(frozen=True, slots=True)
class Comment:
    id: int
    post: int
    name: str
    text: str
    written: datetime


class Posts:
    """The tables of one file, which is made if it is missing. To be opened first, and closed."""

    def __init__(self, path: str | Path) -> None:
        self._path = path

    def open(self) -> None:
        self._db = sqlite3.connect(
            self._path, isolation_level=None
        )  # each statement is a transaction of its own
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def newest(self, count: int = 20) -> list[Post]:
        return list(map(_post, self._db.execute("SELECT * FROM posts ORDER BY id DESC LIMIT ?", (count,))))

    def find(self, slug: str) -> Post | None:
        row = self._db.execute("SELECT * FROM posts WHERE slug = ?", (slug,)).fetchone()
        return _post(row) if row else None

    def get(self, id: int) -> Post | None:
        row = self._db.execute("SELECT * FROM posts WHERE id = ?", (id,)).fetchone()
        return _post(row) if row else None

    def add(self, title: str, text: str) -> str:
        """Publish a post. Returns its slug, which never changes: other sites link to it."""
        for slug in _slugs(title):
            try:
                self._db.execute(
                    "INSERT INTO posts (slug, title, text, written) VALUES (?, ?, ?, ?)",
                    (slug, title, text, _now()),
                )
            except sqlite3.IntegrityError:  # taken
                continue
            return slug
        raise AssertionError("the slugs do not end")

    def change(self, id: int, title: str, text: str) -> None:
        self._db.execute("UPDATE posts SET title = ?, text = ? WHERE id = ?", (title, text, id))

    def delete(self, id: int) -> None:
        """Delete a post, with its comments."""
        self._db.execute("DELETE FROM posts WHERE id = ?", (id,))

    def comments(self, post: int) -> list[Comment]:
        return list(
            map(_comment, self._db.execute("SELECT * FROM comments WHERE post = ? ORDER BY id", (post,)))
        )

    def add_comment(self, post: int, name: str, text: str) -> None:
        self._db.execute(
            "INSERT INTO comments (post, name, text, written) VALUES (?, ?, ?, ?)", (post, name, text, _now())
        )

    def delete_comment(self, id: int) -> None:
        self._db.execute("DELETE FROM comments WHERE id = ?", (id,))


def _post(row: tuple[int, str, str, str, str]) -> Post:
    return Post(*row[:4], datetime.fromisoformat(row[4]))


def _comment(row: tuple[int, int, str, str, str]) -> Comment:
    return Comment(*row[:4], datetime.fromisoformat(row[4]))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _slugs(title: str) -> Iterator[str]:
    """`Über uns!` as `uber-uns`, `uber-uns-2`, ..."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "post"
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1
