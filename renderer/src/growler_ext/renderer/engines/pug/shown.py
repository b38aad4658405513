"""How pug shows a value: in text, between the quotes of an attribute, as it is. Called while a template renders."""

from __future__ import annotations

import jinja2
from markupsafe import Markup, escape

from growler.http.json_text import to_json


class Unescaped(Markup):
    """An attribute that its author wants as it is: `name!=value` on a mixin."""

    __slots__ = ()


# Markup(text) asks the text whether it is HTML already; this does not, and is three times as fast.
_new_str = str.__new__


def markup(text: str) -> Markup:
    """A text that is HTML."""
    return _new_str(Markup, text)


def shown(value: object) -> object:
    """What is shown for a value: nothing for None, and true and false as JavaScript writes them.

    Raises TypeError for what cannot have been meant.
    """
    kind = value.__class__
    if kind is str or kind is int or kind is Markup:  # mostly
        return value
    if value is None:
        return ""
    if kind is bool:
        return "true" if value else "false"
    _check(value)
    return value


def _check(value: object) -> None:
    if isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"a {type(value).__name__} cannot be shown: decode it first")
    if hasattr(value, "__await__"):
        raise TypeError(f"a {type(value).__name__} cannot be shown: await it first")


def raw(value: object) -> Markup:
    """A value that is shown as it is."""
    return Markup(shown(value))  # noqa: S704 - its author asked for it, by != or !{}


def quoted(value: object) -> str:
    """A value as it stands between double quotes."""
    if value.__class__ is str:
        return escape(value)
    if isinstance(value, Unescaped):
        return value
    if hasattr(value, "__html__") and not isinstance(value, jinja2.Undefined):
        # It is HTML for text, where quotes mean nothing.
        return str(escape(value)).replace('"', "&#34;").replace("'", "&#39;")
    return escape(plain(value))


def plain(value: object) -> str:
    """The text of a value that is no text: JSON of lists and mappings, ISO 8601 of times."""
    if isinstance(value, str):
        return value
    _check(value)
    if isinstance(value, bool | dict | list | tuple):
        return to_json(value)
    to_iso = getattr(value, "isoformat", None)
    return str(value if to_iso is None else to_iso())
