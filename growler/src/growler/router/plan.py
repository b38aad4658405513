"""What one request is going to run: `Plan`, a tuple of `Step`s made when the app is wired."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from growler.http.errors import HTTPErrorBadRequest
from growler.http.request import Request
from growler.router.segments import Doubtful, is_text, split

Handler = Callable[..., Any]


class Step:
    """One handler and what has to be set on the request before it is called."""

    __slots__ = ("call", "depth", "handler", "params", "places", "position")

    def __init__(
        self, handler: Handler, position: int, depth: int, params: tuple[tuple[str, int], ...]
    ) -> None:
        self.handler: Handler = handler
        # What is called: of an object that is no function Python would look up its `__call__` each time.
        call = type(handler).__call__
        self.call: Handler = MethodType(call, handler) if isinstance(call, FunctionType) else handler
        self.position: int = position
        self.depth: int = depth
        self.params: tuple[tuple[str, int], ...] = params
        # Whether its mount point or parameters differ from those of the step before it in its plan.
        self.places: bool = False


class Plan:
    """The steps of one kind of path, in order of registration.

    `allowed` names the methods that routes on this path would have answered, when none of them is the
    request's own; empty otherwise.
    """

    __slots__ = ("allowed", "error_steps", "steps")

    def __init__(
        self, steps: tuple[Step, ...], error_steps: tuple[Step, ...], allowed: tuple[str, ...]
    ) -> None:
        self.steps: tuple[Step, ...] = steps
        self.error_steps: tuple[Step, ...] = error_steps
        self.allowed: tuple[str, ...] = allowed

    @staticmethod
    def place(step: Step, req: Request) -> None:
        """Let the request see itself as this step does: path below its mount point, its parameters.

        Raises HTTPErrorBadRequest for a parameter that is no UTF-8: no text could ever be looked up by it.
        """
        req._depth = step.depth
        if step.params:
            segments = req.head.segments or split(req.head.path)
            # Not a comprehension, which costs a call.
            req.params = params = {}
            for name, index in step.params:
                params[name] = segments[index]
            if type(segments) is Doubtful and not all(map(is_text, params.values())):
                raise HTTPErrorBadRequest("the path is not UTF-8")
        elif req.params:
            req.params = {}
