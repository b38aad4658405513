"""The error for reading an extension's attribute whose middleware was not used: it names the fix."""

from __future__ import annotations

_PROVIDERS = {
    ("req", "cookies"): "CookieParser()",
    ("res", "cookies"): "CookieParser()",
    ("req", "session"): "Session()",
    ("req", "user"): "Auth(...)",
    ("req", "auth"): "Auth(...)",
    ("res", "render"): 'Renderer("views/")',
}


def missing_attribute(short: str, owner: object, name: str) -> AttributeError:
    """For `__getattr__`: an AttributeError, so that `hasattr` works."""
    provider = _PROVIDERS.get((short, name))
    if provider is None:
        return AttributeError(
            f"{type(owner).__name__!r} object has no attribute {name!r}", name=name, obj=owner
        )
    extension = provider.partition("(")[0]
    return AttributeError(
        f"{short}.{name} comes from {extension}: app.use({provider}) before this handler "
        f"(from growler.ext import {extension})",
        name=name,
        obj=owner,
    )
