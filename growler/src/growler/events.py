"""Named events with plain or async callbacks.

Callbacks are called with no arguments unless the emitter gives some, in the order of registration;
an emitter that wants another order says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

Callback = Callable[..., Awaitable[Any] | Any]
C = TypeVar("C", bound=Callback)


class Events:
    """A set of callbacks per event name.

    >>> events = Events("ready")
    >>> @events.on("ready")
    ... def hello():
    ...     print("hello")
    """

    def __init__(self, *names: str) -> None:
        """With names given, `on` and the emitters raise KeyError for any other."""
        self._strict = bool(names)
        self._callbacks: dict[str, list[Callback]] = {name: [] for name in names}

    @overload
    def on(self, name: str, callback: C) -> C: ...
    @overload
    def on(self, name: str) -> Callable[[C], C]: ...

    def on(self, name: str, callback: Any = None) -> Any:
        """Register a callback; without one, a decorator that does. Returns the callback."""
        if callback is None:
            return lambda function: self.on(name, function)
        if self._strict:
            self._callbacks[name].append(callback)
        else:
            self._callbacks.setdefault(name, []).append(callback)
        return callback

    def callbacks(self, name: str) -> list[Callback]:
        return self._callbacks[name] if self._strict else self._callbacks.get(name, [])

    def sync_emit(self, name: str, *arguments: object) -> None:
        """Call the callbacks; what they return is not awaited."""
        for callback in self.callbacks(name):
            callback(*arguments)

    async def emit(self, name: str, *arguments: object) -> None:
        """Call the callbacks one after the other and await what is awaitable."""
        for callback in self.callbacks(name):
            result = callback(*arguments)
            if hasattr(result, "__await__"):
                await result

    async def unwind(self, name: str) -> None:
        """Call the callbacks, last added first, all of them although some fail: what was opened last is closed first.

        Raises what failed: the one exception, or several as an ExceptionGroup.
        """
        errors: list[Exception] = []
        for callback in reversed(self.callbacks(name)):
            try:
                result = callback()
                if hasattr(result, "__await__"):
                    await result
            except Exception as error:
                errors.append(error)
        if len(errors) > 1:
            raise ExceptionGroup(f"{len(errors)} functions failed at {name}", errors)
        if errors:
            raise errors[0]
