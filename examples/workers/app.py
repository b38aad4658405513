"""One site in several processes: sessions in Redis, nginx in front.

    REDIS_URL=redis://127.0.0.1:6379 python app.py      then http://127.0.0.1:8000/, or nginx's http://127.0.0.1:8080/

Whichever process answers, it finds the same session; and when one dies, nothing that was answered is lost.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from growler import App, Request, Response
from growler.ext import Renderer, Session, Static
from growler.middleware import Logger

HERE = Path(__file__).resolve().parent
WORKERS = 4
PREFIX = "cart "
POLICY = "default-src 'self'; script-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

# nginx says whom it speaks for, in X-Forwarded-For, -Proto and -Host. It is believed, and nobody else is.
app = App("workers", trust_proxy=["127.0.0.1"])
app.use(Logger())
# nginx would send these files faster; this way it works without it too.
app.use("/assets", Static(HERE / "assets", max_age="1h"))
app.use(Session(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"), idle=1800))
app.use(Renderer(HERE / "views", "jinja"))


@app.get("/")
def show_cart(req: Request, res: Response) -> None:
    res.headers["Content-Security-Policy"] = POLICY
    cart = [req.session[key] for key in sorted(req.session) if key.startswith(PREFIX)]
    seen = {"cart": cart, "process": os.getpid(), "ip": req.ip, "url": f"{req.protocol}://{req.host}"}
    if req.accepts("html", "json") == "json":
        res.send_json(seen)
    else:
        res.render("cart", seen)


@app.post("/cart")
async def put_into_cart(req: Request, res: Response) -> None:
    form = await req.form()
    thing = (form.get_first("thing") or "").strip()[:60]
    if thing:
        # A key of its own and not a place in a list: where two requests at once, in two processes, change one key,
        # the later one wins; changes of different keys are both kept.
        req.session[f"{PREFIX}{time.time_ns()}"] = thing
    res.redirect("/", 303)


@app.get("/health")
def say_that_all_is_well(req: Request, res: Response) -> None:
    """For load balancers: this process answers. It asks no session, so it says nothing of Redis."""
    res.send_text("ok")


if __name__ == "__main__":
    app.run(workers=WORKERS)
