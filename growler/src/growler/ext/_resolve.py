"""Which object a name of `growler.ext` stands for.

In this order: the choice made in the environment (GROWLER_EXT_SESSION for Session), the entry point of that
name in the group `growler.ext`, the module `growler_ext.<name>`. Nothing is cached: the callers keep what
they get. importlib.metadata is imported on use, because it alone takes longer than all the rest.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "growler.ext"
NAMESPACE = "growler_ext"

# The only names for which an error says what to install: a command made from a typing error serves squatters.
_OUR_NAMES = ("Auth", "CookieParser", "Indexer", "Renderer", "Session", "Static")


class NotInstalledError(LookupError):
    """Nothing of that name is installed. The callers turn it into what Python expects of them."""


def resolve(name: str) -> object:
    """The object behind `growler.ext.<name>`.

    Raises NotInstalledError when there is none, ImportError when it cannot be told which one is meant or when
    the one that is meant cannot be loaded. A dependency that an extension misses passes unchanged.
    """
    providers = _providers(name)
    # GROWLER_EXT_SESSION speaks of Session; the module growler_ext.session has the same name in upper case.
    is_plain_module = not providers and name == name.lower()
    variable = variable_for(name)
    choice = "" if is_plain_module else os.environ.get(variable, "")
    if choice:
        return _load_choice(name, variable, choice, providers)
    if len(providers) > 1:
        names = sorted(_distribution_name(provider) for provider in providers)
        raise ImportError(
            f"growler.ext.{name} is provided by {' and by '.join(names)}: "
            f"set the environment variable {variable} to one of these names",
            name=f"{NAMESPACE}.{name}",
        )
    if providers:
        return _load(providers[0], f"{_distribution_name(providers[0])} provides growler.ext.{name}")
    return _import_from_namespace(name)


def variable_for(name: str) -> str:
    """The environment variable that chooses among several providers of a name."""
    return f"GROWLER_EXT_{name.upper()}"


def entry_points() -> Iterable[EntryPoint]:
    """All entry points of the group, without loading one."""
    from importlib import metadata

    return metadata.entry_points(group=GROUP)


def namespace_modules() -> list[str]:
    """The names of the modules and packages below growler_ext, without importing one."""
    import pkgutil  # here, for only dir(), the table and errors want these two
    from importlib.util import find_spec

    spec = find_spec(NAMESPACE)
    return [module.name for module in pkgutil.iter_modules(spec.submodule_search_locations)] if spec else []


def installed_names() -> list[str]:
    """Every name that can be asked for, sorted."""
    return sorted({entry_point.name for entry_point in entry_points()}.union(namespace_modules()))


def _providers(name: str) -> list[EntryPoint]:
    return [entry_point for entry_point in entry_points() if entry_point.name == name]


def _load_choice(name: str, variable: str, choice: str, providers: list[EntryPoint]) -> object:
    """What the environment chose: `module:attribute`, or the name of a distribution that provides it."""
    if ":" in choice:
        from importlib.metadata import EntryPoint

        if not all(part.isidentifier() for part in choice.replace(":", ".", 1).split(".")):
            raise ImportError(f"{variable}={choice}: write it as package.module:attribute")
        return _load(EntryPoint(name, choice, GROUP), f"{variable} chooses it")
    for provider in providers:
        if _normalized(_distribution_name(provider)) == _normalized(choice):
            return _load(provider, f"{variable} chooses it")
    installed = sorted(_distribution_name(provider) for provider in providers)
    raise ImportError(
        f"{variable}={choice}: no installed distribution of that name provides growler.ext.{name}; "
        f"those that do: {', '.join(installed) or 'none'}",
        name=f"{NAMESPACE}.{name}",
    )


def _load(entry_point: EntryPoint, reason: str) -> object:
    """Load an object, and say why just this one was wanted when it does not exist."""
    try:
        return entry_point.load()
    except ModuleNotFoundError as error:
        # Anything else that is missing is a dependency of the extension, and speaks for itself.
        if f"{entry_point.module}.".startswith(f"{error.name}."):
            raise ModuleNotFoundError(f"{error} ({reason})", name=error.name) from error
        raise
    except AttributeError as error:
        # An AttributeError that left growler.ext would read as "not installed" to hasattr().
        raise ImportError(f"{entry_point.value}: {error} ({reason})", name=entry_point.module) from error


def _import_from_namespace(name: str) -> object:
    """The module growler_ext.<name>, or what it put in its own place."""
    module = f"{NAMESPACE}.{name}"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        # Only the absence of the extension itself is ours to explain, never that of something it needs.
        if error.name in (NAMESPACE, module):
            raise NotInstalledError(_not_installed(name)) from None
        raise
    except AttributeError as error:
        # As in _load: it would read as "not installed".
        raise ImportError(f"{module}: {error}", name=module) from error


def _not_installed(name: str) -> str:
    if name in _OUR_NAMES or name in map(str.lower, _OUR_NAMES):
        return f"growler.ext.{name} is not installed: pip install growler-ext-{name.lower()}"
    return f"growler.ext.{name} is not installed; installed are: {', '.join(installed_names()) or 'none'}"


def _distribution_name(entry_point: EntryPoint) -> str:
    # Only one that was made by hand has no distribution, and none of those comes here.
    return entry_point.dist.name if entry_point.dist else ""


def _normalized(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()  # PEP 503
