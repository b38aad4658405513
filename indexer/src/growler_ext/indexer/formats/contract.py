"""`Format`: the seam between a listing and the form it is sent in. A new form is one file that keeps to this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from growler_ext.indexer.contents import Contents


@dataclass(frozen=True, slots=True)
class View:
    """Where and how a listing is shown.

    Parameters:
        mount: the path the listing is mounted at, for reading; "" at the root.
        title: what the site calls the listing; None for its path.
        archives: the kinds of archive that are offered of a folder.
    """

    mount: str = ""
    title: str | None = None
    archives: tuple[str, ...] = ()

    @property
    def root_name(self) -> str:
        """What the root of the listing goes by; never the name of the folder on the server."""
        return self.title or self.mount.rpartition("/")[2] or "Home"


class Format(Protocol):
    """A form of a listing. Called in a thread, by several at once."""

    name: str
    """What `?format=` calls it."""
    media_type: str
    """For Content-Type, without parameters; also what Accept is compared with."""
    headers: Mapping[str, str]
    """Header fields that go with it."""

    def pieces(self, contents: Contents, view: View) -> Iterator[str]:
        """The whole body, in pieces of some hundred entries each: large ones are sent while they are made.

        Names come from outside: whatever they hold, it must not become markup.
        """


ROWS_AT_ONCE = 500
"""How many entries a piece has: enough to be quick, few enough to let others in between."""
