"""One request: run the plan, turn errors into answers, and have them sent (`growler.sending`).

Everything here is written twice-minded: a step that needs no waiting is done at once, and only one that
returns an awaitable continues in a coroutine. So a request whose handlers and hooks are all sync costs no task.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Awaitable, Iterator
from inspect import isawaitable
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from growler.cancellation import as_failure
from growler.errorpages import answer_error
from growler.exchange import ClientDisconnected, Exchange
from growler.http.request import Request
from growler.http.response import Response
from growler.router.plan import Plan, Step
from growler.sending import conclude, finish, send

if TYPE_CHECKING:
    from growler.app import App


class GrowlerStopIteration(Exception):
    """Raised by a middleware that has taken over the connection: nothing more is run and nothing is sent."""


def handle(app: App, exchange: Exchange) -> Awaitable[None] | None:
    """Answer one exchange. Returns None when that is done, else an awaitable that finishes it."""
    req = app.request_class(app, exchange)
    res = app.response_class(app, exchange)
    try:
        plan = (app._table or app.wire()).plan(exchange.head)
    except Exception as error:
        answer_error(app, req, res, error)
        return conclude(app, req, res)
    steps = iter(plan.steps)
    step = plan.steps[0]
    try:
        for step in steps:
            if step.places:
                plan.place(step, req)
            pending = step.call(req, res)
            # The cheapest question first: nearly every handler returns None or a coroutine, and isawaitable costs
            # more than all the rest of this loop.
            if pending is not None:
                if type(pending) is CoroutineType or isawaitable(pending):
                    return _go_on(app, req, res, plan, step, steps, pending)
                _tell_of_value(app, res, step, pending)
            if res.has_ended:
                break
    except GrowlerStopIteration:
        return None
    except (Exception, CancelledError) as raised:
        failure = as_failure(raised) if isinstance(raised, CancelledError) else raised
        if plan.error_steps:
            return _recover_and_conclude(app, req, res, plan, step, failure)
        _answer_late(app, req, res, failure)
        return conclude(app, req, res)
    # What `conclude` would find out, without the call: most answers have no hooks.
    return send(res) if res.hooks is None else conclude(app, req, res)


async def _go_on(
    app: App,
    req: Request,
    res: Response,
    plan: Plan,
    step: Step,
    steps: Iterator[Step],
    pending: Awaitable[Any],
) -> None:
    """The rest of `handle`, from the first handler that has to be waited for."""
    try:
        result = await pending
        if result is not None:
            _tell_of_value(app, res, step, result)
        for step in steps:  # goes on where `handle` stopped; `step` names the culprit
            if res.has_ended:
                break
            if step.places:
                plan.place(step, req)
            result = step.call(req, res)
            if result is not None and (type(result) is CoroutineType or isawaitable(result)):
                result = await result
            if result is not None:
                _tell_of_value(app, res, step, result)
    except GrowlerStopIteration:
        return
    except CancelledError as cancelled:
        await _recover(app, req, res, plan, step, as_failure(cancelled))
    except Exception as error:
        await _recover(app, req, res, plan, step, error)
    if req._form is not None:
        # Uploads lie in temporary files. Only a handler that waits can have read a form.
        res.on("after_send", req._form.close)
    # Not by `finish`: for a handler that is async and answers at once, a coroutine more is felt.
    last = conclude(app, req, res)
    if last is not None:
        await last


def _tell_of_value(app: App, res: Response, step: Step, value: object) -> None:
    """Say, once for each handler, that what it returned is no answer: with other frameworks it would be."""
    if (
        res.has_ended
        or not isinstance(value, (str, bytes, dict, list, tuple))
        or id(step.handler) in app.told
    ):
        return
    app.told.add(id(step.handler))
    name = getattr(step.handler, "__qualname__", repr(step.handler))
    app.log.warning(
        "%s returned a %s, which answers nothing: call res.send_text(...), res.send_html(...) or res.send_json(...)",
        name,
        type(value).__name__,
    )


async def _recover_and_conclude(
    app: App, req: Request, res: Response, plan: Plan, failed: Step, error: Exception
) -> None:
    await _recover(app, req, res, plan, failed, error)
    await finish(conclude(app, req, res))


async def _recover(app: App, req: Request, res: Response, plan: Plan, failed: Step, error: Exception) -> None:
    """Offer an error to the error handlers registered behind the step that failed, in order.

    One that raises passes its own error on to the next; if none answers, the app does.
    """
    if not res.has_started:
        for step in plan.error_steps:
            if step.position < failed.position:
                continue
            if res.has_ended:
                res.replace()
            try:
                if step.places:
                    plan.place(step, req)
                result = step.call(req, res, error)
                if result is not None and isawaitable(result):
                    await result
                if res.has_ended:
                    return
            except CancelledError as cancelled:
                error = as_failure(cancelled)
            except Exception as another:
                error = another
    _answer_late(app, req, res, error)


def _answer_late(app: App, req: Request, res: Response, error: Exception) -> None:
    """Answer an error - or close the connection where the answer has begun, instead of pretending an end."""
    if not res.has_started and not isinstance(error, ClientDisconnected):
        answer_error(app, req, res, error)
    else:
        _give_up(app, req, res, error)


def _give_up(app: App, req: Request, res: Response, error: Exception) -> None:
    """Have the connection closed: the head has left already, or nobody is listening."""
    if not isinstance(error, ClientDisconnected):
        app.log.error("%r failed after its answer had begun", req, exc_info=error)
    res.has_aborted = True
