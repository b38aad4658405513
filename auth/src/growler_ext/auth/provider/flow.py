"""One login on its way to a provider and back: what binds the answer to the browser that asked, and to nothing else.

Each flow has a random id. The state is that id, signed; the PKCE verifier and the nonce are HMACs of it, so nothing
secret stands in a cookie or an address, and nothing in the session. Each flow has a cookie of its own, so several tabs
can be on their way at once.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from growler_ext.auth.keys import Keys
from growler_ext.auth.method import Cookie

TTL = 600
"""Seconds to log in at the provider."""

MAX_FLOWS = 5
"""Flows of one browser; when another begins the oldest is given up."""

PREFIX = "auth-flow-"


@dataclass(frozen=True, slots=True)
class Flow:
    """
    Parameters:
        id: random.
        next_url: where the login shall lead.
        remember: whether it shall be remembered.
    """

    id: str
    next_url: str
    remember: bool

    @property
    def cookie(self) -> str:
        """The name of its cookie."""
        return PREFIX + self.id[:8]


class Flows:
    """Those of one method of one Auth.

    Parameters:
        keys: of the Auth.
        name: of the method: no answer of one provider is taken for that of another.
        cross_site: whether the answer is posted by the provider's page.
    """

    def __init__(self, keys: Keys, name: str, *, cross_site: bool) -> None:
        self._states = keys.signer(f"state {name}")
        self._cookies = keys.signer(f"flow {name}")
        self._verifier_key = keys.derive("pkce")[0]
        self._nonce_key = keys.derive("nonce")[0]
        self._cross_site = cross_site

    def begin(
        self, next_url: str, cookies: Mapping[str, str], *, remember: bool
    ) -> tuple[Flow, Sequence[Cookie]]:
        """A new flow, and the cookies to set.

        Parameters:
            cookies: flow cookies that the browser has, in the order it sent them: the oldest first.
        """
        flow = Flow(secrets.token_urlsafe(24), next_url, remember)
        value = self._cookies.sign(_packed(flow))
        given_up = list(cookies)[: max(len(cookies) - MAX_FLOWS + 1, 0)]
        return flow, [
            *(Cookie(name, "", 0, self._cross_site) for name in given_up),
            Cookie(flow.cookie, value, TTL, self._cross_site),
        ]

    def state(self, flow: Flow) -> str:
        return self._states.sign(flow.id)

    def id_of(self, state: str) -> str | None:
        """The id of the flow that a state is of; None for what is forged, of another method or too old."""
        return self._states.unsign(state, TTL)

    def of_cookie(self, value: str, id: str) -> Flow | None:
        """The flow with this id, as the browser has kept it."""
        kept = self._cookies.unsign(value, TTL)
        if kept is None:
            return None
        flow = _unpacked(kept)
        return flow if hmac.compare_digest(flow.id, id) else None

    def ended(self, flow: Flow) -> Cookie:
        return Cookie(flow.cookie, "", 0, self._cross_site)

    def verifier(self, flow: Flow) -> str:
        """The code verifier (RFC 7636 4.1)."""
        return _derived(self._verifier_key, flow.id)

    def nonce(self, flow: Flow) -> str:
        return _derived(self._nonce_key, flow.id)


def _packed(flow: Flow) -> str:
    # Not JSON, in which some addresses would be six times as long, and the cookie too long for browsers.
    text = f"{flow.id}.{flow.remember:d}.{flow.next_url}"
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _unpacked(text: str) -> Flow:
    id, remember, next_url = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".", 2)
    return Flow(id, next_url, remember == "1")


def _derived(key: bytes, id: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, id.encode(), "sha256")).rstrip(b"=").decode()
