"""`Signer`, the seam to what signs cookies, and the context each signature is bound to.

A signature says three things at once: this value, for this purpose, under this name. So a value cannot be
moved to another cookie, nor a token of another part of the application be passed off as a cookie.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote, unquote

# RFC 6265 4.1.1: cookie-octet, without the percent sign that marks what is encoded.
_COOKIE_OCTETS = "!#$&'()*+-./:<=>?@[]^_`{|}~"


class Signer(Protocol):
    """Signs short texts. Holds its keys, newest first: signs with the first, opens with any."""

    def sign(self, value: str, context: str) -> str:
        """A token that holds the value, the time and a signature over both, valid in this context only.

        The token may contain the value in plain sight. Any str that UTF-8 can encode is a value.
        """

    def unsign(self, token: str, context: str, max_age: float | None = None) -> str | None:
        """The value of a token; None for whatever is not a whole token of this context. Never raises for a token.

        Parameters:
            max_age: seconds since it was signed; None for no limit. 0 is a limit. A token from the future is None.
        """


def context(purpose: str, name: str) -> str:
    """What a signature is bound to. The name's length stands before it, so no two pairs give the same context."""
    return f"growler_ext.{purpose}:1:{len(name)}:{name}"


def cookie_context(name: str) -> str:
    """The context of a signed cookie."""
    return context("cookieparser", name)


def encode_signed(value: str) -> str:
    """Any text in characters that a cookie can hold; what a cookie can hold stays readable."""
    return quote(value, safe=_COOKIE_OCTETS)


def decode_signed(value: str) -> str:
    """What `encode_signed` was given."""
    return unquote(value)
