"""The two errors of rendering: there is no such template; the template failed.

Both texts are for the log and the development page. They hold names, lines and source, never values - but for
what the message of somebody else's exception says.
"""

from __future__ import annotations

from collections.abc import Sequence

from growler_ext.renderer.contract import Place

_AROUND = 2  # lines shown before and after the one that failed
_WIDTH = 160  # characters shown of a source line
_STEPS = 8  # places shown of a chain; a cycle of includes has hundreds


class TemplateNotFound(LookupError, ValueError):
    """No template has that name, or the name may not be looked for.

    A ValueError too, as in old Growler. Attributes: `name`, and `tried`, the files that were looked for.
    """

    def __init__(self, name: str, detail: str, tried: Sequence[str] = ()) -> None:
        self.name = name
        self.tried = tuple(tried)
        super().__init__(f"no template {shorten(repr(name))}: {detail}")


class TemplateError(Exception):
    """A template is wrong, or failed while it was rendered; the engine's own exception is its `__cause__`.

    Attributes:
        name: the template, as in `blog/post.mako`.
        reason: what is wrong, without name and line.
        line, column: counted from 1; None where unknown.
        places: the templates it passed through, outermost first; the last one is `name`.
    """

    def __init__(self, name: str, reason: str, places: Sequence[Place] = ()) -> None:
        self.places = tuple(places)
        self.reason = reason
        self.name = self.places[-1].source.name if self.places else name
        self.line = self.places[-1].line if self.places else None
        self.column = self.places[-1].column if self.places else None
        super().__init__(self._text())

    def _text(self) -> str:
        if not self.places:
            return f"{self.name}: {self.reason}"
        lines = [f"{_show(self.places[-1])}: {self.reason}"]
        if len(self.places) > 1:
            steps = [_show(place) for place in self.places]
            if len(steps) > _STEPS:
                steps[_STEPS // 2 : -_STEPS // 2] = ["..."]
            lines.append("by way of " + " > ".join(steps))
        return "\n".join(lines + excerpt(self.places[-1]))


def excerpt(place: Place) -> list[str]:
    """The lines around a place, numbered, the line itself marked; none where it is unknown."""
    if place.line is None:
        return []
    lines = place.source.text.split("\n")  # engines count these, and no form feeds as splitlines does
    first = max(place.line - _AROUND, 1)
    return [
        f"{'>' if number == place.line else ' '} {number:>4} | {shorten(text.rstrip())}"
        for number, text in enumerate(lines[first - 1 : place.line + _AROUND], first)
    ]


def shorten(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."


def _show(place: Place) -> str:
    return place.source.name if place.line is None else f"{place.source.name}:{place.line}"
