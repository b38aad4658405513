"""A chat over server-sent events: what is said comes as a stream, what one says goes as a POST.

    python app.py      then http://127.0.0.1:8000/ in two windows

A browser that has lost the stream comes back by itself and says which message it heard last; it gets the rest.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

from growler import App, Limits, Request, Response
from growler.ext import Session, Static
from growler.http.errors import (
    HTTPErrorBadRequest,
    HTTPErrorForbidden,
    HTTPErrorNotFound,
    HTTPErrorServiceUnavailable,
    HTTPErrorUnsupportedMediaType,
)
from growler.http.sse import Event
from rooms import Full, Listener, Message, Room, Rooms

HERE = Path(__file__).resolve().parent
POLICY = "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
# Silence after which a comment is sent, in seconds. It is how a client that has gone without a word is noticed: by the
# second comment, because the first one only learns that nobody takes it.
HEARTBEAT = float(os.environ.get("CHAT_HEARTBEAT", "3"))
MAX_NAME, MAX_TEXT = 30, 1000

rooms = Rooms()
# A stream does not end by itself: a restart need not wait for it, the browsers come back.
app = App("chat", limits=Limits(shutdown_timeout=1))
# On disk: after a restart the browsers come back by themselves, and are called what they were called.
app.use(Session(f"sqlite:///{os.environ.get('CHAT_DB', HERE / 'chat.db')}"))


@app.use
def set_policy(req: Request, res: Response) -> None:
    res.headers["Content-Security-Policy"] = POLICY


app.use(Static(HERE / "assets"))


@app.on_startup
def refuse_several_processes() -> None:
    """Rooms are in memory: with two processes, half of the people would not hear the other half."""
    if app.config.get("workers", 1) > 1:
        raise RuntimeError("the rooms of this chat are in the memory of one process: run it with workers=1")


@app.post("/name")
async def take_name(req: Request, res: Response) -> None:
    """Remember in the session what somebody is called: nobody can speak as somebody else by naming them."""
    req.session["name"] = await read_text(req, "name", MAX_NAME)
    res.send(204)


@app.get("/rooms/:room")
def show_room(req: Request, res: Response) -> None:
    find_room(req)
    res.send_file(HERE / "assets" / "index.html")


@app.get("/rooms/:room/events")
def listen(req: Request, res: Response) -> None:
    room, name = find_room(req), name_of(req)
    try:
        listener = room.enter(name)
    except Full:
        raise HTTPErrorServiceUnavailable("The room is full.", headers={"Retry-After": "10"}) from None
    # Looked up in the same step: nothing falls between what was said and what will be.
    missed = room.said_after(req.headers.get("last-event-id", ""))
    res.sse(events(room, listener, missed), heartbeat=HEARTBEAT)


async def events(room: Room, listener: Listener, missed: list[Message]) -> AsyncIterator[Event]:
    try:
        yield Event(retry=1000)
        for message in missed:
            yield as_event(message)
        async for news in listener.news():
            yield as_event(news) if isinstance(news, Message) else Event(news.names, event="presence")
    finally:
        # The client has gone, the server stops, or the listener was too slow.
        room.leave(listener)


def as_event(message: Message) -> Event:
    return Event({"name": message.name, "text": message.text}, id=message.id)


@app.post("/rooms/:room")
async def say(req: Request, res: Response) -> None:
    room, name = find_room(req), name_of(req)
    message = room.say(name, await read_text(req, "text", MAX_TEXT))
    res.send_json({"id": message.id}, 201)


def find_room(req: Request) -> Room:
    name = req.params["room"]
    if not re.fullmatch(r"[a-z0-9-]{1,30}", name):
        raise HTTPErrorNotFound("Rooms have names of small letters, digits and hyphens.")
    try:
        return rooms[name]
    except Full:
        raise HTTPErrorServiceUnavailable("All rooms are taken.", headers={"Retry-After": "60"}) from None


def name_of(req: Request) -> str:
    name = req.session.get("name")
    if not isinstance(name, str):
        raise HTTPErrorForbidden("Say first what you are called: POST /name.")
    return name


async def read_text(req: Request, field: str, longest: int) -> str:
    """A field of the JSON in the body. A page of another site cannot send JSON without asking, and nobody allows it."""
    if not req.type_is("json"):
        raise HTTPErrorUnsupportedMediaType("Send JSON.")
    sent = await req.json()
    text = sent.get(field) if isinstance(sent, dict) else None
    if not isinstance(text, str) or not 0 < len(text.strip()) <= longest:
        raise HTTPErrorBadRequest(f"{field} must be a text of 1 to {longest} characters.")
    return text.strip()


if __name__ == "__main__":
    app.run()
