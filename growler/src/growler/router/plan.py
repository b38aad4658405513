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
        # Whether this or any step before it in a plan may differ in mount point or parameters; see Plan.
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
        """Let the request see itself as this step does: path below its mount point, its parameters."""
        req._depth = step.depth
        if step.params:
            segments = req.head.path[1:].split(b"/")
            req.params = {name: _decode(segments[index]) for name, index in step.params}
        else:
            req.params = {}


def _decode(segment: bytes) -> str:
    """A parameter's value. Text that is no UTF-8 cannot be looked up anywhere, so it is the client's error."""
    if b"%" in segment:
        segment = unquote_to_bytes(segment)
    try:
        return segment.decode()
    except UnicodeDecodeError:
        raise HTTPErrorBadRequest("the path is not UTF-8") from None
