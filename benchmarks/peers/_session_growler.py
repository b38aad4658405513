"""A counter in a session: Growler on its own server and uvloop."""

from typing import Any

import uvloop
from _native import serve

from growler import App, Request, Response
from growler_ext.session import Session


def run(store: Any) -> None:
    app = App("bench")
    app.use(Session(store))

    @app.get("/count")
    def count(req: Request, res: Response) -> None:
        req.session["n"] = req.session.get("n", 0) + 1
        res.send_text("counted")

    uvloop.run(serve(app))
