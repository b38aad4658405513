"""The functions that templates have in every engine with expressions: `json`, `attrs` and `Markup`. Nothing else.

Each writes for one place that escaping alone does not cover - a script, a tag with names that are data - and gives
`Markup`, which is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup, escape

from growler.http.json_text import to_json

# What could end a script or a quoted attribute, and two line ends of JavaScript before 2019.
_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"}
_IS_NAME = re.compile(r"[A-Za-z0-9_:@.-]+").fullmatch


def json(value: object) -> Markup:
    """A value as JSON that cannot end the `<script>` it stands in, nor the attribute `x='...'`.

    Not for `x="..."`: JSON is full of these quotes, and `attrs` escapes them.
    Raises TypeError or ValueError for what JSON has not.
    """
    return Markup(to_json(value).translate(_IN_SCRIPT))  # noqa: S704 - nothing is left in it that ends a script


def attrs(attributes: Mapping[str, object]) -> Markup:
    """Attributes for a tag, ` id="x" hidden data-x="{...}"`, with a blank in front; `<a${attrs({...})}>`.

    None and False leave an attribute out, True writes its name only. The values of `class` may be a list. Other
    lists and mappings are written as JSON. Quotes are escaped, those of Markup too.
    Raises ValueError for names that would end the attribute: all that is not made of letters, digits and `_:@.-`.
    """
    pieces = []
    for name, value in attributes.items():
        if not _IS_NAME(name):
            raise ValueError(f"{name!r} is no name for an attribute: letters, digits and _:@.- make one")
        if value is None or value is False:
            continue
        pieces.append(f" {name}" if value is True else f' {name}="{attribute(name, value)}"')
    return Markup("".join(pieces))  # noqa: S704 - names are checked, values escaped


def attribute(name: str, value: object) -> str:
    """The value of an attribute as it stands between double quotes."""
    if isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"the attribute {name!r} is {type(value).__name__}: decode it first")
    if isinstance(value, list | tuple) and name == "class":
        value = " ".join(str(one) for one in value if one)
    elif isinstance(value, dict | list | tuple):
        value = to_json(value)
    # What is HTML may hold quotes that mean something in text; here they would end the attribute.
    return str(escape(value)).replace('"', "&#34;").replace("'", "&#39;")


FUNCTIONS: Mapping[str, object] = MappingProxyType({"json": json, "attrs": attrs, "Markup": Markup})
"""By the names under which templates have them; values cannot have these."""
