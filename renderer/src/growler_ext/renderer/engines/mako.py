"""The "mako" engine (https://www.makotemplates.org): Python in templates, with inheritance, includes and defs.

Values are escaped by the default filter; `${v | n}` leaves one as it is. Includes and parents come through our
loader, by way of an object that looks to mako like its TemplateLookup. Nothing is written to disk: mako's
module_directory would keep the escaping that a template was first compiled with.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import BuiltinFunctionType, FrameType, FunctionType
from typing import Any

from mako import exceptions
from mako.runtime import UNDEFINED
from mako.template import DefTemplate, ModuleInfo, Template

from growler_ext.renderer import names
from growler_ext.renderer.contract import Fault, Inspection, Loader, Place, Source, UnknownBlock
from growler_ext.renderer.engines.mako_inspection import inspect
from growler_ext.renderer.engines.mako_lexer import lexer
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.frames import frames
from growler_ext.renderer.functions import FUNCTIONS

# The global of a compiled template's module under which its source is found when a traceback passes through.
_SOURCE = "_growler_source"

# Escapes what has no filter of its own, under a name that no value has.
_SHOW = "_growler_show"
_SHOW_IMPORT = f"from growler_ext.renderer.escaping import show as {_SHOW}"

_RESERVED = frozenset(
    {
        # mako's own reserved words,
        *("context", "loop", "UNDEFINED", "STOP_RENDERING"),
        # what it puts among the values itself,
        *("self", "local", "parent", "next", "caller", "capture", "pageargs"),
        # and parameters of its functions, among which the values are passed by name;
        *("buffer", "tmpl", "callable_"),
        # `${print}` is Python's function, whatever the values are,
        "print",
        # and these are variables of the functions that it compiles.
        *("__M_writer", "__M_caller", "__M_locals", "__M_buf", _SHOW, "_growler_text"),
        *FUNCTIONS,
    }
)

_IMPORTS = (
    f"from growler_ext.renderer.functions import {', '.join(FUNCTIONS)}",
    # Under a name that no value has; `str` may be one.
    "from builtins import str as _growler_text",
)
_ESCAPED: Mapping[str, Any] = {
    "default_filters": ["h"],
    # What a buffered def returns is escaped already, and would be again where it is printed.
    "buffer_filters": ["Markup"],
}
_PLAIN: Mapping[str, Any] = {"default_filters": ["_growler_text"]}

# mako takes Python's builtins for values, and blocks and defs of a template before values: `${id}` without a value, and
# `${title}` beside a block of that name, would show a function. Only templates that show such a name pay for looking.
_NAMES_FUNCTION = re.compile(r"<%(?:block|def)\s[^>]*?\bname\s*=\s*[\"']\s*(\w+)")
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
_SHOWS_NAME = re.compile(r"\$\{\s*(\w+)\s*[|}]")
_CHECKED_IMPORT = "from growler_ext.renderer.engines.mako import no_function as _no_function"

_COMPILED = count()

# Functions whose generated lines mako does not map to the tag they come from.
_TAG_OF = {"_mako_inherit": "<%inherit", "_mako_generate_namespaces": "<%namespace"}


class MakoEngine:
    """Mako templates: `.mako`. Names in them are relative to their folder, with a slash in front to the directories.

    Parameters:
        escape: False shows values as they are, in HTML too.
        imports: lines of Python at the top of every template, for filters say: "from shop.filters import price".
        preprocessor: what is done to the text of a template before it is compiled. Lines must stay where they are.
        enable_loop: whether `loop` is the state of a `% for`.
    """

    name = "mako"
    suffixes: tuple[str, ...] = (".mako", ".html.mako")
    reserved = _RESERVED

    def __init__(
        self,
        *,
        escape: bool = True,
        imports: Sequence[str] = (),
        preprocessor: Callable[[str], str] | None = None,
        enable_loop: bool = True,
    ) -> None:
        if isinstance(imports, str):
            raise ValueError(f"imports is a list of lines: [{imports!r}]")
        self._escape = escape
        self._imports = tuple(imports)
        self._preprocessor = preprocessor
        self._enable_loop = enable_loop

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> MakoTemplate:
        # Python and mako keep things by a module's name, which mako makes of the uri: were it not unique, a
        # traceback would show the lines of another home.mako, and templates would share namespaces.
        uri = f"{source.name}#{next(_COMPILED)}"
        escape = escape and self._escape
        options = dict(_ESCAPED if escape else _PLAIN)
        imports = [*_IMPORTS, *self._imports]
        check: list[str] = []
        if not _functions(source.text).isdisjoint(_SHOWS_NAME.findall(source.text)):
            imports.append(_CHECKED_IMPORT)
            check.append("_no_function")
            options["default_filters"] = [*check, *options["default_filters"]]
        if escape:
            imports.append(_SHOW_IMPORT)
            options["lexer_cls"] = lexer([*check, _SHOW])
        try:
            template = Template(  # noqa: S702 - only a text template, or one asked for, has no `h`
                source.text, uri=uri, lookup=_Lookup(loader), imports=imports, preprocessor=self._preprocessor,
                enable_loop=self._enable_loop, **options,
            )  # fmt: skip
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
        if isinstance(error, FunctionShown):
            return Fault(str(error), places, error.name)
        # All that mako's placeholder for a missing value can do is to be tested; it does not know its name.
        if passed and isinstance(error, NameError | TypeError | AttributeError) and "Undefined" in str(error):
            missing = _missing(passed[-1][0], places[-1])
            if missing:
                reason = f"there is no value {' or '.join(map(repr, missing))}"
                return Fault(reason, places, missing[0] if len(missing) == 1 else None)
        return Fault(f"{type(error).__name__}: {error}", places)

    def inspect(self, source: Source, /) -> Inspection:
        return inspect(source, self._preprocessor)


def _functions(text: str) -> frozenset[str]:
    """Names that may lead to a function where a value was meant."""
    return _BUILTINS.union(_NAMES_FUNCTION.findall(text)) - FUNCTIONS.keys()


class FunctionShown(NameError):
    """A name led to a function, of Python or of the template, and was shown."""


def no_function(value: object) -> object:
    """The filter that refuses what cannot have been meant as a value. Raises FunctionShown."""
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        name = value.__name__.removeprefix("render_")
        if getattr(builtins, name, None) is value:
            raise FunctionShown(f"there is no value {name!r}", name=name)
        raise FunctionShown(f"{name!r} is a block or def here, and no value: give one of them another name")
    return value


class MakoTemplate:
    """See `Template`."""

    __slots__ = ("mako",)

    def __init__(self, mako: Any) -> None:
        self.mako: Any = mako

    def render(self, values: Mapping[str, object], block: str | None = None, /) -> str:
        text: str
        if block is None:
            text = self.mako.render_unicode(**values)
        else:
            text = DefTemplate(self.mako, _only(block)).render_unicode(**values)
        return text


def _only(block: str) -> Callable[..., str]:
    """What mako calls in place of a template's body: runs one block, of the template or of a parent."""

    def show(context: Any) -> str:
        known: list[str] = []
        namespace = context["self"]
        while namespace is not None:
            if block != "body" and namespace.template.has_def(block):
                getattr(namespace, block)()
                return ""
            known += [name for name in namespace.template.list_defs() if name != "body"]
            namespace = namespace.inherits
        raise UnknownBlock(block, known)

    return show


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
