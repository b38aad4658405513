"""Reads a listing's page as a browser would: which links it has, where they lead, and what else is in it."""

from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes, urljoin, urlsplit


class Page(HTMLParser):
    """Tags, attributes and links of a page; `links` are those in the table's body, hrefs as written."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.all_links: list[str] = []
        self._in_rows = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._in_rows = self._in_rows or tag == "tbody"
        target = dict(attrs).get("href") if tag == "a" else None
        if target is not None:
            self.all_links.append(target)
            if self._in_rows:
                self.links.append(target)

    def handle_endtag(self, tag: str) -> None:
        if tag == "tbody":
            self._in_rows = False


def name_behind(base: str, href: str) -> bytes:
    """The bytes of the file name that a link on the page at `base` leads to."""
    target = urlsplit(urljoin(base, href))
    home = urlsplit(base)
    assert (target.scheme, target.netloc) == (home.scheme, home.netloc), f"{href!r} leads to another site"
    assert target.path.startswith(home.path), f"{href!r} leads out of its folder"
    return unquote_to_bytes(target.path.removeprefix(home.path).removesuffix("/"))
