"""A blog: pages of a `routerclass`, posts in SQLite, comments by anybody, an editor who logs in.

python app.py      then http://127.0.0.1:8000/
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from growler import App, Request, Response
from growler.ext import Auth, Renderer, Session, Static
from growler.ext.auth import MemoryUsers, Password
from growler.http.errors import HTTPErrorForbidden
from pages import BOUNDS, Blog, Desk
from posts import Posts

HERE = Path(__file__).resolve().parent
POLICY = "default-src 'self'; script-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
PASSWORD = os.environ.get("BLOG_PASSWORD") or secrets.token_urlsafe(9)

users = MemoryUsers()
users.add("editor", password=PASSWORD, permissions={"write"})
auth = Auth(Password(), users=users)
posts = Posts(os.environ.get("BLOG_DB", HERE / "blog.db"))

app = App("blog")
app.use("/assets", Static(HERE / "assets"))
app.use(Session())
app.use(Renderer(HERE / "views", "jinja", globals={"auth": auth, "bounds": BOUNDS}))


@app.use
def prepare(req: Request, res: Response) -> None:
    """What all answers and all templates have in common."""
    res.headers["Content-Security-Policy"] = POLICY
    res.locals["req"] = req


@app.use
def refuse_posts_of_other_sites(req: Request, res: Response) -> None:
    """Auth guards who is logged in against forged forms; comments are written by people who are not.

    Every browser says where a request comes from, and no page can make it lie (Fetch Metadata). A program says
    nothing, and nobody can make it send another's cookies.
    """
    if req.method == "POST" and req.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise HTTPErrorForbidden("This form was sent by a page of another site.")


app.use(auth)
app.get("/login", lambda req, res: res.render("login"))
app.use("/", Blog(posts))
app.use("/desk", auth.require("write"))  # the guard in front of what it guards
app.use("/desk", Desk(posts))


# Not at import: with several processes each needs a connection of its own, which no fork may share.
app.on_startup(posts.open)
app.on_shutdown(posts.close)


@app.on_startup
def welcome() -> None:
    if not posts.newest(1):
        posts.add("Hello", "This is the first post.\n\nLog in as editor to write the second one.")
    if "BLOG_PASSWORD" not in os.environ:
        print(f"Log in as editor, password {PASSWORD}", flush=True)  # noqa: T201 - nowhere else to learn it


if __name__ == "__main__":
    app.run()
