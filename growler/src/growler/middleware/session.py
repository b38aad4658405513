"""`DefaultSessionStorage` of old Growler, on the Session extension.

For programs that have it; new ones write `from growler.ext import Session`. The difference is in `req.session`:
there it also has the key "id", and a `save` that may be called, awaited or not - saved is it anyway.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, MutableMapping
from typing import Any

from growler.ext import Session
from growler.http.request import Request
from growler.http.response import Response


class DefaultSessionStorage:
    """Middleware that gives `req.session`, kept in the memory of this process.

    Parameters:
        session_id_name: the name of its cookie.

    Raises ImportError where growler-ext-session is not installed.
    """

    def __init__(self, session_id_name: str = "qid") -> None:
        self._session = Session(name=session_id_name)

    def __call__(self, req: Request, res: Response) -> None:
        self._session(req, res)  # waits for nothing: its store is a dict
        req.session = OldSession(req.session)  # type: ignore[assignment]  # what old programs ask of it


class OldSession(MutableMapping[str, Any]):
    """A session with the key "id"."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def __getitem__(self, key: str) -> Any:
        return self._data.id if key == "id" else self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "id":
            raise KeyError("the id of a session is made by the server: req.session.regenerate()")
        self._data[key] = value

    def __delitem__(self, key: str) -> None:
        del self._data[key]

    def __iter__(self) -> Iterator[str]:
        yield "id"
        yield from self._data

    def __len__(self) -> int:
        return len(self._data) + 1

    def save(self) -> _Done:
        """Nothing: what was put into a session is saved before the answer leaves."""
        return _Done()

    def __getattr__(self, name: str) -> Any:
        """The rest - `regenerate`, `destroy`, `flash` - is the session's own."""
        return getattr(self._data, name)


class _Done:
    """Can be awaited, and need not be."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()
