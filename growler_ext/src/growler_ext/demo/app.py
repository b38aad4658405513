"""The demo site: `build` makes an App in which all six extensions work together.

It is meant to be copied. `build` wires everything, and what it wires runs in that order for every request; the
handlers below it answer. Templates are in `views/`, the style sheet and the logo in `assets/`.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

from growler import App, Request, Response
from growler.ext import Auth, CookieParser, Indexer, Renderer, Session, Static
from growler.ext.auth import MemoryUsers, Password

HERE = Path(__file__).parent

# For every answer, the files in the folder among them: an HTML page that somebody puts there must not act in the
# name of whoever opens it. The listing comes with a policy of its own.
POLICY = "default-src 'self'; script-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def build(directory: str | os.PathLike[str], name: str, password: str) -> App:
    """A site that shows a folder to one member.

    Parameters:
        directory: the folder.
        name, password: what the member signs in with.

    Raises ValueError if there is no such folder.
    """
    users = MemoryUsers()
    users.add(name, password=password)
    # csrf="all": no page of another site can post a form here in the name of somebody who is signed in.
    auth = Auth(Password(), users=users, csrf="all")

    app = App("The File Room")
    # In front of everything: a style sheet needs to know nobody.
    app.use("/assets", Static(HERE / "assets"))
    # A real site reads its secret from its configuration: signed cookies do not outlive the secret.
    app.use(CookieParser(secrets.token_urlsafe(32)))
    app.use(Session())
    app.use(Renderer(HERE / "views", "mako", globals={"auth": auth}))
    # In front of auth, which shows the sign-in page by itself when a password was wrong.
    app.use(prepare)
    app.use(auth)
    # The guard in front of what it guards.
    app.use("/files", auth.require())
    app.use("/files", Indexer(directory, title="Files"))

    app.get("/", show_home)
    app.post("/name", remember_name)
    app.get("/login", show_login)
    app.handle_404 = show_not_found
    return app


def prepare(req: Request, res: Response) -> None:
    """Set what all answers and all templates have in common."""
    res.headers["Content-Security-Policy"] = POLICY
    res.locals["req"] = req


def show_home(req: Request, res: Response) -> None:
    visits = req.session["visits"] = req.session.get("visits", 0) + 1
    # The default if the cookie is absent, forged, or signed with another secret.
    called = req.cookies.signed("name", default="")
    res.render("home", {"visits": visits, "called": called})


async def remember_name(req: Request, res: Response) -> None:
    form = await req.form()
    # Whatever the form says about its length, anybody can send anything.
    called = " ".join((form.get_first("name") or "").split())[:40]
    if called:
        res.cookies.set("name", called, signed=True, max_age=timedelta(days=365))
        req.session.flash(f"From now on you are {called} here.")
    else:
        res.cookies.delete("name")
        req.session.flash("You are a stranger again.")
    # 303 makes a GET of it: reloading the page does not post the form again.
    res.redirect("/", 303)


def show_login(req: Request, res: Response) -> None:
    res.render("login")


def show_not_found(req: Request, res: Response) -> None:
    res.render("not_found")
