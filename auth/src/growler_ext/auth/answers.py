"""What Auth reads off requests and writes into responses more than once: each in one function.

The decisions are pure and elsewhere (`audience`, `csrf`); here their arguments are taken from header fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from growler import Request, Response
from growler.http.errors import HTTPErrorForbidden
from growler.http.origin import SAFE_METHODS, is_same_origin
from growler_ext.auth.audience import wants_page
from growler_ext.auth.login import AuthInfo
from growler_ext.auth.users import User


def prefers_page(req: Request) -> bool:
    """Whether to answer with a page; else it is a program that asks."""
    return wants_page(req.get("accept"), req.get("sec-fetch-mode"), req.get("x-requested-with"))


def refuse_forged(req: Request, *, safe_too: bool = False) -> None:
    """Raise HTTPErrorForbidden for an unsafe request that a page of another site has made.

    Parameters:
        safe_too: also for a GET, which is safe for all but what begins a login somewhere else.
    """
    if req.head.method in SAFE_METHODS and not safe_too:
        return
    if not is_same_origin(req.get("sec-fetch-site"), req.get("origin"), req.protocol, req.host):
        raise HTTPErrorForbidden("This request was made by a page of another site.")


def introduce(req: Request, res: Response, user: User, info: AuthInfo) -> None:
    """Tell the handlers who it is, and caches to keep nothing of what is shown to that user."""
    req.user, req.auth = user, info
    # In a hook: what a handler says of its own caching goes first, and an error page needs it too.
    res.on("headers", partial(_keep_out_of_caches, res))


def send_unauthorized(
    res: Response, challenges: Sequence[str], message: str, *, status: int = 401, **details: object
) -> None:
    """Answer a program 401, with a field for each challenge, or another status without.

    Parameters:
        details: more members of the problem, for programs.
    """
    if status == 401:
        set_challenges(res, challenges)
    res.headers["Cache-Control"] = "no-store"
    res.set_type("application/problem+json")  # RFC 9457, as the core's own errors
    res.send_json(
        {"title": HTTPStatus(status).phrase, "status": status, "detail": message, **details}, status
    )


def set_challenges(res: Response, challenges: Sequence[str]) -> None:
    # A line each, though RFC 9110 11.6.1 allows a list in one: many readers cannot take such a list apart.
    res.headers["WWW-Authenticate"] = challenges
    res.headers["Cache-Control"] = "no-store"


def _keep_out_of_caches(res: Response) -> None:
    said = res.get("Cache-Control")
    if said is None:
        res.append("Cache-Control", for_one_user(""))  # nearly always, and sent with what is prepared
    else:
        lines = said if isinstance(said, list) else [str(said)]
        res.headers["Cache-Control"] = for_one_user(", ".join(lines))


def for_one_user(cache_control: str) -> str:
    """What a Cache-Control says when its answer is shown to somebody who is logged in.

    Where a handler has said nothing, no cache keeps it. What a handler has said holds, but for this user alone
    (RFC 9111 5.2.2.7), unless it said outright that everybody may have it.
    """
    if not cache_control:
        return "no-store"
    directives = {part.partition("=")[0].strip().lower() for part in cache_control.split(",")}
    return cache_control if directives & {"private", "public", "no-store"} else f"{cache_control}, private"
