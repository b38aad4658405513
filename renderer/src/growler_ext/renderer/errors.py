"""The two errors of rendering: there is no such template; the template failed.

Both texts are for the log and the development page. They hold names, lines and source, never values - but for
what the message of somebody else's exception says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from growler_ext.renderer.contract import Place

if TYPE_CHECKING:
    from growler.errorpages.trace import Explanation, Frame

_AROUND = 2  # lines shown before and after the one that failed
_WIDTH = 160  # characters shown of a source line
_SHOWN = 12  # places with their lines on the page, the innermost
_PAGE_AROUND = 5  # lines shown there before and after
_STEPS = 8  # places shown of a chain; a cycle of includes has hundreds


class TemplateNotFound(LookupError, ValueError):
    """No template has that name, or the name may not be looked for.

    A ValueError too, as in old Growler.

    Attributes:
        name: what was asked for.
        detail: why there is none.
        tried: the files that were looked for, by their names.
        near: templates that are called nearly so.
    """

    def __init__(self, name: str, detail: str, tried: Sequence[str] = (), near: Sequence[str] = ()) -> None:
        self.name = name
        self.detail = detail
        self.tried: tuple[str, ...] = tuple(tried)
        self.near: tuple[str, ...] = tuple(near)
        self._short = f"no template {shorten(repr(name))}"
        self._hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"{self._short}: {detail}{self._hint}")

    def __growler_explain__(self) -> Explanation:
        """For the page in development (`growler.errorpages`)."""
        from growler.errorpages.trace import Explanation  # for those who look at the page

        return Explanation(self._short + self._hint, "", (), {"Why": {"reason": self.detail}})


class TemplateError(Exception):
    """A template is wrong, or failed while it was rendered; the engine's own exception is its `__cause__`.

    Attributes:
        name: the template, as in `blog/post.mako`.
        reason: what is wrong, without name and line.
        line, column: counted from 1; None where unknown.
        places: the templates it passed through, outermost first; the last one is `name`.
        types: the names of the values it was rendered with, and their types.
    """

    def __init__(
        self, name: str, reason: str, places: Sequence[Place] = (), types: Mapping[str, str] = {}
    ) -> None:
        self.places: tuple[Place, ...] = tuple(places)
        self.types = types
        self.reason = reason
        self.name: str = self.places[-1].source.name if self.places else name
        self.line: int | None = self.places[-1].line if self.places else None
        self.column: int | None = self.places[-1].column if self.places else None
        super().__init__(self._text())

    def __growler_explain__(self) -> Explanation:
        """For the page in development (`growler.errorpages`)."""
        from growler.errorpages.trace import Explanation  # for those who look at the page

        values = {"Values of the template, by their types": self.types} if self.types else {}
        places = tuple(_frame(place) for place in reversed(self.places[-_SHOWN:]))
        title = "In the template" + (", innermost first" if len(places) > 1 else "")
        where = _show(self.places[-1]) if self.places else self.name
        return Explanation(f"{where}: {self.reason}", title, places, values)

    def _text(self) -> str:
        if not self.places:
            return f"{self.name}: {self.reason}"
        lines = [f"{_show(self.places[-1])}: {self.reason}"]
        if len(self.places) > 1:
            lines.append(f"by way of {show_steps(self.places)}")
        return "\n".join(lines + excerpt(self.places[-1]))


def show_steps(places: Sequence[Place]) -> str:
    """Places in a row, `a.mako:1 > b.mako:3`; of many the first and the last."""
    steps = [_show(place) for place in places]
    if len(steps) > _STEPS:
        steps[_STEPS // 2 : -_STEPS // 2] = ["..."]
    return " > ".join(steps)


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


def _frame(place: Place) -> Frame:
    """A place as the page shows it."""
    from growler.errorpages.trace import Frame, Line

    source, number, column = place
    if number is None:
        return Frame(source.path, 0, source.name, True, ())
    text = source.text.split("\n")
    first = max(number - _PAGE_AROUND, 1)
    lines = []
    for at, line in enumerate(text[first - 1 : number + _PAGE_AROUND], first):
        marked = (0, 0)
        if at == number and column is not None:
            # The expression ends somewhere behind its beginning.
            marked = (column - 1, len(line.rstrip()))
        lines.append(Line(at, line.rstrip("\r"), at == number, marked))
    return Frame(source.path, number, source.name, True, tuple(lines))


def shorten(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."


def _show(place: Place) -> str:
    return place.source.name if place.line is None else f"{place.source.name}:{place.line}"
