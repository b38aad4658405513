"""Requests that meet: a handler waits, its session loaded, until something else has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from growler import App
from growler.testing import Reply, TestClient


class Race:
    """`race("/slow?...", "/logout")`: the answer to the first, while whose handler waits the second is asked.

    /slow loads the session and then waits; `?k=` sets that key, `?login=` binds, with `&now=` at once, `?renew=`
    regenerates, `?end=` destroys, each when the other request is through. It answers what the session held at first.
    """

    def __init__(self, app: App, client: TestClient) -> None:
        self.client = client
        self._opened = asyncio.Event()
        self._waiting = 0

        @app.get("/slow")
        async def slow(req, res):
            before = dict(req.session)
            self._waiting += 1
            await self._opened.wait()
            query = req.query
            if "end" in query:
                req.session.destroy()
            if "renew" in query:
                req.session.regenerate()
            if "k" in query:
                req.session[query.get_first("k")] = "slow"
            if "login" in query:
                bound = req.session.bind(query.get_first("login"))
                if "now" in query:
                    await bound
                    req.session["after"] = "slow"
            res.send_json(before)

    def __call__(self, target: str, meanwhile: str) -> Reply:
        return self.during([target], lambda: self.client.request_async("GET", meanwhile))[0]

    def during(self, targets: list[str], meanwhile: Callable[[], Awaitable[object]]) -> list[Reply]:
        """The answers to all targets, during which something was awaited. They are asked with the same cookies."""
        return self.client._runner.run(self._during(targets, meanwhile))

    async def _during(self, targets: list[str], meanwhile: Callable[[], Awaitable[object]]) -> list[Reply]:
        self._opened = asyncio.Event()
        self._waiting = 0
        tasks = [asyncio.create_task(self.client.request_async("GET", target)) for target in targets]
        while self._waiting < len(tasks):
            await asyncio.sleep(0)
        await meanwhile()
        self._opened.set()
        return await asyncio.gather(*tasks)


async def nothing() -> None:
    """For `during`: the requests only meet each other."""
