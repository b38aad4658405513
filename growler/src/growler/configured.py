"""The settings of an app: a mapping, and switches in it."""

from __future__ import annotations

import asyncio
from typing import Any


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
