"""Rooms in which messages are heard: who listens, and what was said. Nothing here knows of HTTP.

Everything is bounded: the rooms, the listeners of a room, what a room remembers, and what waits for one listener. Who
takes too slowly is let go, and can come back and ask for what was said meanwhile.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

HISTORY = 100
"""Messages that a room remembers."""
WAITING = 64
"""Messages that may wait for one listener."""
MAX_LISTENERS = 500
"""In one room."""
MAX_ROOMS = 100


class Full(Exception):
    """There is no room for one more."""


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Presence:
    names: tuple[str, ...]


class Listener:
    """One who is in a room, with what waits to be heard."""

    def __init__(self, name: str) -> None:
        self.name = name
        # One place more than news may take: for the None that ends it.
        self._waiting: asyncio.Queue[Message | Presence | None] = asyncio.Queue(WAITING + 1)

    def tell(self, news: Message | Presence) -> bool:
        """Whether there was a place for it. Never waits: one slow listener would hold up all others."""
        if self._waiting.qsize() >= WAITING:
            self._waiting.put_nowait(None)
            return False
        self._waiting.put_nowait(news)
        return True

    async def news(self) -> AsyncIterator[Message | Presence]:
        """What is said from now on, until the listener is let go."""
        while (news := await self._waiting.get()) is not None:
            yield news


class Room:
    """One room."""

    def __init__(self) -> None:
        self._said: deque[Message] = deque(maxlen=HISTORY)
        self._listeners: list[Listener] = []
        # In front of each number: another room of this name, or one after a restart, counts from one again.
        self._mark = secrets.token_hex(4)
        self._numbers = count(1)

    @property
    def is_empty(self) -> bool:
        """Whether nobody listens."""
        return not self._listeners

    def say(self, name: str, text: str) -> Message:
        message = Message(f"{self._mark}-{next(self._numbers)}", name, text)
        self._said.append(message)
        self._tell(message)
        return message

    def said_after(self, id: str) -> list[Message]:
        """What was said after that message; all that the room remembers if it does not know it."""
        said = list(self._said)
        known = [message.id for message in said]
        return said[known.index(id) + 1 :] if id in known else said

    def enter(self, name: str) -> Listener:
        """Raises Full."""
        if len(self._listeners) >= MAX_LISTENERS:
            raise Full
        listener = Listener(name)
        self._listeners.append(listener)
        self._tell(self.presence())
        return listener

    def leave(self, listener: Listener) -> None:
        """May be called again."""
        if listener in self._listeners:
            self._listeners.remove(listener)
            self._tell(self.presence())

    def presence(self) -> Presence:
        return Presence(tuple(sorted({listener.name for listener in self._listeners})))

    def _tell(self, news: Message | Presence) -> None:
        slow = [listener for listener in self._listeners if not listener.tell(news)]
        for listener in slow:
            self._listeners.remove(listener)
        if slow:
            self._tell(self.presence())


class Rooms:
    """All rooms by their names. A room in which nobody is may go when its place is needed."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def __getitem__(self, name: str) -> Room:
        """The room of this name, which is opened if there is none. Raises Full."""
        room = self._rooms.get(name)
        if room is None:
            if len(self._rooms) >= MAX_ROOMS:
                self._close_one()
            room = self._rooms[name] = Room()
        return room

    def _close_one(self) -> None:
        for name, room in self._rooms.items():
            if room.is_empty:
                del self._rooms[name]
                return
        raise Full
