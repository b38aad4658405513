"""The default login page: HTML out of the files in `pages/`, with everything that is filled in escaped.

Its Content-Security-Policy allows nothing but the one style sheet inside the page and, where a method needs one, the
one script, both by their hashes. Methods share its frame for pages of their own.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template


class Html(str):
    """Markup that template engines leave as it is: they ask for `__html__` before they escape."""

    __slots__ = ()

    def __html__(self) -> Html:
        return self


def fill(template: str, **values: str) -> str:
    """A file of `pages/` with its `$names` replaced by values, which are escaped for text and attributes."""
    return _template(template).substitute({name: escape(value) for name, value in values.items()})


def script(name: str) -> str:
    """A script of `pages/`."""
    return _text(name)


def problem(message: str) -> str:
    """Why the last try failed, as HTML; "" leaves the place for it, which the fields of the forms name."""
    return _template("failed.html").substitute(message=escape(message), hidden="" if message else " hidden")


def arrange(parts: Sequence[str]) -> str:
    """The parts of all methods, one below the other: those that are only a link stand together where the first of them
    does, and between what is different stands "or"."""
    groups: list[list[str]] = []
    links: list[str] = []
    for part in parts:
        if not part.startswith("<a "):
            groups.append([part])
        else:
            if not links:
                groups.append(links)
            links.append(part)
    return fill("or.html").join("\n".join(group) for group in groups)


def page(site: str, title: str, body: str, source: str = "", *, back: str = "") -> str:
    """The whole page.

    Parameters:
        site: the name of the site, as text.
        title: the heading, as text.
        body: HTML, from the methods.
        source: of the one script; what could end it early is refused.
        back: where there is another way to sign in; "" for none.

    Raises ValueError for a script with "</script" or "<!--" in it.
    """
    if "</script" in source.lower() or "<!--" in source:
        raise ValueError("a script with </script or <!-- in it would end early: write <\\/script")
    return _template("login.html").substitute(
        site=escape(site),
        title=escape(title),
        mark=escape(next(filter(str.isalnum, site), "")).upper(),
        body=body,
        back=fill("back.html", url=back) if back else "",
        style=_text("login.css"),
        script=f'<script type="module">{source}</script>' if source else "",
    )


@cache
def headers(source: str = "", referrer: str = "same-origin") -> dict[str, str]:
    """The header fields the page is sent with."""
    allowed = f"script-src '{_hash(source)}'; connect-src 'self'; " if source else ""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src '{_hash(_text('login.css'))}'; {allowed}form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        # Not no-referrer where it can be helped: under it browsers send `Origin: null` with the form, which would
        # be refused from those that do not send Sec-Fetch-Site.
        "Referrer-Policy": referrer,
        "Cache-Control": "no-store",
    }


def _hash(source: str) -> str:
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()


@cache
def _text(name: str) -> str:
    return (files("growler_ext.auth") / "pages" / name).read_text("utf-8")


@cache
def _template(name: str) -> Template:
    return Template(_text(name))
