"""The listing as a page for people: one document that asks for nothing else and needs no script.

Style and icons are files beside this one, read once; the style goes out under its hash, and the policy allows
nothing besides it (CSP 3 section 2.3.1).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files

from growler_ext.indexer.formats.contract import View
from growler_ext.indexer.formats.icons import SYMBOLS
from growler_ext.indexer.formats.markup import escaped, name
from growler_ext.indexer.formats.table import table
from growler_ext.indexer.listing import Crumb, Listing, crumbs

_STYLE = files(__package__).joinpath("page.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


class HTMLFormat:
    """The page."""

    media_type = "text/html"
    headers: Mapping[str, str] = {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    }

    def render(self, listing: Listing, view: View) -> bytes:
        way = crumbs(listing.path, view.title or view.mount.rpartition("/")[2] or "/")
        title = f"{view.title}: {listing.path}" if view.title else f"Index of {view.mount}{listing.path}"
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escaped(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="alternate" type="application/json" href="?format=json">
<style>{_STYLE}</style>
</head>
<body>
{SYMBOLS}
<a class="skip" href="#list">Skip to the list</a>
<header><nav aria-label="Breadcrumb"><ol>{_trail(way, escaped(view.carried))}</ol></nav></header>
<main>
<h1>{escaped(title)}</h1>
{table(listing, view)}
</main>
<footer><span>Times are in UTC.</span><a href="?format=json">As JSON</a></footer>
</body>
</html>
""".encode()


def _trail(way: list[Crumb], carried: str) -> str:
    *above, here = way
    links = [f'<li><a href="{crumb.href}{carried}">{name(crumb.name)}</a></li>' for crumb in above]
    return "".join(links) + f'<li><a href="./{carried}" aria-current="page">{name(here.name)}</a></li>'
