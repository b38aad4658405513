"""The settings of an app: a mapping, and switches in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any


def refuse_misspelt(settings: Iterable[str], parameters: Sequence[str]) -> None:
    """Raise a TypeError for a setting whose name is nearly that of a parameter: it would be kept, and do nothing."""
    from difflib import get_close_matches  # where an app is made, and not for those who only import

    for name in settings:
        near = get_close_matches(name, parameters, 1, 0.8)
        if near:
            raise TypeError(f"{name}: did you mean {near[0]}? A setting of your own with that name is "
                            f"app[{name!r}] = ...")  # fmt: skip


class Configured:
    """The part of an App that holds what was set: `app["name"]`, `app.enable("switch")`."""

    config: dict[str, Any]

    def enable(self, name: str) -> None:
        """Turn a switch on: `app.config[name]` is True then."""
        self.config[name] = True

    def disable(self, name: str) -> None:
        """Turn a switch off: `app.config[name]` is False then."""
        self.config[name] = False

    def enabled(self, name: str) -> bool | None:
        """Whether a switch is on; None if nobody set it."""
        return bool(self.config[name]) if name in self.config else None

    def __getitem__(self, name: str) -> Any:
        return self.config[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.config[name] = value

    def __delitem__(self, name: str) -> None:
        del self.config[name]

    def __contains__(self, name: str) -> bool:
        return name in self.config

    @property
    def in_development(self) -> bool:
        """Whether tracebacks are shown and templates are reloaded."""
        return self.config.get("env") == "development"

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The event loop given at construction, for `create_server`."""
        return self.config.get("loop")
