"""The API reference: every public name of a module, by its docstring, as directives of Sphinx's Python domain.

`inspect` says what there is and `ast` what stands below an attribute; nothing is imported that the reader could not
import. A class comes with those of its methods and attributes that have a name without underscore and a docstring.
"""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from _machinery import docstrings, signatures


class Entry(NamedTuple):
    """A public name: `kind` is that of the Python domain."""

    kind: str
    name: str
    signature: str
    text: str
    members: tuple[Entry, ...] = ()


def names(module: ModuleType) -> list[str]:
    """What a module offers: its `__all__`, or what it defines itself under a name without underscore."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        ]
    return [name for name in listed if not isinstance(getattr(module, name), ModuleType)]


def entries(module: ModuleType) -> list[Entry]:
    """An entry for each public name; a second name of the same object says whose it is."""
    found: dict[int, str] = {}
    result = []
    for name in sorted(
        names(module), key=lambda name: (name != getattr(getattr(module, name), "__name__", name), name)
    ):
        value = getattr(module, name)
        if id(value) in found:
            result.append(Entry("data", name, "", f"The same as `{found[id(value)]}`."))
        else:
            found[id(value)] = name
            result.append(entry(name, value, module))
    return sorted(result, key=lambda each: each.name.lower())


def entry(name: str, value: Any, module: ModuleType) -> Entry:
    if isinstance(value, type):
        kind = "exception" if issubclass(value, BaseException) else "class"
        own = (
            not inspect.isabstract(value)
            and not issubclass(value, enum.Enum)
            and "Protocol" not in bases(value)
        )
        return Entry(kind, name, _signature(value) if own else "", _text(value), tuple(members(value)))
    if isinstance(value, FunctionType):
        return Entry("function", name, _signature(value), _text(value))
    return Entry("data", name, "", docstrings.markdown(_said_where_defined(name, value, module)))


def _said_where_defined(name: str, value: Any, module: ModuleType) -> str | None:
    """What stands below the assignment of a constant or an alias, in whichever module of the package that is."""
    package = module.__name__.split(".")[0]
    for known in [module, *(each for key, each in sorted(sys.modules.items()) if key.startswith(package))]:
        if vars(known).get(name) is value and name in (texts := attribute_texts(known)):
            return texts[name]
    return None


def bases(owner: type) -> list[str]:
    return [base.__name__ for base in owner.__bases__]


def _text(value: Any) -> str:
    return docstrings.markdown(vars(value).get("__doc__") if isinstance(value, type) else value.__doc__)


def _signature(function: Any) -> str:
    try:
        return signatures.signature(function)
    except ValueError:  # a class whose construction is written in C
        return ""


def members(owner: type) -> Iterator[Entry]:
    """Methods, properties and explained attributes, those of our own base classes among them."""
    seen: set[str] = set()
    for part in owner.__mro__:
        if not part.__module__.startswith("growler"):
            continue
        texts = attribute_texts(part)
        for name in [*vars(part), *texts]:
            # The tests of a contract suite are read in pytest's output.
            if name not in seen and not name.startswith(("_", "test_")):
                seen.add(name)
                found = _member(owner, name, vars(part).get(name), texts.get(name))
                if found is not None:
                    yield found


def _member(owner: type, name: str, value: Any, text: str | None) -> Entry | None:
    plain = value.__func__ if isinstance(value, classmethod | staticmethod) else value
    said = docstrings.markdown(inspect.getdoc(getattr(owner, name, None)))
    if isinstance(plain, FunctionType):
        return Entry("method", name, _signature(plain), said)
    if isinstance(plain, property):
        return Entry("property", name, "", said)
    return None if text is None else Entry("attribute", name, "", docstrings.markdown(text))


def attribute_texts(owner: ModuleType | type) -> dict[str, str]:
    """Strings that stand below an assignment: the docstrings of attributes."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    except (OSError, TypeError, SyntaxError):
        return {}
    first = tree.body[0]
    body = first.body if isinstance(owner, type) and isinstance(first, ast.ClassDef) else tree.body
    found = {}
    for above, second in pairwise(body):
        target = above.targets[0] if isinstance(above, ast.Assign) else getattr(above, "target", None)
        if (
            isinstance(target, ast.Name)
            and isinstance(second, ast.Expr)
            and isinstance(second.value, ast.Constant)
            and isinstance(second.value.value, str)
        ):
            found[target.id] = second.value.value
    return found


def page(module_name: str) -> str:
    """The reference of a module, in MyST. What the package above offers too is described there only."""
    module = importlib.import_module(module_name)
    above = importlib.import_module(module_name.partition(".")[0])
    told = {name for name in getattr(above, "__all__", ()) if module is not above}
    listed = entries(module)
    elsewhere = [
        each.name
        for each in listed
        if each.name in told and getattr(module, each.name) is getattr(above, each.name)
    ]
    parts = [f"```{{py:module}} {module_name}\n:no-typesetting:\n```", docstrings.markdown(module.__doc__)]
    if elsewhere:
        links = ", ".join(f"{{py:obj}}`{name} <{above.__name__}.{name}>`" for name in elsewhere)
        parts.append(f"The same objects as in `{above.__name__}`: {links}.")
    parts += [_directive(each, "`" * 7) for each in listed if each.name not in elsewhere]
    return "\n\n".join(parts)


def _directive(each: Entry, fence: str) -> str:
    inner = "\n\n".join([each.text, *(_directive(member, fence[:-1]) for member in each.members)])
    signature = " ".join(each.signature.split())
    return f"{fence}{{py:{each.kind}}} {each.name}{signature}\n\n{inner}\n{fence}"
