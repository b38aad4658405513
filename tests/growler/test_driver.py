"""Async handlers on the native server run as in a task of their own, though they have none."""

from __future__ import annotations

import asyncio
import contextvars

import pytest

from growler import App
from support.clients import LiveClient
from support.raw import Raw, get
from support.servers import Running

VARIABLE = contextvars.ContextVar("VARIABLE", default="unset")


async def turn():
    """Wait for one turn of the loop: the rest of the handler runs in the connection's task."""
    await asyncio.sleep(0)


async def same_task():
    first = asyncio.current_task()
    await turn()
    return first is not None and first is asyncio.current_task()


async def time_out_begun_in_the_first_step():
    try:
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()
    except TimeoutError:
        return True


async def time_out_already_over():
    try:
        async with asyncio.timeout(-1):
            await asyncio.Event().wait()
    except TimeoutError:
        return True


async def cancels_itself_in_the_first_step():
    asyncio.current_task().cancel()
    try:
        await turn()
    except asyncio.CancelledError:
        asyncio.current_task().uncancel()
        await turn()
        return True


async def group_of_tasks():
    async def child(number):
        await turn()
        return number

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(child(number)) for number in range(3)]
    return [task.result() for task in tasks] == [0, 1, 2]


async def group_with_a_failing_task():
    async def fails():
        await turn()
        raise ValueError

    async def group():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup, match="unhandled errors"):
        await group()
    return True


async def variables_hold_over_steps_and_not_over_requests():
    fresh = VARIABLE.get() == "unset"
    VARIABLE.set("mine")
    await turn()
    return fresh and VARIABLE.get() == "mine"


async def variables_set_without_waiting():
    fresh = VARIABLE.get() == "unset"
    VARIABLE.set("mine")
    return fresh


async def waits_for_a_thread():
    return await asyncio.to_thread(lambda: True)


WORKS = [
    same_task,
    time_out_begun_in_the_first_step,
    time_out_already_over,
    cancels_itself_in_the_first_step,
    group_of_tasks,
    group_with_a_failing_task,
    variables_hold_over_steps_and_not_over_requests,
    variables_set_without_waiting,
    waits_for_a_thread,
]


@pytest.fixture(scope="module")
def port(native):
    app = App()
    for work in WORKS:

        @app.get("/" + work.__name__)
        async def handler(req, res, work=work):
            res.send_text(str(await work()))

    with Running(native, app) as port:
        yield port


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_every_request_of_a_connection_sees_a_task_and_a_context_of_its_own(port, work):
    client = LiveClient(port)
    # The first one makes the connection's task; the others take their first step outside of it.
    assert [client.get("/" + work.__name__).text for _ in range(4)] == ["True"] * 4
    client.close()


def test_all_kinds_pipelined_on_one_connection(port):
    with Raw(port) as raw:
        raw.send(b"".join(get(b"/" + work.__name__.encode()) for work in WORKS * 3))
        assert [raw.read_reply()[2] for _ in WORKS * 3] == [b"True"] * len(WORKS) * 3
