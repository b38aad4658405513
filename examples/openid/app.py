"""Login by other people's accounts: any provider of OpenID Connect, Google, GitHub.

    OIDC_ISSUER=https://id.example OIDC_CLIENT_ID=... OIDC_CLIENT_SECRET=... python app.py

What is configured in the environment is on the login page. Nobody has a password here.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from growler import App, Request, Response
from growler.ext import Auth, Renderer, Session, Static
from growler.ext.auth import OIDC, AuthMethod, Event, GitHub, Google
from people import People

HERE = Path(__file__).resolve().parent
# Not form-action: a log-out may lead on to the provider's.
POLICY = "default-src 'self'; script-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def providers() -> Iterator[AuthMethod]:
    """The methods for which the environment has a client."""
    env = os.environ
    if "OIDC_ISSUER" in env:
        # Everything else is discovered: addresses, keys, and what the provider can do.
        yield OIDC(
            "oidc", label=env.get("OIDC_LABEL", "OpenID"), issuer=env["OIDC_ISSUER"],
            client_id=env["OIDC_CLIENT_ID"], client_secret=env.get("OIDC_CLIENT_SECRET"),
        )  # fmt: skip
    if "GOOGLE_CLIENT_ID" in env:
        yield Google(env["GOOGLE_CLIENT_ID"], env["GOOGLE_CLIENT_SECRET"])
    if "GITHUB_CLIENT_ID" in env:
        yield GitHub(env["GITHUB_CLIENT_ID"], env["GITHUB_CLIENT_SECRET"])


methods = list(providers())
if not methods:
    raise SystemExit(
        "No provider: set OIDC_ISSUER, GOOGLE_CLIENT_ID or GITHUB_CLIENT_ID, see README.md; or try provider.py"
    )

people = People()
auth = Auth(
    *methods,
    users=people,
    # Signs what goes to the provider and comes back: has to be the same in every process, and after a restart.
    secret=os.environ.get("SECRET") or secrets.token_urlsafe(32),
    # Where this site is for browsers. Providers send them back to {BASE_URL}/auth/{name}/callback.
    base_url=os.environ.get("BASE_URL", "http://127.0.0.1:8000"),
)

app = App("openid")
app.use("/assets", Static(HERE / "assets"))
app.use(Session())
app.use(Renderer(HERE / "views", "jinja", globals={"auth": auth}))


@app.use
def prepare(req: Request, res: Response) -> None:
    """What all answers and all templates have in common."""
    res.headers["Content-Security-Policy"] = POLICY
    res.locals["req"] = req


app.use(auth)


def log_failure(event: Event) -> None:
    """Why a login failed, for who runs the site; the visitor is told no more than that it did."""
    app.log.warning("%s by %s: %s", event.name, event.method, event.reason)


auth.on("login_failed", log_failure)
auth.on("identity_conflict", log_failure)


@app.get("/")
def show_home(req: Request, res: Response) -> None:
    res.render("home")


@app.get("/login")
def show_login(req: Request, res: Response) -> None:
    res.render("login")


@app.get("/me")
@auth.require()
def show_me(req: Request, res: Response) -> None:
    res.render("me", {"person": req.user})


if __name__ == "__main__":
    app.run()
