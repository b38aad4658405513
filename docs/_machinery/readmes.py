"""Sections of the distributions' READMEs, to be shown on a page: what they say already is not said twice.

Their links are turned to where the page is: documents to pages, READMEs to the pages of their extensions.
"""

from __future__ import annotations

import os.path
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

PAGES = {
    "growler": "core/index.md",
    "growler-ext": "index.md",
    **{
        f"growler-ext-{name}": f"extensions/{name}.md"
        for name in ("auth", "cookieparser", "indexer", "renderer", "session", "static")
    },
}
"""The page of each distribution."""

ROOT_PAGES = {
    ROOT / "README.md": DOCS / "index.md",
    **{
        ROOT / f"{name}.md": DOCS / "project" / f"{name.lower()}.md"
        for name in ("ARCHITECTURE", "CONTRIBUTING", "SECURITY")
    },
}
"""Documents at the root, and the pages that show them."""

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
_PYPI = re.compile(r"\]\(https://pypi\.org/project/([\w-]+)/?\)")


def sections(text: str) -> dict[str, str]:
    """The parts of a README by their headings of the second level; what stands before the first is "intro"."""
    found = {"intro": ""}
    name = "intro"
    fenced = False
    for line in text.splitlines(keepends=True):
        if line.startswith("```"):
            fenced = not fenced
        if not fenced and line.startswith("## "):
            name = line[3:].strip()
            found[name] = ""
        elif fenced or not line.startswith("# "):
            found[name] += line
    return {name: text.strip() for name, text in found.items()}


def wanted(distribution: str, names: str, page: Path) -> str:
    """The sections of a README that a page asks for: `Quick start, Security`, or `all but Options, Security`.

    Raises LookupError for a section that is not there.
    """
    readme = ROOT / distribution / "README.md"
    there = sections(readme.read_text("utf-8"))
    excluding = names.startswith("all but ")
    listed = [name.strip() for name in names.removeprefix("all but ").split(",")]
    unknown = [name for name in listed if name not in there]
    if unknown:
        raise LookupError(
            f"{distribution}/README.md has no section {', '.join(unknown)}, but {', '.join(there)}"
        )
    chosen = [name for name in there if name not in listed] if excluding else listed
    parts = [there[name] if name == "intro" else f"## {name}\n\n{there[name]}" for name in chosen]
    return relinked("\n\n".join(parts), readme, page)


def relinked(text: str, source: Path, page: Path) -> str:
    """Links of a document, as they have to be where its text is shown."""

    def local(link: re.Match[str]) -> str:
        target = (source.parent / link[1]).resolve()
        if source == page and (target.is_relative_to(DOCS) or not target.exists()):
            return link[0]
        if target.name == "README.md" and target.parent.name in _folders():
            target = DOCS / PAGES[_folders()[target.parent.name]]
        elif target in ROOT_PAGES:
            target = ROOT_PAGES[target]
        return f"]({os.path.relpath(target, page.parent)}{link[2] or ''})"

    def of_a_distribution(link: re.Match[str]) -> str:
        if link[1] not in PAGES:
            return link[0]
        return f"]({os.path.relpath(DOCS / PAGES[link[1]], page.parent)})"

    return _PYPI.sub(of_a_distribution, _LINK.sub(local, text))


def _folders() -> dict[str, str]:
    """Distributions by their folders."""
    return {name.removeprefix("growler-ext-").replace("-", "_"): name for name in PAGES}
