"""The "mako" engine (https://www.makotemplates.org): Python in templates, with inheritance, includes and defs.

Values are escaped by the default filter; `${v | n}` leaves one as it is. Includes and parents come through our
loader, by way of an object that looks to mako like its TemplateLookup. Nothing is written to disk: mako's
module_directory would keep the escaping that a template was first compiled with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from types import FrameType
from typing import Any

from mako import exceptions
from mako.runtime import UNDEFINED
from mako.template import ModuleInfo, Template

from growler_ext.renderer import names
from growler_ext.renderer.contract import Fault, Loader, Place, Source
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.frames import frames

# The global of a compiled template's module under which its source is found when a traceback passes through.
_SOURCE = "_growler_source"

_RESERVED = frozenset(
    {
        # mako's own reserved words,
        *("context", "loop", "UNDEFINED", "STOP_RENDERING"),
        # what it puts among the values itself,
        *("self", "local", "parent", "next", "caller", "capture", "pageargs"),
        # and parameters of its functions, among which the values are passed by name.
        *("buffer", "tmpl", "callable_"),
    }
)

_ESCAPED: Mapping[str, Any] = {
    "default_filters": ["h"],
    # What a buffered def returns is escaped already, and would be again where it is printed.
    "imports": ["from markupsafe import Markup as _Markup"],
    "buffer_filters": ["_Markup"],
}
_PLAIN: Mapping[str, Any] = {"default_filters": ["str"]}

_COMPILED = count()

# Functions whose generated lines mako does not map to the tag they come from.
_TAG_OF = {"_mako_inherit": "<%inherit", "_mako_generate_namespaces": "<%namespace"}


class MakoEngine:
    name = "mako"
    suffixes = (".mako", ".html.mako")
    reserved = _RESERVED

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> MakoTemplate:
        # Python and mako keep things by a module's name, which mako makes of the uri: were it not unique, a
        # traceback would show the lines of another home.mako, and templates would share namespaces.
        uri = f"{source.name}#{next(_COMPILED)}"
        try:
            template = Template(  # noqa: S702 - only a text template, or one asked for, has no `h`
                source.text, uri=uri, lookup=_Lookup(loader), **(_ESCAPED if escape else _PLAIN)
            )
        except (exceptions.SyntaxException, exceptions.CompileException) as error:
            # The rest of its text tells the line once more.
            reason = str(error).rpartition(" at line: ")[0]
            raise TemplateError(source.name, reason, [Place(source, error.lineno, error.pos)]) from error
        except Exception as error:
            # A module-level block, <%! %>, failed: it runs when the template is compiled.
            reason = f"{type(error).__name__}: {error}"
            places = [_place(frame, line, source) for frame, line in frames(error) if _is_of(frame, uri)]
            raise TemplateError(source.name, reason, places) from error
        template.uri = template.module._template_uri = source.name
        setattr(template.module, _SOURCE, source)
        return MakoTemplate(template)

    def explain(self, error: Exception, /) -> Fault:
        passed = [(frame, line) for frame, line in frames(error) if _SOURCE in frame.f_globals]
        places = tuple(_place(frame, line, frame.f_globals[_SOURCE]) for frame, line in passed)
        # All that mako's placeholder for a missing value can do is to be tested; it does not know its name.
        if passed and isinstance(error, NameError | TypeError | AttributeError) and "Undefined" in str(error):
            missing = " or ".join(map(repr, _missing(passed[-1][0], places[-1])))
            if missing:
                return Fault(f"there is no value {missing}", places)
        return Fault(f"{type(error).__name__}: {error}", places)


class MakoTemplate:
    __slots__ = ("mako",)

    def __init__(self, mako: Any) -> None:
        self.mako = mako

    def render(self, values: Mapping[str, object], /) -> str:
        text: str = self.mako.render_unicode(**values)
        return text


class _Lookup:
    """What mako needs of a TemplateLookup."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def adjust_uri(self, uri: str, relativeto: str | None) -> str:
        return names.join(uri, relativeto)

    def get_template(self, uri: str) -> Any:
        template = self._loader.template(uri)
        assert isinstance(template, MakoTemplate)
        return template.mako


def _is_of(frame: FrameType, uri: str) -> bool:
    """Whether a frame belongs to a template whose module is not complete yet."""
    return frame.f_globals.get("_template_uri") == uri


def _place(frame: FrameType, line: int, source: Source) -> Place:
    """The line of a template from which a line of its generated module comes."""
    tag = _TAG_OF.get(frame.f_code.co_name)
    if tag is not None:
        at = source.text.find(tag)
        return Place(source, source.text.count("\n", 0, at) + 1 if at >= 0 else None)
    generated = frame.f_globals["__loader__"].get_source(frame.f_globals["__name__"])
    lines = ModuleInfo.get_module_source_metadata(generated, full_line_map=True)["full_line_map"]
    # Lines that stand for none of the template's are mapped to 0, or not at all.
    return Place(source, (lines[line - 1] or None) if line <= len(lines) else None)


def _missing(frame: FrameType, place: Place) -> list[str]:
    """Names that the template uses and that have no value - those of the failing line, if there are any."""
    undefined = [name for name, value in frame.f_locals.items() if value is UNDEFINED]
    line = place.source.text.split("\n")[place.line - 1] if place.line is not None else ""
    words = re.findall(r"\w+", line)
    return [name for name in undefined if name in words] or undefined
