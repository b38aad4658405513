"""One request from chain to last byte: run the plan, turn errors into answers, run the hooks, write.

Everything here is written twice-minded: a step that needs no waiting is done at once, and only one that
returns an awaitable continues in a coroutine. So a request whose handlers and hooks are all sync costs no task.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from inspect import isawaitable
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from growler.errorpages import answer_error
from growler.exchange import ClientDisconnected, Exchange, Fields
from growler.http.body import FileBody
from growler.http.hooks import HookName
from growler.http.prepared import USUAL, usual
from growler.http.request import Request
from growler.http.response import Response
from growler.router.plan import Plan, Step

if TYPE_CHECKING:
    from growler.app import App


# RFC 9110 8.6 and 15.4.5: no body, so no length either.
_WITHOUT_LENGTH = frozenset({204, 304})


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
            if pending is not None and (type(pending) is CoroutineType or isawaitable(pending)):
                return _go_on(app, req, res, plan, step, steps, pending)
            if res.has_ended:
                break
    except GrowlerStopIteration:
        return None
    except Exception as error:
        if plan.error_steps:
            return _recover_and_conclude(app, req, res, plan, step, error)
        _answer_late(app, req, res, error)
        return conclude(app, req, res)
    # What `conclude` would find out, without the call: most answers have no hooks.
    return _send(res) if res.hooks is None else conclude(app, req, res)


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
        await pending
        for step in steps:  # goes on where `handle` stopped; `step` names the culprit
            if res.has_ended:
                break
            if step.places:
                plan.place(step, req)
            result = step.call(req, res)
            if result is not None and (type(result) is CoroutineType or isawaitable(result)):
                await result
    except GrowlerStopIteration:
        return
    except Exception as error:
        await _recover(app, req, res, plan, step, error)
    if req._form is not None:
        # Uploads lie in temporary files. Only a handler that waits can have read a form.
        res.on("after_send", req._form.close)
    # Not by `_finish`: for a handler that is async and answers at once, a coroutine more is felt.
    last = conclude(app, req, res)
    if last is not None:
        await last


async def _recover_and_conclude(
    app: App, req: Request, res: Response, plan: Plan, failed: Step, error: Exception
) -> None:
    await _recover(app, req, res, plan, failed, error)
    await _finish(conclude(app, req, res))


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
    """Close the connection: the head has left already, or nobody is listening."""
    if not isinstance(error, ClientDisconnected):
        app.log.error("%r failed after its answer had begun", req, exc_info=error)
    res.has_aborted = True
    res.exchange.abort()


def conclude(app: App, req: Request, res: Response) -> Awaitable[None] | None:
    """Run the hooks and send the answer."""
    if res.has_aborted:
        return _after(res, "after_send")
    if res.hooks is not None and not res.has_started:
        pending = _run_hooks(app, req, res)
        if pending is not None:
            return _wait_and_send(pending, res)
    return _send(res)


async def _wait_and_send(pending: Awaitable[None], res: Response) -> None:
    try:
        await pending
    except BaseException:  # cancelled: the server shuts down
        res.close_body()
        raise
    await _finish(_send(res))


def _run_hooks(app: App, req: Request, res: Response) -> Awaitable[None] | None:
    """Run the `headers` hooks, last added first; returns an awaitable as soon as one has to be waited for."""
    hooks = res.events
    while (hook := hooks.pop("headers")) is not None:
        try:
            result = hook()
        except Exception as error:
            _replace_by_error(app, req, res, error)
            continue
        if result is not None and isawaitable(result):
            return _run_hooks_waiting(app, req, res, result)
    return None


async def _run_hooks_waiting(app: App, req: Request, res: Response, pending: Awaitable[Any]) -> None:
    try:
        await pending
    except Exception as error:
        _replace_by_error(app, req, res, error)
    rest = _run_hooks(app, req, res)
    if rest is not None:
        await rest


def _replace_by_error(app: App, req: Request, res: Response, error: Exception) -> None:
    res.replace()
    answer_error(app, req, res, error)


async def start_writing(res: Response) -> None:
    """Run the hooks and send status and header fields, for `res.write`.

    A hook that fails here raises at the handler's `write`: it becomes the answer like any of its errors.
    """
    hooks = res.events
    while (hook := hooks.pop("headers")) is not None:
        result = hook()
        if result is not None and isawaitable(result):
            await result
    res.has_ended = True
    await _start(res)


async def _start(res: Response) -> None:
    fields = res.fields()
    res.has_started = True
    await res.exchange.start(res.status_code, fields)
    await _finish(_after(res, "after_headers"))


def _send(res: Response) -> Awaitable[None] | None:
    body = res._body
    if type(body) is bytes and not res.has_started:
        status = res.status_code
        fields: Fields | None = res._prepared
        if fields is None:
            if res._headers is None and status not in _WITHOUT_LENGTH:
                # Nearly every answer has but these two, and they were put together before.
                fields = USUAL.get((res._type, len(body))) or usual(res._type, len(body))
            else:
                fields = own = res.fields()
                if status not in _WITHOUT_LENGTH:
                    own.append((b"Content-Length", b"%d" % len(body)))
        res.has_started = True
        exchange = res.exchange
        if exchange.head.method == "HEAD" or status in _WITHOUT_LENGTH:
            body = b""
        pending = exchange.respond(status, fields, body)
        if res.hooks is None:
            return pending
        if pending is None:
            return _after(res, "after_headers", "after_send")
        return _after_respond(res, pending)
    return _send_slowly(res, body)


async def _after_respond(res: Response, pending: Awaitable[None]) -> None:
    await pending
    await _finish(_after(res, "after_headers", "after_send"))


async def _send_slowly(res: Response, body: Any) -> None:
    """Send a file, a stream, or the end of what `res.write` began."""
    try:
        if not res.has_started:
            if isinstance(body, FileBody) and "Content-Length" not in res.headers:
                res.headers["Content-Length"] = body.count
            await _start(res)
        if res.carries_body:
            if isinstance(body, FileBody):
                await res.exchange.send_file(body.file, body.offset, body.count)
            elif not isinstance(body, bytes):
                async for piece in body:
                    await res.exchange.send(piece)
        await res.exchange.finish()
    except ClientDisconnected:
        res.exchange.abort()
    except Exception as error:
        # The head has left with a promise that cannot be kept: only a closed connection tells the client so.
        res.app.log.error("sending %r failed", res, exc_info=error)
        res.exchange.abort()
    finally:
        res.close_body()
        if hasattr(body, "aclose"):
            await body.aclose()
        await _finish(_after(res, "after_send"))


def _after(res: Response, *names: HookName) -> Awaitable[None] | None:
    """Run the hooks that come when nothing can be changed any more; their errors are only logged."""
    hooks = res.events
    for name in names:
        while (hook := hooks.pop(name)) is not None:
            try:
                result = hook()
            except Exception:  # whatever it is, the answer has left and the other hooks are to run
                res.app.log.exception("a hook for %s failed", name)
                continue
            if result is not None and isawaitable(result):
                return _after_waiting(res, names, name, result)
    return None


async def _after_waiting(
    res: Response, names: tuple[HookName, ...], name: HookName, pending: Awaitable[Any]
) -> None:
    try:
        await pending
    except Exception:  # as in _after
        res.app.log.exception("a hook for %s failed", name)
    await _finish(_after(res, *names))


async def _finish(pending: Awaitable[None] | None) -> None:
    if pending is not None:
        await pending
