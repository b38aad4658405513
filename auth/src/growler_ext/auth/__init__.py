"""Authentication for Growler: `Auth`, its methods, its users and the contracts to write your own."""

from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.guard import Guard
from growler_ext.auth.login import AuthInfo, FailedLogin
from growler_ext.auth.method import (
    NOT_MINE,
    Accepted,
    AuthMethod,
    Challenge,
    NotMine,
    Outcome,
    Rejected,
    Route,
)
from growler_ext.auth.methods.password import Password
from growler_ext.auth.middleware import Auth
from growler_ext.auth.passwords import Hasher, PasswordHasher, PasswordLibraryError, Verdict
from growler_ext.auth.users import MemoryUser, MemoryUsers, User, Users

__all__ = [
    "NOT_MINE",
    "Accepted",
    "Auth",
    "AuthInfo",
    "AuthMethod",
    "AuthWiringError",
    "Challenge",
    "FailedLogin",
    "Guard",
    "Hasher",
    "MemoryUser",
    "MemoryUsers",
    "NotMine",
    "Outcome",
    "Password",
    "PasswordHasher",
    "PasswordLibraryError",
    "Rejected",
    "Route",
    "User",
    "Users",
    "Verdict",
]
