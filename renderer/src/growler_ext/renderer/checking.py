"""Looks at all templates beforehand: `Renderer.check()` and `python -m growler_ext.renderer check`."""

from __future__ import annotations

from collections.abc import Iterator

from growler_ext.renderer.compiled import Compiled
from growler_ext.renderer.contract import Inspection, Place
from growler_ext.renderer.errors import TemplateError, TemplateNotFound
from growler_ext.renderer.renderer import EngineLoader, Templates


def mistakes(templates: Templates) -> list[TemplateError]:
    """What does not compile, and references that lead nowhere; each mistake once."""
    found: dict[tuple[str, int | None, str], TemplateError] = {}
    for result in _all(templates):
        errors = [result] if isinstance(result, TemplateError) else _dead_references(templates, *result)
        for error in errors:
            found.setdefault((error.name, error.line, error.reason), error)
    return list(found.values())


def unescaped(templates: Templates) -> list[Place]:
    """Where templates that compile show a value as it is."""
    return [
        place
        for result in _all(templates) if not isinstance(result, TemplateError)
        for place in result[1].unescaped
    ]  # fmt: skip


def _all(templates: Templates) -> Iterator[tuple[Compiled, Inspection] | TemplateError]:
    suffixes = [suffix for engine in templates.engines for suffix in engine.suffixes]
    for name in templates.directories.all(suffixes):
        try:
            compiled = templates.get(name)
        except TemplateError as error:
            yield error
        except TemplateNotFound:
            continue  # a file whose name nobody can ask for: no text, or too long
        else:
            yield compiled, compiled.engine.inspect(compiled.source)


def _dead_references(templates: Templates, compiled: Compiled, inspection: Inspection) -> list[TemplateError]:
    dead = []
    loader = EngineLoader(templates, compiled.engine, compiled.form.escape)
    for reference in inspection.references:
        try:
            loader.template(reference.name, reference.parent)
        except TemplateNotFound as error:
            dead.append(TemplateError(compiled.source.name, str(error), [reference.place]))
        except TemplateError:
            continue  # it is a template of its own, and told as that
    return dead
