"""A page that the site renders itself: `Indexer(root, render=function)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from growler_ext.indexer.contents import Contents
from growler_ext.indexer.formats.contract import View
from growler_ext.indexer.listing import Listing

Render = Callable[[Listing], str]
"""Makes HTML of a listing: whatever the names in it hold, it must not become markup. Called in a thread."""


class CustomFormat:
    """Takes the place of the page; which policy (CSP) its markup needs is the site's to say."""

    name = "html"
    media_type = "text/html"
    headers: Mapping[str, str] = {}

    def __init__(self, render: Render) -> None:
        self._render = render

    def pieces(self, contents: Contents, view: View) -> Iterator[str]:
        yield self._render(contents.listing())
