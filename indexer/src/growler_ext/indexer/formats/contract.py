"""`Format`: the seam between a listing and the form it is sent in. A new form is one file that keeps to this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from growler_ext.indexer.listing import Listing
from growler_ext.indexer.order import Order


@dataclass(frozen=True, slots=True)
class View:
    """How somebody looks at a listing.

    Parameters:
        order: what its entries are sorted by.
        carried: the query that links to other folders repeat; "" where nothing was asked for.
        mount: the path the listing is mounted at, for reading; "" at the root.
        title: what the site calls the listing; None for its path.
        readable: False if the server may not read the folder; the listing has no entries then.
    """

    order: Order
    carried: str = ""
    mount: str = ""
    title: str | None = None
    readable: bool = True


class Format(Protocol):
    """A form of a listing. Called in a thread, by several at once."""

    media_type: str
    """For Content-Type, without parameters; also what Accept is compared with."""
    headers: Mapping[str, str]
    """Header fields that go with it."""

    def render(self, listing: Listing, view: View) -> bytes:
        """The whole body, UTF-8. Names come from outside: whatever they hold, it must not become markup."""
