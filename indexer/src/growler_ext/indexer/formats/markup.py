"""Text from outside as HTML: the one place where a file name becomes markup.

`escaped` is for attributes, titles and, joined, for the names of a whole listing; `name` for a name among other text: a
`<bdi>` keeps the direction of its letters from turning what stands around it (HTML Standard, the bdi element; UAX 9).
"""

from __future__ import annotations

from html import escape

# What nobody could see, or what would break or turn the line, is shown as a sign: control characters as their
# pictures (U+2400 and on), C1, line separators and directional overrides as the replacement character.
_SIGNS = {code: 0x2400 + code for code in range(0x20)}
_SIGNS[0x7F] = 0x2421
_SIGNS |= dict.fromkeys(
    [*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD
)


def visible(text: str) -> str:
    """Text with signs for what cannot be seen."""
    return text if text.isprintable() else text.translate(_SIGNS)


def escaped(text: str) -> str:
    """Text for an attribute's value or an element's content."""
    return escape(visible(text))


def name(text: str) -> str:
    """A name as an element of its own."""
    return f"<bdi>{escaped(text)}</bdi>"
