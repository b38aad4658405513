"""Log in by a passkey: `Passkey` (WebAuthn Level 3).

A page of ours asks the browser, which asks the authenticator; no name has to be typed. Each challenge is random, lies
in a signed cookie of the browser that asked for it, and is burnt by the answer that verifies, so questions that nobody
answers leave nothing behind. A passkey with user verification is two factors in one.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from growler.http.errors import HTTPErrorBadRequest
from growler.http.request import Request
from growler_ext.auth.ceremonies import (
    SECONDS,
    PasskeyRefused,
    Site,
    check_new,
    check_use,
    decoded,
    options_to_add,
    options_to_use,
)
from growler_ext.auth.login import SESSION_KEY, FailedLogin, LoginRecord, usable
from growler_ext.auth.login_page import fill, script
from growler_ext.auth.method import Accepted, AuthMethod, Cookie, Data, Page, Rejected, Route, RouteOutcome
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.passkeys import PasskeyStore, StoredPasskey
from growler_ext.auth.services import Services
from growler_ext.auth.users import User
from growler_ext.auth.waiting import settled

COOKIE = "auth-passkey"
_MAX_NAME = 64


class Passkey(AuthMethod):
    """
    Parameters:
        rp_name: the name of this site, shown by browsers.
        store: where the passkeys are.
        rp_id: the domain they are bound to, the host of Auth's `base_url` or a parent of it; that host if None.
            Passkeys cannot be moved to another.

    Who is logged in by a session, lately (`Auth(fresh=)`), adds one at `{prefix}/passkey/new`.
    """

    name = "passkey"

    def __init__(self, rp_name: str, store: PasskeyStore, *, rp_id: str | None = None) -> None:
        self._rp_name = rp_name
        self._store = store
        self._rp_id = rp_id

    def wire(self, services: Services) -> Sequence[str]:
        self._services = services
        self._signer = services.keys.signer("passkey")
        mistakes = []
        if services.base_url is None:
            mistakes.append('Passkey is bound to an address: Auth(..., base_url="https://example.org")')
        else:
            host = urlsplit(services.base_url).hostname or ""
            id = host if self._rp_id is None else self._rp_id
            if host != id and not host.endswith("." + id):
                mistakes.append(f"Passkey: rp_id={id!r} is neither {host!r} nor a parent of it")
            self._site = Site(id, self._rp_name, services.base_url)
        missing = [name for name in ("find", "of", "add", "used") if not hasattr(self._store, name)]
        mistakes += [
            f"Passkey needs {type(self._store).__name__}.{name}(...): see PasskeyStore" for name in missing
        ]
        if not callable(getattr(services.users, "get", None)):
            mistakes.append("Passkey asks users.get(id) whose passkey it is: see `Users`")
        try:
            __import__("webauthn")
        except ImportError:
            mistakes.append("Passkey needs webauthn: pip install growler-ext-auth[passkey]")
        return mistakes

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", "/passkey", self._show),
            Route("POST", "/passkey/challenge", self._challenge),
            Route("POST", "/passkey", self._use),
            Route("GET", "/passkey/new", self._show_new),
            Route("POST", "/passkey/new/challenge", self._challenge_new),
            Route("POST", "/passkey/new", self._add),
        ]

    def form(self, prefix: str, next_url: str, failed: FailedLogin | None) -> str:
        url = f"{prefix}/passkey?{urlencode({'next': next_url})}"
        return fill("provider.html", url=url, label="a passkey")

    # Logging in

    def _show(self, req: Request) -> RouteOutcome:
        target = safe_next(req.query.get("next", []), self._services.home)
        return self._page("Sign in with a passkey", "Use my passkey", "passkey", target)

    def _challenge(self, req: Request) -> RouteOutcome:
        challenge = secrets.token_bytes(32)
        cookie = self._waiting("use", challenge, b"")
        return Data(options_to_use(self._site, challenge), cookies=[cookie])

    async def _use(self, req: Request) -> RouteOutcome:
        answer, target = await _answer(req)
        challenge, _ = self._waited_for(req, "use")
        if challenge is None:
            return _refuse("no challenge that waits")
        passkey: StoredPasskey | None = await settled(self._store.find(_id_of(answer)))
        if passkey is None:
            return _refuse("an unknown passkey")
        try:
            count = check_use(self._site, challenge, answer, passkey)
        except PasskeyRefused as refused:
            return _refuse(str(refused))
        if not await self._is_first(req, challenge):
            return _refuse("a challenge that was answered before")
        await settled(self._store.used(passkey.id, count))
        users: Any = self._services.users
        user: User | None = await settled(users.get(passkey.user))
        if user is None:
            return _refuse("a passkey of nobody")
        target = self._services.home if target is None else target
        return Accepted(user, ("hwk", "user", "mfa"), next_url=target, cookies=[Cookie(COOKIE, "", 0)])

    # Adding one

    def _show_new(self, req: Request) -> RouteOutcome:
        if self._owner(req) is None:
            return self._not_allowed()
        return self._page("Add a passkey", "Add a passkey", "passkey/new", self._services.home)

    async def _challenge_new(self, req: Request) -> RouteOutcome:
        user = self._owner(req)
        if user is None:
            return self._not_allowed()
        known: Sequence[StoredPasskey] = await settled(self._store.of(user))
        challenge = secrets.token_bytes(32)
        # One for all passkeys of a user; random, for it must tell nothing of the user (WebAuthn Level 3, 14.6.1).
        handle = known[0].handle if known else secrets.token_bytes(32)
        options = options_to_add(self._site, challenge, user=str(user.id), handle=handle, known=known)
        return Data(options, cookies=[self._waiting(_purpose_of(user), challenge, handle)])

    async def _add(self, req: Request) -> RouteOutcome:
        user = self._owner(req)
        if user is None:
            return self._not_allowed()
        answer, _ = await _answer(req)
        challenge, handle = self._waited_for(req, _purpose_of(user))
        if challenge is None:
            return _refuse("no challenge that waits")
        try:
            new = check_new(self._site, challenge, answer)
        except PasskeyRefused as refused:
            return _refuse(str(refused))
        if not await self._is_first(req, challenge):
            return _refuse("a challenge that was answered before")
        if await settled(self._store.find(new.id)) is not None:
            # WebAuthn Level 3, 7.1 step 26.
            return _refuse("a passkey that is known already")
        name = str(answer.get("name", ""))[:_MAX_NAME]
        passkey = StoredPasskey(new.id, str(user.id), handle, new.public_key, new.sign_count, name)
        await settled(self._store.add(passkey))
        return Data({"added": True}, 201, cookies=[Cookie(COOKIE, "", 0)])

    def _owner(self, req: Request) -> User | None:
        """Who may add one: who has logged in lately and is in that session. A token or a key that leaks must not make
        itself a way in that lasts."""
        user: User | None = req.user
        record = LoginRecord.read(usable(req.session).get(SESSION_KEY))
        if user is None or record is None or record.user != str(user.id) or not record.still_holds(user):
            return None
        return user if record.info(req.auth.fresh_for).fresh else None

    def _not_allowed(self) -> Rejected:
        return Rejected(
            "nobody who may add one",
            message="Sign in once more to add a passkey.",
            next_url=f"{self._services.prefix}/passkey/new",
        )

    # Both

    def _page(self, title: str, button: str, path: str, target: str) -> Page:
        body = fill("passkey.html", button=button, url=f"{self._services.prefix}/{path}", next=target)
        return Page(title, body, script=script("passkey.js"))

    def _waiting(self, purpose: str, challenge: bytes, handle: bytes) -> Cookie:
        value = self._signer.sign(f"{purpose}.{_encoded(challenge)}.{_encoded(handle)}")
        return Cookie(COOKIE, value, SECONDS)

    def _waited_for(self, req: Request, purpose: str) -> tuple[bytes | None, bytes]:
        """The challenge that this browser has to answer, None for none, and the handle that it was given."""
        cookie = self._services.cookie(req, COOKIE)
        value = None if cookie is None else self._signer.unsign(cookie, SECONDS)
        if value is None:
            return None, b""
        signed_for, challenge, handle = value.split(".")
        return (decoded(challenge) if signed_for == purpose else None), decoded(handle) or b""

    async def _is_first(self, req: Request, challenge: bytes) -> bool:
        """Burn a challenge: whether nobody has answered it before. Only after its answer was found to be good, so
        that nobody fills the memory."""
        return await self._services.is_first(
            req, self.name, f"passkey {_encoded(challenge)}", 2 * SECONDS, req.user
        )


def _refuse(reason: str) -> Rejected:
    # The cookie stays: the answer may have been that of another tab.
    return Rejected(reason, message="That passkey does not work here.")


def _purpose_of(user: User) -> str:
    """What a challenge is for: one more passkey of this user."""
    return "new-" + sha256(str(user.id).encode("utf-8", "surrogatepass")).hexdigest()


async def _answer(req: Request) -> tuple[dict[str, Any], str | None]:
    """The credential that the browser has sent, and where to go then."""
    body = await req.json()
    credential = body.get("credential") if isinstance(body, dict) else None
    if not isinstance(credential, dict) or not isinstance(credential.get("response", {}), dict):
        raise HTTPErrorBadRequest("the body must be JSON with a credential")
    target = body.get("next")
    return credential, target if isinstance(target, str) else None


def _id_of(answer: dict[str, Any]) -> bytes:
    id = decoded(answer.get("rawId"))
    if id is None:
        raise HTTPErrorBadRequest("the rawId of the credential must be in Base64url")
    return id


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
