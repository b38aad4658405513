"""What stands below the table: that there is nothing, which other pages there are, and the README."""

from __future__ import annotations

from dataclasses import replace

from growler_ext.indexer.contents import Contents
from growler_ext.indexer.figures import counted, human_size
from growler_ext.indexer.formats.markup import escaped, name
from growler_ext.indexer.readme import LONGEST

# Up to so many pages are linked one by one; of more, the first, the last and those around.
_ALL_LINKED = 9
_AROUND = 2


def note(contents: Contents) -> str:
    """A sentence where a folder shows nothing; hidden where the script may need it."""
    hidden = ""
    if not contents.readable:
        sentence = "This folder cannot be read."
    elif not contents.unfiltered:
        sentence = "This folder is empty."
    else:
        hidden = " hidden" if contents.total else ""
        everything = escaped(replace(contents.wanted, search="", page=1).query or "./")
        shown = f"<b>{name(contents.wanted.search)}</b>" if contents.wanted.search else "<b></b>"
        sentence = (
            f'Nothing here has &ldquo;{shown}&rdquo; in its name. <a href="{everything}">Show all '
            f"{counted(contents.unfiltered, 'entry', 'entries')}</a>"
        )
    return f'<p class="note" id="nothing"{hidden}>{sentence}</p>\n'


def pages(contents: Contents) -> str:
    """Links to the other pages, if there are any."""
    wanted = contents.wanted
    if wanted.page is None:
        return f'<nav class="pages" aria-label="Pages"><a href="{escaped(wanted.at_page(1))}">Show in pages</a></nav>\n'
    if contents.pages == 1:
        return ""
    here, last = wanted.page, contents.pages
    near = range(1, last + 1) if last <= _ALL_LINKED else sorted(
        {1, last, *range(max(1, here - _AROUND), min(last, here + _AROUND) + 1)}
    )  # fmt: skip
    links = []
    before = 0
    for page in near:
        if page > before + 1:
            links.append("<li><span>&hellip;</span></li>")
        before = page
        current = ' aria-current="page"' if page == here else ""
        target = escaped(wanted.at_page(page))
        links.append(f'<li><a href="{target}" aria-label="Page {page:,}"{current}>{page:,}</a></li>')
    back = f'<a rel="prev" href="{escaped(wanted.at_page(here - 1))}">Previous</a>' if here > 1 else ""
    on = f'<a rel="next" href="{escaped(wanted.at_page(here + 1))}">Next</a>' if here < last else ""
    everything = f'<a href="{escaped(wanted.at_page(None))}">Show all {contents.total:,}</a>'
    return f'<nav class="pages" aria-label="Pages">{back}<ol>{"".join(links)}</ol>{on}{everything}</nav>\n'


def readme(contents: Contents) -> str:
    """The README as it is: text, never markup."""
    found = contents.readme
    if found is None:
        return ""
    rest = "" if found.whole else f"<p>Only the first {human_size(LONGEST)} are shown.</p>"
    # A line break right behind <pre> would be dropped.
    shown = "\n".join([escaped(line.expandtabs()) for line in found.text.split("\n")])
    return (
        f'<section class="readme" aria-labelledby="readme"><h2 id="readme">{name(found.name)}</h2>'
        f'<pre tabindex="0">\n{shown}</pre>{rest}</section>\n'
    )
