"""The hooks of one response: what is to be called before its head leaves, after it, and after its last byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar, overload

Hook = Callable[[], Awaitable[Any] | Any]
HookName = Literal["headers", "before_headers", "after_headers", "after_send"]
H = TypeVar("H", bound=Hook)


class Hooks:
    """Hooks by name. Each runs once: it is taken off before it is called, and one may add another."""

    __slots__ = ("_by_name",)

    def __init__(self) -> None:
        headers: list[Hook] = []
        # `before_headers` is the old second name of `headers`.
        self._by_name: dict[str, list[Hook]] = {
            "headers": headers,
            "before_headers": headers,
            "after_headers": [],
            "after_send": [],
        }

    @overload
    def on(self, name: HookName, hook: H) -> H: ...
    @overload
    def on(self, name: HookName) -> Callable[[H], H]: ...

    def on(self, name: HookName, hook: Any = None) -> Any:
        """Add a hook; without one, a decorator that does. Raises KeyError for a name that is none."""
        if hook is None:
            return lambda function: self.on(name, function)
        self._by_name[name].append(hook)
        return hook

    def pop(self, name: HookName) -> Hook | None:
        """The hook to run next: the one added last."""
        hooks = self._by_name[name]
        return hooks.pop() if hooks else None
