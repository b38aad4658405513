"""A room for files: people come in by a form, programs by a key or by HTTP Basic; who may, puts files in.

    python app.py      then http://127.0.0.1:8000/

What is uploaded comes from strangers, and is treated so from the name it brings to the page it may be.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from growler import App, Limits, Request, Response
from growler.ext import Auth, Indexer, Renderer, Session, Static
from growler.ext.auth import ApiKey, Basic, KeyRecord, MemoryUsers, Password, new_key
from growler.http.errors import HTTPErrorBadRequest
from growler.http.forms import Upload

HERE = Path(__file__).resolve().parent
ROOM = Path(os.environ.get("FILE_ROOM", HERE / "room"))
ROOM.mkdir(parents=True, exist_ok=True)
PASSWORD = os.environ.get("FILE_ROOM_PASSWORD") or secrets.token_urlsafe(9)
POLICY = "default-src 'self'; script-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
LONGEST_NAME = 200  # bytes; file systems have 255

users = MemoryUsers()
users.add("keeper", password=PASSWORD, permissions={"upload"})
users.add("reader", password=PASSWORD)
keys: dict[str, KeyRecord] = {}  # digest -> whose key it is: in earnest a table, see the blog

auth = Auth(Password(), Basic("File room"), ApiKey(keys.get, prefix="room_"), users=users)

app = App("File room", limits=Limits(max_form=256 * 1024 * 1024))
app.use("/assets", Static(HERE / "assets"))
app.use(Session())
app.use(Renderer(HERE / "views", "jinja", globals={"auth": auth}))


@app.use
def prepare(req: Request, res: Response) -> None:
    """What all answers and all templates have in common."""
    res.headers["Content-Security-Policy"] = POLICY
    res.locals["req"] = req


app.use(auth)
app.use("/files", auth.require())  # the guard in front of what it guards
app.use("/files", Indexer(ROOM, title="Files", readme=True, static={"untrusted": True}))


@app.on_startup
def say_how_to_come_in() -> None:
    if "FILE_ROOM_PASSWORD" not in os.environ:
        print(f"Log in as keeper or reader, password {PASSWORD}", flush=True)  # noqa: T201 - nowhere else to learn it


@app.get("/")
def show_home(req: Request, res: Response) -> None:
    res.render("home")


@app.get("/login")
def show_login(req: Request, res: Response) -> None:
    res.render("login")


@app.post("/upload")
@auth.require("upload")
async def upload(req: Request, res: Response) -> None:
    """Take the files of a form. A program gets their addresses, a page a message."""
    form = await req.form()
    files = form.files.getall("file")
    if not files:
        raise HTTPErrorBadRequest("choose at least one file")
    names = [await keep(file) for file in files]
    if req.accepts("json", "html") == "json":
        res.send_json({"stored": names}, 201)
    else:
        req.session.flash(f"Stored: {', '.join(names)}")
        res.redirect("/", 303)


@app.post("/keys")
@auth.require(methods=["password"])  # a key cannot make further keys
def make_key(req: Request, res: Response) -> None:
    assert req.user is not None, "require() has seen to it"
    key = new_key("room_")
    # A key for reading, whatever its owner may do: `scopes` can only take away.
    keys[key.digest] = KeyRecord(user=req.user.id, scopes=())
    res.headers["Cache-Control"] = "no-store"
    res.render("key", {"key": key.text}, status=201)


async def keep(file: Upload) -> str:
    """Store an upload under a name that is new, and as close to its own as can be. Returns the name."""
    wanted = file.filename.lstrip(".") or "unnamed"  # a leading dot would hide it
    stem, dot, suffix = wanted.rpartition(".")
    if not dot:
        stem, suffix = wanted, ""
    for number in range(1000):
        name = shortened(stem, f" ({number})" * bool(number) + dot + suffix)
        try:
            # Never over a file that is there, so two uploads of one name at once do not meet.
            await file.save(ROOM / name)
        except FileExistsError:
            continue
        return name
    raise HTTPErrorBadRequest(f"there are a thousand files called {wanted!r} already")


def shortened(stem: str, ending: str) -> str:
    """Stem and ending in no more bytes than a file system takes; no letter is cut in half."""
    ending = ending.encode()[-60:].decode(errors="ignore")
    return stem.encode()[: LONGEST_NAME - len(ending.encode())].decode(errors="ignore") + ending


if __name__ == "__main__":
    app.run()
