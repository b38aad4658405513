"""The two ceremonies of WebAuthn Level 3 on plain values, through the library webauthn: adding and using a passkey.

Each has the options that a browser is given and the check of what it answers. The library is imported where it is used:
it takes 150 ms, and only those who have passkeys have it.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from growler_ext.auth.passkeys import StoredPasskey

SECONDS = 300
"""How long a browser waits for its user."""


class PasskeyRefused(Exception):
    """It does not verify; the message is for the log, without anything secret."""


@dataclass(frozen=True, slots=True)
class Site:
    """Whom passkeys are for.

    Parameters:
        id: the domain they are bound to.
        name: shown by browsers.
        origin: "https://example.org", the only one whose answers are taken.
    """

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a browser has made."""

    id: bytes
    public_key: bytes
    sign_count: int


def options_to_use(site: Site, challenge: bytes) -> dict[str, Any]:
    """For `navigator.credentials.get`: any passkey of this site, with user verification."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json_dict(
        generate_authentication_options(
            rp_id=site.id,
            challenge=challenge,
            timeout=SECONDS * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def options_to_add(
    site: Site, challenge: bytes, *, user: str, handle: bytes, known: Sequence[StoredPasskey]
) -> dict[str, Any]:
    """For `navigator.credentials.create`.

    Parameters:
        user: the name that browsers show.
        handle: what the authenticator calls the user.
        known: the passkeys that there are; an authenticator makes no second one.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json_dict(
        generate_registration_options(
            rp_id=site.id,
            rp_name=site.name,
            user_name=user,
            user_id=handle,
            challenge=challenge,
            timeout=SECONDS * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.id) for passkey in known],
        )
    )


def check_use(site: Site, challenge: bytes, answer: Mapping[str, Any], passkey: StoredPasskey) -> int:
    """The new count of a passkey that was used (WebAuthn Level 3, 7.2). Raises PasskeyRefused."""
    from webauthn import verify_authentication_response

    response = answer.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    # 7.2 step 6: nobody has said who they are before, so the authenticator has to.
    if not isinstance(handle, str) or decoded(handle) != passkey.handle:
        raise PasskeyRefused("the passkey of somebody else")
    try:
        verified = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        # webauthn raises its own errors, and those of cbor2, cryptography and of taking JSON apart.
        raise PasskeyRefused(f"it does not verify: {type(error).__name__}") from error
    return verified.new_sign_count


def check_new(site: Site, challenge: bytes, answer: Mapping[str, Any]) -> NewPasskey:
    """A passkey that was made (WebAuthn Level 3, 7.1). Raises PasskeyRefused."""
    from webauthn import verify_registration_response

    try:
        verified = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:
        # As in check_use.
        raise PasskeyRefused(f"it does not verify: {type(error).__name__}") from error
    return NewPasskey(verified.credential_id, verified.credential_public_key, verified.sign_count)


def decoded(value: object) -> bytes | None:
    """Bytes in Base64url (RFC 4648 5), with or without padding; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        return b64decode(
            value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except ValueError:
        return None
