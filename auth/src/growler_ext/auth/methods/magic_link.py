"""Log in by a proved e-mail address, without a password: `MagicLink`, a link and a six-digit code in one message.

What is asked for waits in the shared memory under a random id, and is taken out once. Opening the link only shows a
button, so mail scanners that open every link, and press nothing, use nothing up. In another browser than the one that
asked, the code has to be typed.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from growler.http.errors import HTTPErrorBadRequest
from growler.http.query import Query
from growler.http.request import Request
from growler_ext.auth.events import Event
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.login_page import fill
from growler_ext.auth.method import AuthMethod, Cookie, Page, Proved, Rejected, Route, RouteOutcome
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.services import Services
from growler_ext.auth.trying import too_many
from growler_ext.auth.users import Identity
from growler_ext.auth.waiting_logins import WaitingLogin, WaitingLogins

log: logging.Logger = logging.getLogger("growler.auth")

Send = Callable[[str, str, str], Awaitable[None]]

COOKIE = "auth-link"
TRIES = 5
"""Codes that may be typed wrong before a new message is needed."""

SEND_SECONDS = 10

# RFC 5321 4.5.3.1 bounds the length. What exactly an address is, only sending to it can tell; here is kept out what
# would be something else in a message: a line break, a list, a name in angle brackets. And RFC 2047's way to write any
# of them: libraries for mail decode "=?utf-8?q?eve=40evil.example=2c?=@example.org" and send to Eve.
_ADDRESS = re.compile(
    r"(?!.*=\?)[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,189}"
).fullmatch


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A code that was not right, but there are tries left."""

    address: str
    problem: str
    status: int = 401


class MagicLink(AuthMethod):
    """
    Parameters:
        send: async, called with an address, the link and the code: sends the message. Raising means it was not sent.
        ttl: seconds that link and code are good.

    The identity it proves is `Identity("mailto:", address, address, True)`, with the address in lower case;
    `users.identity` says who that is. It needs `Auth(base_url=...)`.

    Raises ValueError for a `ttl` that is not positive.
    """

    name = "link"

    def __init__(self, send: Send, *, ttl: float = 900) -> None:
        if not ttl > 0:
            raise ValueError(f"MagicLink: ttl must be positive seconds, not {ttl}")
        self._send = send
        self._ttl = ttl

    def wire(self, services: Services) -> Sequence[str]:
        mistakes = []
        if services.base_url is None:
            mistakes.append('MagicLink writes links: Auth(..., base_url="https://example.org")')
        if not callable(getattr(services.users, "identity", None)):
            mistakes.append("MagicLink asks users.identity(who) whose address it is: see `Users`")
        self._services = services
        self._waiting = WaitingLogins(services.shared, self._ttl)
        self._tokens = services.keys.signer("link")
        self._browsers = services.keys.signer("link-browser")
        return mistakes

    def routes(self) -> Sequence[Route]:
        return [
            Route("POST", "/link", self._ask),
            # Who comes here comes from a mail program, which is another site.
            Route("GET", "/link/open", self._open, cross_site=True),
            Route("POST", "/link/open", self._use),
            Route("POST", "/link/code", self._use_here),
        ]

    def form(self, prefix: str, next_url: str, failed: FailedLogin | None) -> str:
        return fill(
            "link.html",
            action=f"{prefix}/link",
            next=next_url,
            address="" if failed is None else failed.login,
            invalid="false" if failed is None else "true",
        )

    # Asking for a message

    async def _ask(self, req: Request) -> RouteOutcome:
        form = await req.form()
        address = _only(form, "email").strip().lower()
        target = safe_next(form.get("next", []), self._services.home)
        if not _ADDRESS(address):
            message = "That is not an e-mail address."
            return Rejected("not an address", address, 400, message, next_url=target)
        refused = await too_many(self._services, req, address, self.name)
        if refused is not None:
            return refused
        flow = secrets.token_urlsafe(32)
        code = f"{secrets.randbelow(1_000_000):06}"
        await self._waiting.put(flow, WaitingLogin(address, target, code, TRIES))
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(address, self._link(flow), code)
        except Exception as error:
            # Whatever the application sends mail with may raise anything; the address stays out of the log.
            log.error("the message with a link was not sent: %s", type(error).__name__)
            await self._services.tell(
                Event("provider_error", self.name, reason="the message was not sent", ip=req.ip)
            )
            return Rejected(
                "not sent",
                address,
                502,
                "The message could not be sent. Try again in a moment.",
                next_url=target,
            )
        cookie = Cookie(COOKIE, self._browsers.sign(flow), self._ttl)
        return Page("Check your mail", self._sent(address), data={"sent": True}, cookies=[cookie])

    def _link(self, flow: str) -> str:
        query = urlencode({"token": self._tokens.sign(flow)})
        return f"{self._services.base_url}{self._services.prefix}/link/open?{query}"

    def _sent(self, address: str, problem: str = "") -> str:
        return fill(
            "link_sent.html",
            action=f"{self._services.prefix}/link/code",
            address=address,
            minutes=str(max(round(self._ttl / 60), 1)),
            problem=problem,
            invalid="true" if problem else "false",
        )

    # Using it

    def _open(self, req: Request) -> RouteOutcome:
        tokens = req.query.get("token", [])
        flow = self._tokens.unsign(tokens[0], self._ttl) if len(tokens) == 1 else None
        if flow is None:
            return _useless()
        return self._confirm(tokens[0], here=self._flow_here(req) == flow)

    def _confirm(self, token: str, *, here: bool, problem: str = "", status: int = 200) -> Page:
        template = "link_open.html" if here else "link_code.html"
        body = fill(
            template,
            action=f"{self._services.prefix}/link/open",
            token=token,
            problem=problem,
            invalid="true" if problem else "false",
        )
        # The token stands in the address of this page.
        return Page(
            "Sign in", body, status, referrer="no-referrer", data={"problem": problem} if problem else {}
        )

    async def _use(self, req: Request) -> RouteOutcome:
        """The button, or the code, of the page behind the link."""
        form = await req.form()
        token = _only(form, "token")
        flow = self._tokens.unsign(token, self._ttl)
        if flow is None:
            return _useless()
        if self._flow_here(req) == flow:
            waiting = await self._waiting.take(flow)
            return _useless() if waiting is None else _proved(waiting)
        outcome = await self._by_code(flow, form, req)
        if isinstance(outcome, _Wrong):
            return self._confirm(token, here=False, problem=outcome.problem, status=outcome.status)
        return outcome

    async def _use_here(self, req: Request) -> RouteOutcome:
        """The code, typed where the message was asked for."""
        flow = self._flow_here(req)
        if flow is None:
            return _useless()
        outcome = await self._by_code(flow, await req.form(), req)
        if isinstance(outcome, _Wrong):
            body = self._sent(outcome.address, outcome.problem)
            return Page("Check your mail", body, outcome.status, data={"problem": outcome.problem})
        return outcome

    async def _by_code(self, flow: str, form: Query, req: Request) -> RouteOutcome | _Wrong:
        """What a code leads to, or what is wrong with it."""
        code = re.sub(r"[\s-]", "", _only(form, "code"))
        waiting = await self._waiting.take(flow)
        if waiting is None:
            return _useless()
        # Five guesses at each of many messages are many guesses.
        refused = await too_many(self._services, req, waiting.address, f"{self.name} code")
        if refused is not None:
            await self._waiting.put(flow, waiting)
            return _Wrong(waiting.address, refused.message, refused.status)
        if secrets.compare_digest(code.encode("utf-8", "replace"), waiting.code.encode()):
            return _proved(waiting)
        left = waiting.after_a_wrong_code()
        if left is None:
            return _useless()
        await self._waiting.put(flow, left)
        problem = f"That code is not right. {left.tries} {'try' if left.tries == 1 else 'tries'} left."
        return _Wrong(waiting.address, problem)

    def _flow_here(self, req: Request) -> str | None:
        """The id of what this browser has asked for."""
        cookie = self._services.cookie(req, COOKIE)
        return None if cookie is None else self._browsers.unsign(cookie, self._ttl)


def _proved(waiting: WaitingLogin) -> Proved:
    identity = Identity("mailto:", waiting.address, waiting.address, True)
    return Proved(
        identity, ("otp",), login=waiting.address, next_url=waiting.next_url, cookies=[Cookie(COOKIE, "", 0)]
    )


def _useless() -> Rejected:
    """The same for expired, used, forged and guessed too often."""
    message = "This link or code is not good any more. Ask for a new one."
    return Rejected("no link or code that waits", message=message)


def _only(form: Query, name: str) -> str:
    values = form.get(name, [])
    if len(values) != 1 or len(values[0]) > 2048:
        raise HTTPErrorBadRequest(f"the form must have the field {name} once")
    return values[0]
