"""What compiled pug calls while it renders: tags that are values, the differences of pug's `each`, and all the rest.

These are filters of Jinja, because Jinja calls filters without a detour. They follow pug.js's runtime, but for what
is safer here: a tag named `#{...}` has a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from itertools import count
from typing import Any

import jinja2

from growler_ext.renderer.engines.pug.attribute_runtime import (
    attribute,
    attributes,
    class_attribute,
    class_names,
    merge,
    raw_attribute,
    style,
    unescaped,
)
from growler_ext.renderer.engines.pug.shown import raw, shown

MAX_ROUNDS = 1_000_000
"""Rounds of one `while`: one that does not end would hold the whole server."""

_IS_TAG = re.compile(r"[A-Za-z][A-Za-z0-9-]*").fullmatch


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
