"""What goes over the wire: commands in RESP, the protocol of Redis; scripts by their hash; answers that are errors.

Commands are packed here and not by redis-py, whose packing takes longer than all else about a command. What is the same
in many is packed once: a command is put together from such parts.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, TypeAlias

from redis.exceptions import NoPermissionError, ResponseError

Word: TypeAlias = str | bytes | int | float
"""An argument of a command."""

_FOLDER = Path(__file__).parent / "lua"


def words(*words: Word) -> bytes:
    """Arguments as they stand in a command."""
    parts = []
    for word in words:
        data = word if type(word) is bytes else str(word).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
    return b"".join(parts)


def pack(*command: Word) -> bytes:
    """A whole command."""
    return b"*%d\r\n%b" % (len(command), words(*command))


class Script:
    """A file of `lua/`, behind the files with the functions that it uses."""

    def __init__(self, name: str, *uses: str, keys: int = 1) -> None:
        text = "\n".join((_FOLDER / f"{part}.lua").read_text("utf-8") for part in ("record", *uses, name))
        sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self._by_hash = words("EVALSHA", sha, keys)
        self._by_text = words("EVAL", text, keys)

    def call(self, count: int, arguments: bytes) -> bytes:
        """The command for so many arguments, the keys among them. NOSCRIPT is the answer of a server that is new."""
        return b"*%d\r\n%b%b" % (count + 3, self._by_hash, arguments)

    def teach(self, count: int, arguments: bytes) -> bytes:
        """The same with the text of the script, which the server keeps then."""
        return b"*%d\r\n%b%b" % (count + 3, self._by_text, arguments)


class ScriptsRefused(Exception):
    """Scripts are not allowed to this user, or unknown to this server."""


def checked(answer: Any) -> Any:
    """The answer. Raises it if it is an error, as ScriptsRefused where it means that."""
    if isinstance(answer, ResponseError):
        text = str(answer).lower()
        # To be refused certain keys is another matter.
        if "eval" in text and (isinstance(answer, NoPermissionError) or "unknown command" in text):
            raise ScriptsRefused(str(answer)) from answer
        raise answer
    return answer
