"""What one request is going to run: `Plan`, a tuple of `Step`s made when the app is wired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from growler.http.errors import HTTPErrorBadRequest
from growler.http.request import Request

Handler = Callable[..., Any]


class Step:
    """One handler and what has to be set on the request before it is called."""

    __slots__ = ("depth", "handler", "params", "places", "position")

    def __init__(
        self, handler: Handler, position: int, depth: int, params: tuple[tuple[str, int], ...]
    ) -> None:
        self.handler = handler
        self.position = position
        self.depth = depth
        self.params = params
        # Whether its mount point or parameters differ from those of the step before it in its plan.
        self.places = False


class Plan:
    """The steps of one kind of path, in order of registration.

    `allowed` names the methods that routes on this path would have answered, when none of them is the
    request's own; empty otherwise.
    """

    __slots__ = ("allowed", "error_steps", "steps")

    def __init__(
        self, steps: tuple[Step, ...], error_steps: tuple[Step, ...], allowed: tuple[str, ...]
    ) -> None:
        self.steps = steps
        self.error_steps = error_steps
        self.allowed = allowed

    @staticmethod
    def place(step: Step, req: Request) -> None:
        """Let the request see itself as this step does: path below its mount point, its parameters.

        Raises HTTPErrorBadRequest for a parameter that is no UTF-8: no text could ever be looked up by it.
        """
        req._depth = step.depth
        if step.params:
            path = req.head.path
            segments = path[1:].split(b"/")
            if b"%" in path:
                segments = [unquote_to_bytes(segment) for segment in segments]
            try:
                req.params = {name: segments[index].decode() for name, index in step.params}
            except UnicodeDecodeError:
                raise HTTPErrorBadRequest("the path is not UTF-8") from None
        else:
            req.params = {}
