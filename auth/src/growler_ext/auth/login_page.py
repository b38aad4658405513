"""The default login page: HTML out of the files in `pages/`, with everything that is filled in escaped.

The page needs no script, and its Content-Security-Policy allows none: the only thing allowed is the one style
sheet inside the page, by its hash.
"""

from __future__ import annotations

from base64 import b64encode
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


def page(site: str, form: str) -> str:
    """The whole page.

    Parameters:
        site: the name of the site, as text.
        form: HTML, from the methods' `form`.
    """
    return _template("login.html").substitute(site=escape(site), form=form, style=_text("login.css"))


@cache
def headers() -> dict[str, str]:
    """The header fields the page is sent with."""
    style = b64encode(sha256(_text("login.css").encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        # Not no-referrer: under it browsers send `Origin: null` with the form, and csrf.py would refuse that.
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


@cache
def _text(name: str) -> str:
    return (files("growler_ext.auth") / "pages" / name).read_text("utf-8")


@cache
def _template(name: str) -> Template:
    return Template(_text(name))
