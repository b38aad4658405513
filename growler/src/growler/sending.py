"""What becomes of a decided answer: the hooks run, then it is written, then the hooks that come after.

As in `growler.cycle`, a step that needs no waiting is done at once, and only one that returns an awaitable continues in
a coroutine.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Awaitable
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from growler.cancellation import as_failure
from growler.errorpages import answer_error
from growler.exchange import ClientDisconnected
from growler.http.body import FileBody
from growler.http.hooks import Hook, HookName
from growler.http.prepared import USUAL, PreparedFields, usual
from growler.http.status import check_final
from growler.streaming import send_stream

if TYPE_CHECKING:
    from growler.app import App
    from growler.http.request import Request
    from growler.http.response import Response

# RFC 9110 8.6 and 15.4.5: no body, so no length either.
_WITHOUT_LENGTH = frozenset({204, 304})


def conclude(app: App, req: Request, res: Response) -> Awaitable[None] | None:
    """Run the hooks and send the answer, or close the connection where there can be none."""
    if res.has_aborted:
        return _abort(res)
    if res.hooks is not None and not res.has_started:
        pending = _run_hooks(app, req, res, res.hooks.before)
        if pending is not None:
            return _wait_and_send(pending, res)
    return send(res)


async def _abort(res: Response) -> None:
    """Close the connection and run the hooks that are left: under ASGI `abort` raises, for the server to hear of it."""
    try:
        res.exchange.abort()
    finally:
        await finish(_after(res, "after_send"))


async def _wait_and_send(pending: Awaitable[None], res: Response) -> None:
    try:
        await pending
    except BaseException:  # cancelled: the server shuts down
        res.close_body()
        raise
    await finish(send(res))


def _run_hooks(app: App, req: Request, res: Response, hooks: list[Hook]) -> Awaitable[None] | None:
    """Run the `headers` hooks, last added first; returns an awaitable as soon as one has to be waited for."""
    while hooks:
        try:
            result = hooks.pop()()
        except CancelledError as cancelled:
            _replace_by_error(app, req, res, as_failure(cancelled))
            continue
        except Exception as error:
            _replace_by_error(app, req, res, error)
            continue
        if result is not None and isawaitable(result):
            return _run_hooks_waiting(app, req, res, hooks, result)
    return None


async def _run_hooks_waiting(
    app: App, req: Request, res: Response, hooks: list[Hook], pending: Awaitable[Any]
) -> None:
    try:
        await pending
    except CancelledError as cancelled:
        _replace_by_error(app, req, res, as_failure(cancelled))
    except Exception as error:
        _replace_by_error(app, req, res, error)
    rest = _run_hooks(app, req, res, hooks)
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
    check_final(res.status_code)
    res.has_ended = True
    await _start(res)


async def _start(res: Response) -> None:
    fields = res.fields()
    res.has_started = True
    await res.exchange.start(res.status_code, fields)
    await finish(_after(res, "after_headers"))


def send(res: Response) -> Awaitable[None] | None:
    body = res._body
    if type(body) is bytes and not res.has_started:
        status = res.status_code
        fields: PreparedFields | list[tuple[bytes, bytes]] | None = res._prepared
        if fields is None:
            if res._headers is None and status not in _WITHOUT_LENGTH:
                # Nearly every answer has no more than these, and they were put together before.
                what = res._type, len(body), res._vary, res._cache_control
                fields = USUAL.get(what) or usual(*what)
                if res._added is not None:
                    fields = fields.with_more(res._added)
            else:
                try:
                    own = res.fields()
                except Exception as error:  # a value that is a callable is asked only now
                    _answer_failure(res, error)
                    return send(res)
                if res._headers is not None and "Content-Length" in res._headers:
                    own = _with_true_length(res, own, body)
                elif status not in _WITHOUT_LENGTH:
                    own.append((b"Content-Length", b"%d" % len(body)))
                fields = own
        res.has_started = True
        exchange = res.exchange
        if exchange.head.method == "HEAD" or status in _WITHOUT_LENGTH:
            body = b""
        pending = exchange.respond(status, fields, body)
        if res.hooks is None or (pending is None and res.hooks.after is None):
            return pending
        if pending is None:
            return _after(res, "after_headers", "after_send")
        return _after_respond(res, pending)
    if isinstance(body, bytes) and not res.has_started:
        res._body = bytes(body)  # of a class of its own, which is looked for here because nobody has one
        return send(res)
    return _send_slowly(res, body)


def _with_true_length(
    res: Response, fields: list[tuple[bytes, bytes]], body: bytes
) -> list[tuple[bytes, bytes]]:
    """Fields among which is a Content-Length of the app's own.

    It says something where there is no body to be counted: in answer to HEAD, and in a 304 (RFC 9110 8.6). Elsewhere a
    second one, or a wrong one, would make the rest of the connection another answer.
    """
    if res.status_code == 304 or (res.exchange.head.method == "HEAD" and not body):
        return fields
    fields = [field for field in fields if field[0].lower() != b"content-length"]
    if res.status_code not in _WITHOUT_LENGTH:
        fields.append((b"Content-Length", b"%d" % len(body)))
    return fields


def _answer_failure(res: Response, error: Exception) -> None:
    """Decide the answer to an error in the header fields themselves, which were asked for after all hooks."""
    app = res.app
    answer_error(app, app.request_class(app, res.exchange), res, error)


async def _after_respond(res: Response, pending: Awaitable[None]) -> None:
    await pending
    await finish(_after(res, "after_headers", "after_send"))


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
                await send_stream(res.exchange, body)
        await res.exchange.finish()
    except ClientDisconnected:
        res.exchange.abort()
    except Exception as error:
        if not res.has_started:
            _answer_failure(res, error)
            await finish(send(res))
            return
        # The head has left with a promise that cannot be kept: only a closed connection tells the client so.
        res.app.log.error("sending %r failed", res, exc_info=error)
        res.exchange.abort()
    finally:
        res.close_body()
        if hasattr(body, "aclose"):
            await body.aclose()
        await finish(_after(res, "after_send"))


def _after(res: Response, *names: HookName) -> Awaitable[None] | None:
    """Run the hooks that come when nothing can be changed any more; their errors are only logged."""
    hooks = res.events
    for name in names:
        while (hook := hooks.pop(name)) is not None:
            try:
                result = hook()
            except (Exception, CancelledError):  # whatever it is, the answer has left, and others are to run
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
    except CancelledError as cancelled:
        res.app.log.error("a hook for %s failed", name, exc_info=as_failure(cancelled))
    except Exception:  # as in _after
        res.app.log.exception("a hook for %s failed", name)
    await finish(_after(res, *names))


async def finish(pending: Awaitable[None] | None) -> None:
    if pending is not None:
        await pending
