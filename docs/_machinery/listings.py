"""Files that a page grows step by step: each is shown under its name, with the lines that are new marked.

    <!-- file: app.py -->
    ```python
    ...
    ```

`expanded` compares it with the file of that name above on the page. `files` gives what a reader would have on disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

BLOCK = re.compile(r"^<!-- file: (\S+) -->\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files(text: str) -> Iterator[tuple[int, str, str]]:
    """Position, name and text of each file, in the order in which a reader writes them."""
    for block in BLOCK.finditer(text):
        yield block.start(), block[1], block[3]


def expanded(text: str) -> str:
    """A page with captions, and with marks beside what is new in a file that was there before."""
    before: dict[str, list[str]] = {}

    def listing(block: re.Match[str]) -> str:
        name, language, code = block.groups()
        lines = code.splitlines()
        marked = _new(before[name], lines) if name in before else []
        before[name] = lines
        emphasized = f":emphasize-lines: {','.join(map(str, marked))}\n" if marked else ""
        return f"```{{code-block}} {language}\n:caption: {name}\n{emphasized}\n{code}```"

    return BLOCK.sub(listing, text)


def _new(before: list[str], after: list[str]) -> list[int]:
    """Numbers of the lines that are new or changed, from 1; blank ones are not worth a mark."""
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        number + 1
        for kind, _, _, first, last in changes
        if kind != "equal"
        for number in range(first, last)
        if after[number].strip()
    ]
