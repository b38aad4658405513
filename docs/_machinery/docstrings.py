"""Docstrings of this project as Markdown.

They are Markdown already, but for one thing: a `Parameters:` section, which is a list of `name: text` lines that go on
where they are indented further. `split` takes it out; `markdown` writes it as a list.
"""

from __future__ import annotations

import inspect
import re

_PARAMETER = re.compile(r"([*\w]+(?:, [*\w]+)*): (.*)")


def split(docstring: str | None) -> tuple[str, dict[str, str], str]:
    """The text before the parameters, what is said of each of them, and the text behind."""
    before: list[str] = []
    section: list[str] = []
    after: list[str] = []
    into = before
    for line in inspect.cleandoc(docstring or "").splitlines():
        if line == "Parameters:":
            into = section
        elif into is section and line and not line.startswith(" "):
            into = after
            after.append(line)
        else:
            into.append(line)
    return "\n".join(before).strip(), _parameters(section), "\n".join(after).strip()


def _parameters(section: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    names: tuple[str, ...] = ()
    for line in inspect.cleandoc("\n".join(["", *section])).splitlines():
        start = _PARAMETER.fullmatch(line)
        if start:
            names = tuple(start[1].split(", "))
            found |= dict.fromkeys(names, start[2])
        elif line.strip():
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return found


def markdown(docstring: str | None) -> str:
    """The whole docstring."""
    before, parameters, after = split(docstring)
    together: dict[str, list[str]] = {}
    for name, text in parameters.items():
        together.setdefault(text, []).append(f"`{name}`")
    items = "\n".join(f"- {', '.join(names)}: {text}" for text, names in together.items())
    return "\n\n".join(part for part in (before, items, after) if part)


def summary(docstring: str | None) -> str:
    """The first paragraph, on one line."""
    return " ".join(split(docstring)[0].partition("\n\n")[0].split())
