"""An API of items: bearer tokens with scopes, pages with links, versions by ETag, errors as problems.

python app.py      then, in another shell, the README's curl commands
"""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlencode

from conditions import has, means
from growler import App, Request, Response
from growler.ext import Auth
from growler.ext.auth import Basic, Bearer, MemoryUsers
from growler.http.errors import HTTPErrorBadRequest, HTTPErrorNotFound, HTTPErrorUnsupportedMediaType
from items import Full, Invalid, Item, Outdated, Shelf
from problems import Problem, answer_problem

PASSWORD = os.environ.get("API_PASSWORD") or secrets.token_urlsafe(9)
SECRET = os.environ.get("API_SECRET") or secrets.token_urlsafe(32)
TOKEN_SECONDS = 600
MAX_LIMIT = 100

users = MemoryUsers()
users.add("shop", password=PASSWORD, permissions={"items:read", "items:write"})
users.add("kiosk", password=PASSWORD, permissions={"items:read"})

# Name and password are good for a token, and a token for the rest.
auth = Auth(Basic("items"), Bearer(audience="items"), users=users, secret=SECRET)
reader = auth.require("items:read", methods=["bearer"])
writer = auth.require("items:write", methods=["bearer"])

shelf = Shelf()
app = App("items")
app.use(auth)


@app.on_startup
def say_the_password() -> None:
    if "API_PASSWORD" not in os.environ:
        print(f"Clients: shop and kiosk, password {PASSWORD}", flush=True)  # noqa: T201 - nowhere else to learn it


@app.post("/token")
@auth.require(methods=["basic"])
async def issue_token(req: Request, res: Response) -> None:
    """A token for a client (RFC 6749 4.4), with all of its scopes or with those it asks for."""
    assert req.user is not None, "require() has seen to it"
    form = await req.form()
    res.headers["Cache-Control"] = "no-store"
    if form.get_first("grant_type") != "client_credentials":
        res.send_json({"error": "unsupported_grant_type"}, 400)
        return
    user = users.get(req.user.id)
    assert user is not None, "Auth has asked for it"
    asked = (form.get_first("scope") or "").split()
    if not user.permissions.issuperset(asked):
        res.send_json({"error": "invalid_scope"}, 400)
        return
    scopes = asked or sorted(user.permissions)
    token = auth["bearer"].issue(user, ttl=TOKEN_SECONDS, scopes=scopes)
    res.send_json(
        {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": " ".join(scopes),
        }
    )


@app.get("/items")
@reader
def list_items(req: Request, res: Response) -> None:
    """A page of items: `?limit=20&after=40`. Where the next one is, the Link field says (RFC 8288)."""
    limit = whole_number(req, "limit", default=20, most=MAX_LIMIT)
    after = whole_number(req, "after", default=0, least=0)
    page = shelf.page(after, limit)
    links = {f"/items?{urlencode({'limit': limit})}": "first"}
    if page.more:
        links[f"/items?{urlencode({'limit': limit, 'after': page.items[-1].id})}"] = "next"
    res.links(links)
    res.send_json({"items": [as_json(item) for item in page.items]})


@app.post("/items")
@writer
async def add_item(req: Request, res: Response) -> None:
    item = shelf.add(await read_json(req, "json"))
    res.location(f"/items/{item.id}")
    send_item(res, item, 201)


@app.get("/items/:id")
@reader
def get_item(req: Request, res: Response) -> None:
    item = find(req)
    # Auth keeps what somebody logged in gets out of caches; this may be kept by the client that asks each time.
    res.headers["Cache-Control"] = "no-cache"
    if has(req.get("if-none-match", "") or "", etag(item)):
        res.headers["ETag"] = etag(item)
        res.decide(b"", status=304)
    else:
        send_item(res, item)


@app.patch("/items/:id")
@writer
async def change_item(req: Request, res: Response) -> None:
    """Change what is named, leave the rest (JSON Merge Patch, RFC 7396)."""
    values = await read_json(req, "application/merge-patch+json", "json")
    item = find(req)
    send_item(res, shelf.change(item.id, meant_version(req, item), values))


@app.delete("/items/:id")
@writer
def delete_item(req: Request, res: Response) -> None:
    item = find(req)
    shelf.delete(item.id, meant_version(req, item))
    res.decide(b"", status=204)


# 404 and 405 are raised by the app's last step; in front of the error handlers, so that they get these too.
app.use(app.handle_response_not_sent)


@app.use
def answer_refusal(req: Request, res: Response, error: Exception) -> None:
    """What the shelf refuses, in terms of HTTP; everything else goes on to the next error handler."""
    match error:
        case Invalid(mistakes=mistakes):
            errors = [mistake._asdict() for mistake in mistakes]
            raise Problem(
                422, "Some values are not what an item may have.", type="/problems/invalid", title="Invalid item",
                errors=errors,
            )  # fmt: skip
        case Outdated():
            raise Problem(
                412, "Somebody has changed the item since: get it again.", type="/problems/outdated",
                title="Outdated version",
            )  # fmt: skip
        case Full():
            raise Problem(507, "Delete something first.", type="/problems/full", title="The shelf is full")
        case _:
            raise error


# Behind everything that may fail.
app.use(answer_problem)


def find(req: Request) -> Item:
    text = req.params["id"]
    try:
        return shelf.get(int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0)
    except KeyError:
        raise HTTPErrorNotFound("There is no such item.") from None


def meant_version(req: Request, item: Item) -> int:
    """The version that the client means to change. Whoever does not say would overwrite what it has never seen."""
    condition = req.get("if-match")
    if condition is None:
        raise Problem(
            428, "Send If-Match with the item's ETag.", type="/problems/version-needed", title="Which version?"
        )  # fmt: skip
    if not means(condition, etag(item)):
        raise Outdated
    return item.version


async def read_json(req: Request, *types: str) -> object:
    if not req.type_is(*types):
        raise HTTPErrorUnsupportedMediaType(f"The body must be {' or '.join(types)}.")
    return await req.json()


def whole_number(req: Request, name: str, *, default: int, least: int = 1, most: int = 10**15) -> int:
    text = req.query.get_first(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and least <= int(text) <= most):
        raise HTTPErrorBadRequest(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def send_item(res: Response, item: Item, status: int = 200) -> None:
    res.headers["ETag"] = etag(item)
    res.send_json(as_json(item), status)


def etag(item: Item) -> str:
    return f'"{item.id}-{item.version}"'


def as_json(item: Item) -> dict[str, object]:
    return {"id": item.id, "name": item.name, "price": item.price, "tags": item.tags}


if __name__ == "__main__":
    app.run()
