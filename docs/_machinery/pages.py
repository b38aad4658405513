"""A page as it is written, made into a page as Sphinx reads it. Text in, text out.

What stands in a comment on a line of its own is replaced:

    <!-- readme: session | Quick start -->          sections of a README
    <!-- options: growler_ext.session.Session -->   the table of a class's options; `fields`, `members` likewise
    <!-- include: SECURITY.md -->                   a whole document of the repository
    <!-- reference: growler_ext.session -->         all that a module offers
    <!-- pages: unlisted -->                        in a toctree: pages at the top that no other page lists

So pages are readable as they are, too. See `listings` and `wrong` for what is done to blocks of code.
"""

from __future__ import annotations

import importlib
import os.path
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _machinery import listings, readmes, reference, tables, wrong

_TABLES: dict[str, Callable[[Any], str]] = {
    "options": tables.of_options,
    "fields": tables.of_fields,
    "members": tables.of_members,
}
_TOCTREE = re.compile(r"^```\{toctree\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(
    r"^<!-- (readme|include|options|fields|members|reference|pages): (.+?) -->$", re.MULTILINE
)


def expand(text: str, page: Path) -> str:
    """The page's text with everything in it that is kept elsewhere."""
    text = readmes.relinked(text, page, page)
    text = _COMMENT.sub(lambda comment: _replacement(comment[1], comment[2], page), text)
    return links_outside(wrong.expanded(listings.expanded(text)), page)


def _replacement(kind: str, what: str, page: Path) -> str:
    if kind == "readme":
        distribution, _, names = what.partition(" | ")
        return readmes.wanted(distribution, names, page)
    if kind == "include":
        source = readmes.ROOT / what
        return readmes.relinked(source.read_text("utf-8"), source, page)
    if kind == "pages":
        return _unlisted()
    if kind == "reference":
        return reference.page(what)
    module, _, name = what.rpartition(".")
    return _TABLES[kind](getattr(importlib.import_module(module), name))


def _unlisted() -> str:
    """A line of a toctree for each page at the top of docs/ that no other page lists."""
    listed = {
        os.path.basename(line.strip())
        for page in readmes.DOCS.rglob("*.md")
        for tree in _TOCTREE.findall(page.read_text("utf-8"))
        for line in tree.splitlines()
    }
    return "\n".join(
        page.stem for page in sorted(readmes.DOCS.glob("*.md")) if page.stem not in {*listed, "index"}
    )


def links_outside(text: str, page: Path) -> str:
    """Links to files of the repository that are no pages, as downloads; to its folders, as their names."""

    def replaced(link: re.Match[str]) -> str:
        target = (page.parent / link[2]).resolve()
        if target.is_relative_to(readmes.DOCS) or not target.exists():
            return link[0]
        if target.is_dir():
            return f"`{target.relative_to(readmes.ROOT)}/`"
        return f"{{download}}`{link[1]} <{os.path.relpath(target, page.parent)}>`"

    return re.sub(r"(?<!!)\[([^\]`]+)\]\(((?:\.\./)+[^)\s#]+)\)", replaced, text)
