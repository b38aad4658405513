"""Log in by a passkey: `Passkey` (WebAuthn Level 3), through the library webauthn.

A page of ours asks the browser, which asks the authenticator; no name has to be typed. Each challenge is random, waits
in the shared memory, and is taken out once. A passkey with user verification is two factors in one.
"""

from __future__ import annotations

import json
import logging
import secrets
from base64 import b64decode
from collections.abc import Sequence
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode, urlsplit

from growler.http.errors import HTTPErrorBadRequest, HTTPErrorServiceUnavailable
from growler.http.request import Request
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.login_page import fill
from growler_ext.auth.method import Accepted, AuthMethod, Cookie, Data, Page, Rejected, Route, RouteOutcome
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.passkeys import PasskeyStore, StoredPasskey
from growler_ext.auth.services import Services
from growler_ext.auth.shared import SharedError
from growler_ext.auth.users import User
from growler_ext.auth.waiting import settled

log = logging.getLogger("growler.auth")

COOKIE = "auth-passkey"
SECONDS = 300
_MAX_NAME = 64


class Passkey(AuthMethod):
    """
    Parameters:
        rp_name: the name of this site, shown by browsers.
        store: where the passkeys are.
        rp_id: the domain they are bound to, the host of Auth's `base_url` or a parent of it; that host if None.
            Passkeys cannot be moved to another.

    Who is logged in, lately (`Auth(fresh=)`), adds one at `{prefix}/passkey/new`.
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
            self._rp_id = host if self._rp_id is None else self._rp_id
            if host != self._rp_id and not host.endswith("." + self._rp_id):
                mistakes.append(f"Passkey: rp_id={self._rp_id!r} is neither {host!r} nor a parent of it")
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
            Route("POST", "/passkey", self._check),
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
        return self._page(
            "Sign in with a passkey", "Use my passkey", f"{self._services.prefix}/passkey", target
        )

    async def _challenge(self, req: Request) -> RouteOutcome:
        from webauthn import generate_authentication_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers.structs import UserVerificationRequirement

        challenge, cookie = await self._new_challenge("login")
        options = generate_authentication_options(
            rp_id=self._the_rp_id,
            challenge=challenge,
            timeout=SECONDS * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return Data(options_to_json_dict(options), cookies=[cookie])

    async def _check(self, req: Request) -> RouteOutcome:
        from webauthn import verify_authentication_response

        answer, target = await self._answer(req)
        challenge = await self._taken_challenge(req, "login")
        passkey: StoredPasskey | None = await settled(self._store.find(_raw_id(answer)))
        if challenge is None or passkey is None:
            return self._refuse("no challenge that waits" if challenge is None else "an unknown passkey")
        handle = answer.get("response", {}).get("userHandle")
        if handle is not None and _decoded(handle) != passkey.handle:
            return self._refuse("the passkey of somebody else")
        try:
            verified = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._the_rp_id,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except Exception as error:
            # webauthn raises its own errors, and those of cbor2, cryptography and of taking JSON apart.
            return self._refuse(f"it does not verify: {type(error).__name__}")
        await settled(self._store.used(passkey.id, verified.new_sign_count))
        users: Any = self._services.users
        user: User | None = await settled(users.get(passkey.user))
        if user is None:
            return self._refuse("a passkey of nobody")
        return Accepted(user, ("hwk", "user", "mfa"), next_url=target, cookies=[Cookie(COOKIE, "", 0)])

    # Adding one

    def _show_new(self, req: Request) -> RouteOutcome:
        if req.user is None or not req.auth.fresh:
            return Rejected("nobody who may add one", message="Sign in once more to add a passkey.")
        return self._page(
            "Add a passkey", "Add a passkey", f"{self._services.prefix}/passkey/new", self._services.home
        )

    async def _challenge_new(self, req: Request) -> RouteOutcome:
        from webauthn import generate_registration_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        user: User | None = req.user
        if user is None or not req.auth.fresh:
            return Rejected("nobody who may add one", message="Sign in once more to add a passkey.")
        challenge, cookie = await self._new_challenge(f"new {user.id}")
        known: Sequence[StoredPasskey] = await settled(self._store.of(user))
        options = generate_registration_options(
            rp_id=self._the_rp_id,
            rp_name=self._rp_name,
            user_name=str(user.id),
            user_id=known[0].handle if known else challenge[:32],
            challenge=challenge,
            timeout=SECONDS * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.id) for passkey in known],
        )
        return Data(options_to_json_dict(options), cookies=[cookie])

    async def _add(self, req: Request) -> RouteOutcome:
        from webauthn import verify_registration_response

        user: User | None = req.user
        if user is None or not req.auth.fresh:
            return Rejected("nobody who may add one", message="Sign in once more to add a passkey.")
        answer, _ = await self._answer(req)
        challenge = await self._taken_challenge(req, f"new {user.id}")
        if challenge is None:
            return self._refuse("no challenge that waits")
        try:
            verified = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._the_rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except Exception as error:
            # As in _check.
            return self._refuse(f"it does not verify: {type(error).__name__}")
        known: Sequence[StoredPasskey] = await settled(self._store.of(user))
        handle = known[0].handle if known else challenge[:32]
        name = str(answer.get("name", ""))[:_MAX_NAME]
        passkey = StoredPasskey(
            verified.credential_id,
            str(user.id),
            handle,
            verified.credential_public_key,
            verified.sign_count,
            name,
        )
        await settled(self._store.add(passkey))
        return Data({"added": True}, 201, cookies=[Cookie(COOKIE, "", 0)])

    # Both

    @property
    def _the_rp_id(self) -> str:
        assert self._rp_id is not None, "wire() has set it"
        return self._rp_id

    @property
    def _origin(self) -> str:
        return str(self._services.base_url)

    def _page(self, title: str, button: str, url: str, target: str) -> Page:
        body = fill("passkey.html", button=button, url=url, next=target)
        return Page(
            title, body, script=(files("growler_ext.auth") / "pages" / "passkey.js").read_text("utf-8")
        )

    def _refuse(self, reason: str) -> Rejected:
        return Rejected(reason, message="That passkey does not work here.", cookies=[Cookie(COOKIE, "", 0)])

    async def _new_challenge(self, purpose: str) -> tuple[bytes, Cookie]:
        challenge, id = secrets.token_bytes(64), secrets.token_urlsafe(24)
        try:
            await self._services.shared.put(f"passkey {purpose} {id}", challenge, SECONDS)
        except SharedError as error:
            raise _unavailable(error) from error
        return challenge, Cookie(COOKIE, self._signer.sign(id), SECONDS)

    async def _taken_challenge(self, req: Request, purpose: str) -> bytes | None:
        cookie = self._services.cookie(req, COOKIE)
        id = None if cookie is None else self._signer.unsign(cookie, SECONDS)
        if id is None:
            return None
        try:
            return await self._services.shared.take(f"passkey {purpose} {id}")
        except SharedError as error:
            raise _unavailable(error) from error

    async def _answer(self, req: Request) -> tuple[dict[str, Any], str]:
        """The credential that the browser has sent, and where to go then."""
        body = await req.json()
        credential = body.get("credential") if isinstance(body, dict) else None
        if not isinstance(credential, dict) or not isinstance(credential.get("response", {}), dict):
            raise HTTPErrorBadRequest("the body must be JSON with a credential")
        target = body.get("next")
        return credential, target if isinstance(target, str) else self._services.home


def _raw_id(answer: dict[str, Any]) -> bytes:
    return _decoded(answer.get("rawId"))


def _decoded(value: object) -> bytes:
    """Bytes in Base64url. Raises HTTPErrorBadRequest for what is none."""
    try:
        text = value if isinstance(value, str) else json.dumps(value)
        return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise HTTPErrorBadRequest("the credential must be in Base64url") from None


def _unavailable(error: SharedError) -> HTTPErrorServiceUnavailable:
    log.error("passkeys are not available", exc_info=error)
    return HTTPErrorServiceUnavailable("Passkeys are not available at the moment.")
