"""What a guard asks for, and what is done with a request that has it or lacks it: values and one decision."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any

from growler_ext.auth.login import AuthInfo


@dataclass(frozen=True, slots=True)
class Demand:
    """
    Parameters:
        permissions: all of them are needed.
        within: seconds that the login may be old; None for any age.
        mfa: whether more than one factor is needed.
        methods: names of the methods of which one must have been used; None for any.
        check: called with the request when all else is right: whether it may pass, sync or async.
    """

    permissions: frozenset[str] = frozenset()
    within: float | None = None
    mfa: bool = False
    methods: frozenset[str] | None = None
    check: Callable[..., Any] | None = None


class Access(Enum):
    """What is done with a request."""

    GRANTED = "granted"
    UNKNOWN = "not logged in"  # 401: logging in may help
    OTHER_METHOD = "logged in by another method"  # 401: logging in by one of those would help
    STALE = "logged in too long ago"  # 401: logging in once more would help (RFC 9470)
    ONE_FACTOR = "only one factor"  # 401: a second one would help (RFC 9470)
    OUT_OF_SCOPE = "the credential may not"  # 403: a credential with more scopes would help (RFC 6750 3.1)
    FORBIDDEN = "lacks a permission"  # 403: nothing would


def decide(info: AuthInfo, held: Collection[str] | None, demand: Demand) -> Access:
    """Whether a user who has these permissions, None for nobody, may do what the demand is in front of.

    What cannot be mended is said first: nobody logs in again to be told then that they lack a permission.

    >>> decide(AuthInfo(), {"read"}, Demand(frozenset({"read", "write"})))
    <Access.FORBIDDEN: 'lacks a permission'>
    """
    if held is None:
        return Access.UNKNOWN
    if not demand.permissions.issubset(held):
        # Where a token's scopes are all the permissions there are, one with more of them would help.
        return Access.OUT_OF_SCOPE if held is info.scopes else Access.FORBIDDEN
    if info.scopes is not None and not demand.permissions.issubset(info.scopes):
        return Access.OUT_OF_SCOPE
    if demand.methods is not None and info.method not in demand.methods:
        return Access.OTHER_METHOD
    if demand.within is not None and not info.is_within(demand.within):
        return Access.STALE
    if demand.mfa and not info.mfa:
        return Access.ONE_FACTOR
    return Access.GRANTED
