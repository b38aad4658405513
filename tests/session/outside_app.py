"""An app for black-box tests of sessions: `python outside_app.py STORE`; a URL, "dict", "cookie" or "encrypted".

Under each of `VARIANTS` lies the same page with a session of those options. It does what its query says, word by word,
and answers what that gave as a JSON list: `/plain/?do=incr:n&do=get:n` is `[1, 1]`.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

from growler import App, Router
from growler.ext import Session
from growler.http.errors import HTTPErrorForbidden
from growler_ext.cookieparser import CookieParser
from growler_ext.session import CookieStore, DictStore

SECRET = "a secret of the tests, 32 bytes long"

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "rolling": {"touch": 0},
    "browser": {"persist": False},
    "short": {"lifetime": 0.4},
    "secure": {"secure": True},
    "cross": {"samesite": "None", "partitioned": True},
    "wide": {"domain": "example.com", "samesite": "Strict"},
    "area": {"path": "/area/inner"},
    "user": {"user_key": "user_id"},
    "idle": {"idle": 0.5},
}


async def do(req: Any, res: Any, word: str, *arguments: str) -> object:
    """One word of a query."""
    session = req.session
    match word, arguments:
        case "get", (key,):
            return session.get(key)
        case "set", (key, value):
            session[key] = value
        case "incr", (key,):
            session[key] = session.get(key, 0) + 1
            return session[key]
        case "nested", ():
            user = session.setdefault("user", {"cookie": 0, "tags": []})
            user["cookie"] += 1
            user["tags"].append("x")
            return user
        case "fill", (size,):
            session["big"] = "x" * int(size)
        case "pop", (key,):
            return session.pop(key, None)
        case "clear", ():
            session.clear()
        case "keys", ():
            return sorted(session)
        case "id", ():
            return session.id
        case "new", ():
            return session.new
        case "user", ():
            return session.user
        case "expires", ():
            return session.expires and session.expires.timestamp()
        case "save", ():
            await session.save()
        case "bind", (user,):
            session.bind(user)
        case "regenerate", ():
            session.regenerate()
        case "begin-anew", ():
            session.regenerate(clear=True)
        case "destroy", ():
            session.destroy()
        case "rollback", ():
            session.rollback()
        case "persist", ():
            session.persist(True)
        case "revoke", (user,):
            return await req.app.config[req.base_url].revoke(user)
        case "sessions", (user,):
            return len(await req.app.config[req.base_url].of(user))
        case "unjson", (key,):
            session[key] = {1, 2}
        case "shown", ():
            return repr(session)
        case "flash", (message,):
            session.flash(message)
        case "flashes", ():
            return session.flashes()
        case "cookie", (name, value):
            res.cookies[name] = value
        case "sign", (name, value):
            res.cookies.set(name, value, signed=True)
        case "signed", (name,):
            return req.cookies.signed(name)
        case "header", (name, value):
            res.headers.append(name, value)
        case "wait", (seconds,):
            await asyncio.sleep(float(seconds))
        case "fail", ():
            raise RuntimeError("a bug")
        case "refuse", ():
            raise HTTPErrorForbidden("no")
        case _:
            raise AssertionError(f"no such word: {word} {arguments}")
    return None


async def page(req: Any, res: Any) -> None:
    results = [await do(req, res, *words.split(":", 2)) for words in req.query.getall("do")]
    answer = req.query.get_first("answer", "json")
    if answer == "redirect":
        res.redirect("/elsewhere")
    elif answer == "empty":
        res.send_text("")
    elif answer == "nothing":
        res.send(204)
    elif answer == "stream":
        res.stream(pieces(results))
    else:
        res.send_json(results, int(req.query.get_first("status", "200")))


async def pieces(results: list[object]) -> Any:
    yield b""
    yield json.dumps(results).encode()


def make_app(kept: str) -> App:
    app = App("outside", trust_proxy=["127.0.0.1"] if "--behind-a-proxy" in sys.argv else [])
    app.use(CookieParser(secret=SECRET))
    for name, options in VARIANTS.items():
        sessions = Session(open_store(kept), **{"name": f"{name}-sid", "timeout": 20} | options)
        app.config[f"/{name}"] = sessions
        app.use(f"/{name}", sessions)
        pages = Router()
        pages.all(re.compile("/.*"), page)
        app.use(f"/{name}", pages)
    app.get("/elsewhere", lambda req, res: res.send_text("elsewhere"))
    app.get("/seen", lambda req, res: res.send_json({name: str(req.cookies[name]) for name in req.cookies}))
    app.get("/json", lambda req, res: res.send_json(req.cookies.json("prefs")))
    return app


def open_store(kept: str) -> Any:
    match kept:
        case "dict":
            return DictStore()
        case "cookie":
            return CookieStore(SECRET)
        case "encrypted":
            return CookieStore(SECRET, encrypt=SECRET)
        case _:
            return kept


if __name__ == "__main__":
    make_app(sys.argv[1]).run(host="127.0.0.1", port=0)
