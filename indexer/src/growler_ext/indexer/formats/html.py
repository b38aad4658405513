"""The listing as a page for people: one document that asks for nothing else, and needs no script to work.

Style and script are files beside this one, read once; they go out under their hashes, and the policy allows nothing
besides them (CSP 3 section 2.3.1).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources import files

from growler_ext.indexer.contents import Contents
from growler_ext.indexer.formats.contract import View
from growler_ext.indexer.formats.markup import escaped, name
from growler_ext.indexer.formats.notes import note, pages, readme
from growler_ext.indexer.formats.table import table
from growler_ext.indexer.listing import Crumb, crumbs, shown_path

_STYLE = files(__package__).joinpath("page.css").read_text("utf-8")
_SCRIPT = files(__package__).joinpath("page.js").read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class HTMLFormat:
    """The page."""

    name = "html"
    media_type = "text/html"
    headers: Mapping[str, str] = {
        "Content-Security-Policy": f"default-src 'none'; style-src {_hash(_STYLE)}; script-src {_hash(_SCRIPT)}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    }

    def pieces(self, contents: Contents, view: View) -> Iterator[str]:
        wanted = contents.wanted
        path = shown_path(contents.parts)
        title = escaped(f"{view.title}: {path}" if view.title else f"Index of {view.mount}{path}")
        carried = escaped(wanted.carried)
        yield f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="alternate" type="application/json" href="{_in_format("json", contents)}">
{_neighbours(contents)}<style>{_STYLE}</style>
</head>
<body>
<a class="skip" href="#list">Skip to the list</a>
<header>
<nav aria-label="Breadcrumb"><ol>{_trail(crumbs(contents.parts, view.root_name), carried)}</ol></nav>
{_tools(contents, view)}</header>
<main>
<h1>{title}</h1>
"""
        yield from table(contents)
        yield note(contents)
        yield pages(contents)
        yield readme(contents)
        yield f"""</main>
<footer><p>Times are in <span id="zone">UTC</span>.</p><p>This list as <a href="{_in_format("json", contents)}" \
rel="nofollow">JSON</a> or <a href="{_in_format("txt", contents)}" rel="nofollow">text</a></p></footer>
<script>{_SCRIPT}</script>
</body>
</html>
"""


def _trail(way: list[Crumb], carried: str) -> str:
    *above, here = way
    links = [f'<li><a href="{crumb.href}{carried}">{name(crumb.name)}</a></li>' for crumb in above]
    return "".join(links) + f'<li><a href="./{carried}" aria-current="page">{name(here.name)}</a></li>'


def _in_format(form: str, contents: Contents) -> str:
    fields = contents.wanted.fields
    return escaped(f"?format={form}" + (f"&{fields}" if fields else ""))


def _neighbours(contents: Contents) -> str:
    """The pages before and after this one, for browsers and crawlers."""
    wanted, page = contents.wanted, contents.page
    links = []
    if page > 1:
        links.append(f'<link rel="prev" href="{escaped(wanted.at_page(page - 1))}">\n')
    if page < contents.pages:
        links.append(f'<link rel="next" href="{escaped(wanted.at_page(page + 1))}">\n')
    return "".join(links)


def _tools(contents: Contents, view: View) -> str:
    """The filter, and what can be downloaded of the folder."""
    if not contents.readable or not contents.unfiltered:
        return ""
    wanted = contents.wanted
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{escaped(value)}">'
        for name, value in wanted.pairs
        if name in ("sort", "order")
    )
    whole = "true" if contents.pages == 1 and not wanted.search else "false"
    form = (
        f'<form role="search" action="./" data-whole="{whole}">{kept}<label for="q">Filter by name</label>'
        f'<input id="q" name="q" type="search" value="{escaped(wanted.search)}" placeholder="Filter by name" '
        'autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search" aria-keyshortcuts="/" '
        f'aria-controls="list"><kbd aria-hidden="true">/</kbd><button>Filter</button></form>'
    )
    status = '<p id="status" role="status" aria-live="polite"></p>'
    links = "".join(
        f'<a href="?archive={kind}" rel="nofollow" download aria-label="Download this folder as {kind}">{kind}</a>'
        for kind in view.archives
    )
    archives = f'<p class="archives"><span>Download</span>{links}</p>' if links else ""
    return f'<div class="tools">{form}{status}{archives}</div>\n'
