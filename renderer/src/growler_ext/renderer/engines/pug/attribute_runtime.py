"""What compiled pug calls while it renders, of attributes: single ones, classes, styles, and `&attributes`.

They follow pug.js's runtime, but for what is safer here: `&attributes` escapes its values and checks its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import jinja2
from markupsafe import Markup, escape

from growler_ext.renderer.engines.pug.shown import Unescaped, markup, plain, quoted, shown

_IS_ATTRIBUTE = re.compile(r"[A-Za-z0-9_:@.-]+").fullmatch

_new_str = str.__new__


class Attributes(dict[str, Any]):
    """The `attributes` of a mixin: those that a call does not have are None, and not missing."""

    __slots__ = ()

    def __missing__(self, name: str) -> None:
        return None


NO_ATTRIBUTES = Attributes()


def attribute(value: object, before: str, flag: str) -> str:
    """An attribute, ` href="..."`.

    Parameters:
        before: ` href="`.
        flag: what is written for True: ` href`, or ` href="href"`.
    """
    if value.__class__ is str:
        return _new_str(Markup, "".join((before, escape(value), '"')))
    if value is None or value is False:
        return ""
    return markup(flag if value is True else f'{before}{quoted(value)}"')


def raw_attribute(value: object, before: str, flag: str) -> str:
    """An attribute whose value is not escaped."""
    if value is None or value is False:
        return ""
    if value is True:
        return markup(flag)
    text = plain(value)
    if not isinstance(value, str) and '"' in text:
        text = text.replace("'", "&#39;")
        return markup(f"{before[:-1]}'{text}'")
    return markup(f'{before}{text}"')


def unescaped(value: object) -> object:
    """The value of an attribute that is not escaped, for a mixin; what is no text is escaped all the same."""
    return Unescaped(value) if isinstance(value, str) else value


def classes(value: object) -> Iterator[object]:
    """The names of classes in a list of them, in the keys of a mapping whose values are true, or in a text."""
    if isinstance(value, Mapping):
        for name, is_on in value.items():
            if name and is_on:
                yield name
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from classes(one)
    elif isinstance(value, jinja2.Undefined):
        str(value)  # raises that it is missing
    elif value:
        yield shown(value)


def class_names(parts: Sequence[object], unescaped: Sequence[bool]) -> Unescaped:
    """The value of a class attribute: the names in all parts, each escaped unless the part is not."""
    names: list[str] = []
    for part, is_raw in zip(parts, unescaped, strict=True):
        if part.__class__ is str:  # mostly; then there is one name, or none
            if part:
                names.append(part if is_raw else escape(part))
        else:
            names += [str(name) if is_raw else quoted(name) for name in classes(part)]
    return Unescaped(" ".join(names))


def class_attribute(parts: Sequence[object], unescaped: Sequence[bool]) -> str:
    """A class attribute, or nothing if there is no name."""
    names = class_names(parts, unescaped)
    return markup(f' class="{names}"') if names else ""


def style(value: object) -> object:
    """A style: a mapping as `color:red;`. Nothing is None."""
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises that it is missing
    if not value:
        return None
    if isinstance(value, Mapping):
        return "".join(f"{name}:{plain(one)};" for name, one in value.items())
    return value


def merge(attributes: Mapping[str, Any], spreads: Iterable[object]) -> Attributes:
    """Attributes with those of mappings over them; classes come together, and styles too."""
    merged = Attributes(attributes)
    for spread in spreads:
        if spread is None:
            continue
        if isinstance(spread, jinja2.Undefined):
            str(spread)  # raises that it is missing
        if not isinstance(spread, Mapping):
            raise TypeError(f"&attributes wants a mapping, not {type(spread).__name__}")
        for name, value in spread.items():
            if name == "class":
                merged[name] = [one for one in (merged[name], value) if one is not None]
            elif name == "style":
                merged[name] = "".join(_ended(style(one)) for one in (merged[name], value))
            else:
                merged[name] = value
    return merged


def attributes(static: Mapping[str, Any], spreads: Iterable[object], terse: bool) -> str:
    """The attributes of a tag that has `&attributes`. Raises ValueError for names that are none."""
    pieces: list[str] = []
    for name, value in merge(static, spreads).items():
        if name not in static and not _IS_ATTRIBUTE(str(name)):
            raise ValueError(f"{name!r} is no name for an attribute: letters, digits and _:@.- make one")
        if name == "class":
            pieces.insert(0, class_attribute((value,), (False,)))
        else:
            one = style(value) if name == "style" else value
            pieces.append(attribute(one, f' {name}="', f" {name}" if terse else f' {name}="{name}"'))
    return markup("".join(pieces))


def _ended(text: object) -> str:
    """A style that another one can follow."""
    written = "" if text is None else str(text)
    return written if not written or written.endswith(";") else written + ";"
