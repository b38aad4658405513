"""What stands in a class for an attribute that an extension's middleware gives each object: it names the fix."""

from __future__ import annotations

from typing import NoReturn


class Missing:
    """Reading it raises an AttributeError, so that `hasattr` works; an object that has the attribute is not asked.

    Not by `__getattr__`: with that, every other attribute of the object would take several times as long.

    Parameters:
        name: as handlers write it.
        provider: the middleware as it is made.
    """

    def __init__(self, name: str, provider: str) -> None:
        self._name = name
        self._provider = provider

    def __get__(self, owner: object, kind: type) -> NoReturn:
        extension = self._provider.partition("(")[0]
        raise AttributeError(
            f"{self._name} comes from {extension}: app.use({self._provider}) before this handler "
            f"(from growler.ext import {extension})",
            name=self._name.partition(".")[2],
            obj=owner,
        )
