"""Authentication for Growler: `Auth`, its methods, its users and the contracts to write your own.

Methods are loaded when they are first asked for: an application pays for those that it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.events import Event
from growler_ext.auth.guard import Guard
from growler_ext.auth.login import AuthInfo, FailedLogin
from growler_ext.auth.method import (
    NOT_MINE,
    Accepted,
    AuthMethod,
    Away,
    Challenge,
    Cookie,
    Data,
    Ended,
    NotMine,
    Outcome,
    Page,
    Proved,
    Rejected,
    Route,
    RouteOutcome,
    SecondFactor,
)
from growler_ext.auth.middleware import Auth
from growler_ext.auth.services import Services
from growler_ext.auth.shared import Rate
from growler_ext.auth.throttle import Throttle
from growler_ext.auth.users import Identity, IdentityConflict, MemoryUser, MemoryUsers, User, Users

if TYPE_CHECKING:
    from growler_ext.auth.methods.api_key import ApiKey, KeyRecord, NewKey, new_key
    from growler_ext.auth.methods.basic import Basic
    from growler_ext.auth.methods.bearer import Bearer
    from growler_ext.auth.methods.magic_link import MagicLink
    from growler_ext.auth.methods.oauth import OAuth
    from growler_ext.auth.methods.oidc import OIDC
    from growler_ext.auth.methods.passkey import Passkey
    from growler_ext.auth.methods.password import Password
    from growler_ext.auth.methods.presets import Discord, GitHub, GitLab, Google, Microsoft
    from growler_ext.auth.methods.totp import TOTP, Enrolment, MemorySecrets, TOTPSecret, TOTPSecrets
    from growler_ext.auth.passkeys import MemoryPasskeys, PasskeyStore, StoredPasskey
    from growler_ext.auth.passwords import Hasher, PasswordHasher, PasswordLibraryError, Verdict
    from growler_ext.auth.provider.access_token import TokenUser
    from growler_ext.auth.provider.kept import GrantEndedError

_LATER = {
    "methods.api_key": ("ApiKey", "KeyRecord", "NewKey", "new_key"),
    "methods.basic": ("Basic",),
    "methods.bearer": ("Bearer",),
    "methods.magic_link": ("MagicLink",),
    "methods.oauth": ("OAuth",),
    "methods.oidc": ("OIDC",),
    "methods.passkey": ("Passkey",),
    "methods.password": ("Password",),
    "methods.presets": ("Discord", "GitHub", "GitLab", "Google", "Microsoft"),
    "methods.totp": ("TOTP", "Enrolment", "MemorySecrets", "TOTPSecret", "TOTPSecrets"),
    "passkeys": ("MemoryPasskeys", "PasskeyStore", "StoredPasskey"),
    "passwords": ("Hasher", "PasswordHasher", "PasswordLibraryError", "Verdict"),
    "provider.access_token": ("TokenUser",),
    "provider.kept": ("GrantEndedError",),
}
_HOME_OF = {name: module for module, names in _LATER.items() for name in names}

__all__ = [
    "NOT_MINE",
    "OIDC",
    "TOTP",
    "Accepted",
    "ApiKey",
    "Auth",
    "AuthInfo",
    "AuthMethod",
    "AuthWiringError",
    "Away",
    "Basic",
    "Bearer",
    "Challenge",
    "Cookie",
    "Data",
    "Discord",
    "Ended",
    "Enrolment",
    "Event",
    "FailedLogin",
    "GitHub",
    "GitLab",
    "Google",
    "GrantEndedError",
    "Guard",
    "Hasher",
    "Identity",
    "IdentityConflict",
    "KeyRecord",
    "MagicLink",
    "MemoryPasskeys",
    "MemorySecrets",
    "MemoryUser",
    "MemoryUsers",
    "Microsoft",
    "NewKey",
    "NotMine",
    "OAuth",
    "Outcome",
    "Page",
    "Passkey",
    "PasskeyStore",
    "Password",
    "PasswordHasher",
    "PasswordLibraryError",
    "Proved",
    "Rate",
    "Rejected",
    "Route",
    "RouteOutcome",
    "SecondFactor",
    "Services",
    "StoredPasskey",
    "TOTPSecret",
    "TOTPSecrets",
    "Throttle",
    "TokenUser",
    "User",
    "Users",
    "Verdict",
    "new_key",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value
