"""The hooks of one response: what is to be called before its head leaves, after it, and after its last byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar, overload

Hook = Callable[[], Awaitable[Any] | Any]
HookName = Literal["headers", "before_headers", "after_headers", "after_send"]
H = TypeVar("H", bound=Hook)


class Hooks:
    """Hooks by name. Each runs once: it is taken off before it is called, and one may add another."""

    __slots__ = ("after", "before")

    def __init__(self) -> None:
        self.before: list[Hook] = []
        """The hooks for `headers`, the last one the next to be run."""
        self.after: dict[str, list[Hook]] | None = None
        """Those for what comes after the head; None while there are none, as for most."""

    @overload
    def on(self, name: HookName, hook: H) -> H: ...
    @overload
    def on(self, name: HookName) -> Callable[[H], H]: ...

    def on(self, name: HookName, hook: Any = None) -> Any:
        """Add a hook; without one, a decorator that does. Raises KeyError for a name that is none."""
        if hook is None:
            return lambda function: self.on(name, function)
        # `before_headers` is the old second name of `headers`.
        if name in ("headers", "before_headers"):
            self.before.append(hook)
        elif self.after is None and name in ("after_headers", "after_send"):
            self.after = {"after_headers": [], "after_send": []}
            self.after[name].append(hook)
        elif self.after is not None and name in self.after:
            self.after[name].append(hook)
        else:
            raise KeyError(f"there is no res.on({name!r}): headers, after_headers or after_send")
        return hook

    def pop(self, name: HookName) -> Hook | None:
        """The hook to run next: the one added last."""
        if name in ("headers", "before_headers"):
            hooks = self.before
        elif self.after is None:
            return None
        else:
            hooks = self.after[name]
        return hooks.pop() if hooks else None
