"""The options of `Auth`, checked when it is made: every mistake at once, each in a sentence that names the fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from growler_ext.auth.method import AuthMethod
from growler_ext.auth.next_url import is_local
from growler_ext.auth.users import Users


def find_mistakes(
    methods: Sequence[AuthMethod],
    users: Users | None,
    *,
    prefix: str,
    login_url: str,
    home: str,
    default: str,
    csrf: str,
) -> list[str]:
    """What is wrong with these options; also wires the methods to the users."""
    return [
        *_in_methods(methods, users),
        *_in_address("prefix", prefix, "/auth"),
        *_in_address("login_url", login_url, "/login"),
        *([] if is_local(home) else [f'home={home!r}: a path of this site, such as home="/"']),
        *([] if default in ("open", "required") else [f'default={default!r}: "open" or "required"']),
        *([] if csrf in ("auth", "all") else [f'csrf={csrf!r}: "auth" or "all"']),
    ]


def _in_methods(methods: Sequence[AuthMethod], users: Users | None) -> list[str]:
    if not methods:
        return ["Auth needs a method to log in by: Auth(Password(), users=...)"]
    classes = [method.__name__ for method in methods if isinstance(method, type)]
    if classes:
        return [f"{name} is a class: use an instance, {name}(...)" for name in classes]
    mistakes = [mistake for method in methods for mistake in method.wire(users)]
    addresses = Counter(f"{route.verb} {route.path}" for method in methods for route in method.routes())
    for kind, names in (("of the name", Counter(method.name for method in methods)), ("at", addresses)):
        mistakes += [
            f"two methods {kind} {name}: one would never be asked" for name, n in names.items() if n > 1
        ]
    if addresses and not mistakes and not callable(getattr(users, "get", None)):
        mistakes.append("Auth asks users.get(id) who is logged in: users=MemoryUsers() or your own `Users`")
    if not addresses and all(method.challenge is None for method in methods):
        # RFC 9110 15.5.2: a 401 must carry a challenge.
        mistakes.append(
            "no method has a challenge, so a 401 could not say how to log in: give one a `challenge`"
        )
    return mistakes


def _in_address(name: str, path: str, example: str) -> list[str]:
    # The characters of a path that need no quoting, neither in HTML nor in a header field nor for the router.
    plain = all(char.isalnum() or char in "/-._~" for char in path) and path.isascii()
    if is_local(path) and plain and path != "/" and not path.endswith("/") and "//" not in path:
        return []
    return [f'{name}={path!r}: a plain path without a slash at its end, such as {name}="{example}"']
