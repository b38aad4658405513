"""What compiled pug calls while it renders: attributes, classes, styles, and the differences of pug's `each`.

These are filters of Jinja, because Jinja calls filters without a detour. They follow pug.js's runtime, but for two
things that are safer here: `&attributes` escapes its values and checks its names, and so does a tag named `#{...}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from itertools import count
from typing import Any

import jinja2
from markupsafe import Markup, escape

from growler.http.json_text import to_json

MAX_ROUNDS = 1_000_000
"""Rounds of one `while`: one that does not end would hold the whole server."""

_IS_ATTRIBUTE = re.compile(r"[A-Za-z0-9_:@.-]+").fullmatch
_IS_TAG = re.compile(r"[A-Za-z][A-Za-z0-9-]*").fullmatch


class Unescaped(Markup):
    """An attribute that its author wants as it is: `name!=value` on a mixin."""

    __slots__ = ()


class Attributes(dict[str, Any]):
    """The `attributes` of a mixin: those that a call does not have are None, and not missing."""

    __slots__ = ()

    def __missing__(self, name: str) -> None:
        return None


NO_ATTRIBUTES = Attributes()


# Markup(text) asks the text whether it is HTML already; this does not, and is three times as fast.
_new_str = str.__new__


def _markup(text: str) -> Markup:
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
    return _markup(flag if value is True else f'{before}{quoted(value)}"')


def raw_attribute(value: object, before: str, flag: str) -> str:
    """An attribute whose value is not escaped."""
    if value is None or value is False:
        return ""
    if value is True:
        return _markup(flag)
    text = plain(value)
    if not isinstance(value, str) and '"' in text:
        text = text.replace("'", "&#39;")
        return _markup(f"{before[:-1]}'{text}'")
    return _markup(f'{before}{text}"')


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
    return _markup(f' class="{names}"') if names else ""


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
    return _markup("".join(pieces))


def tag(value: object) -> str:
    """The name of a tag that is a value. Raises ValueError for what is none."""
    name = str(value)
    if not _IS_TAG(name):
        raise ValueError(f"{name[:40]!r} is no name for a tag: letters, digits and - make one")
    return name


def values(items: Any) -> Any:
    """What `each value in items` goes through: the values of a mapping, and not its keys."""
    return items.values() if isinstance(items, Mapping) else items


def pairs(items: Any) -> Iterable[tuple[Any, Any]]:
    """What `each value, key in items` goes through; the keys of a list are 0, 1, 2."""
    if isinstance(items, Mapping):
        return [(value, key) for key, value in items.items()]
    return zip(iter(items), count(), strict=False)


def entries(items: Any) -> Any:
    """What `each [key, value] of items` goes through."""
    return items.items() if isinstance(items, Mapping) else items


def rounds() -> Iterator[None]:
    """The rounds of a `while`."""
    for _ in range(MAX_ROUNDS):
        yield
    raise RuntimeError(f"a while does not end: it went {MAX_ROUNDS} rounds")


def fail(reason: str) -> str:
    """Raise what is wrong only where it is rendered."""
    raise jinja2.TemplateRuntimeError(reason)


@jinja2.pass_environment
def length(environment: jinja2.Environment, value: Any) -> Any:
    """`.length` of what has one; of all else, the attribute or key of that name."""
    if isinstance(value, Sized) and not isinstance(value, Mapping):
        return len(value)
    return environment.getattr(value, "length")


def _ended(text: object) -> str:
    """A style that another one can follow."""
    written = "" if text is None else str(text)
    return written if not written or written.endswith(";") else written + ";"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "shown": shown,
    "raw": raw,
    "attribute": attribute,
    "raw_attribute": raw_attribute,
    "class_names": class_names,
    "class_attribute": class_attribute,
    "style": style,
    "merge": merge,
    "attributes": attributes,
    "unescaped": unescaped,
    "tag": tag,
    "values": values,
    "pairs": pairs,
    "entries": entries,
    "length": length,
    "fail": fail,
}
"""By the names that compiled templates call, each behind `expressions.OURS`."""
