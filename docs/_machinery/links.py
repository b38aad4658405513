"""Checks the built pages: every link and anchor leads somewhere, and nothing is loaded from another host.

It reads the HTML, because that is what people get: whatever made a link, it is checked here.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Elements that a browser fetches by itself, and where they say what."""


class _Page(HTMLParser):
    """The ids of a page, the links in it, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in _LOADING and _LOADING[tag] in values:
            self.loaded.append(values[_LOADING[tag]])


@dataclass
class Found:
    """What a check has found."""

    pages: int = 0
    internal: int = 0
    external: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


def check(site: Path) -> Found:
    """Look at all pages of a site."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    found = Found(pages=len(pages))
    external: set[str] = set()
    for path, page in pages.items():
        shown = path.relative_to(site)
        for link in page.loaded:
            if urlsplit(link).netloc:
                found.mistakes.append(f"{shown}: loads {link}; the site has to stand alone")
        for link in [*page.links, *page.loaded]:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") or parts.netloc:
                external.add(link)
            elif not parts.scheme:
                found.internal += 1
                problem = _problem(path, unquote(parts.path), unquote(parts.fragment), pages)
                if problem:
                    found.mistakes.append(f"{shown}: {link}: {problem}")
    found.mistakes += [
        f"{path.relative_to(site)}: a style sheet loads from another host"
        for path in site.rglob("*.css")
        if any(start in path.read_text("utf-8") for start in ("url(http", "url(//", '@import "http'))
    ]
    found.external = sorted(external)
    return found


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    return page


def _problem(page: Path, path: str, anchor: str, pages: dict[Path, _Page]) -> str:
    target = (page.parent / path).resolve() if path else page
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return "there is no such file"
    if anchor and target in pages and anchor not in pages[target].ids:
        return "the page has no such anchor"
    return ""


def dead(addresses: list[str]) -> list[str]:
    """Those of the addresses that do not answer, with the reason. Local ones are examples and are left out."""
    found = []
    for address in addresses:
        if urlsplit(address).hostname in ("127.0.0.1", "localhost"):
            continue
        request = urllib.request.Request(address, headers={"User-Agent": "growler-docs"})  # noqa: S310 - http(s) only
        try:
            urllib.request.urlopen(request, timeout=20).close()  # noqa: S310 - http(s) only
        except (urllib.error.URLError, OSError) as error:
            found.append(f"{address}: {error}")
    return found
