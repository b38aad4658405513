"""`Compiled`: a template ready to be rendered, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NoReturn

from growler.http.errors import HTTPError
from growler_ext.renderer.contract import Engine, Place, Source, Template, UnknownBlock
from growler_ext.renderer.errors import TemplateError, show_steps
from growler_ext.renderer.names import Form


class Compiled:
    """A template, with the engine that made it and what it may be sent as."""

    __slots__ = ("engine", "form", "source", "template")

    def __init__(self, source: Source, engine: Engine, form: Form, template: Template) -> None:
        self.source: Source = source
        self.engine: Engine = engine
        self.form: Form = form
        self.template: Template = template

    def render(self, merged: Mapping[str, object], block: str | None) -> str:
        """The text. Raises TemplateError; an HTTPError that something in the template raised stays what it is."""
        try:
            return self.template.render(merged, block)
        except HTTPError:
            raise
        except UnknownBlock as error:
            known = ", ".join(map(repr, sorted(set(error.known)))) or "none"
            raise TemplateError(
                self.source.name, f"there is no block {error.name!r}; there are: {known}"
            ) from None
        except Exception as error:
            fail(self.source.name, self.engine, error, merged)


def fail(name: str, engine: Engine, error: Exception, values: Mapping[str, object] = {}) -> NoReturn:
    """Raise the TemplateError for what came out of an engine.

    Parameters:
        name: the template that was asked for.
        values: those it was rendered with; only their names and types are told.
    """
    fault = engine.explain(error)
    types = {key: type(value).__qualname__ for key, value in values.items()}
    if isinstance(error, TemplateError):
        # A template that another one asked for did not compile: put before it the way that led there.
        if not fault.places:
            raise error
        raise TemplateError(error.name, error.reason, (*fault.places, *error.places), types) from error
    reason = fault.reason
    if fault.missing is not None:
        reason = f"there is no value {fault.missing!r}"
        near = get_close_matches(fault.missing, values, 3)
        if fault.missing in values:
            reason += " here, though the page has one: what is imported gets only what it is given"
        elif near:
            reason += f"; did you mean {' or '.join(map(repr, near))}?"
    elif isinstance(error, RecursionError):
        reason = _endless(fault.places) or reason
    raise TemplateError(name, reason, fault.places, types) from error


def _endless(places: Sequence[Place]) -> str | None:
    """What to say of templates that lead to each other in a circle."""
    for at in range(len(places) - 2, -1, -1):
        if places[at] == places[-1]:
            return f"this never ends: {show_steps(places[at:])}"
    return None
