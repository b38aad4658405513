"""`StoreContract`: one test per sentence of `Store`, put together of four parts.

Each part is a class of tests over `Opened`; this one says how a store comes to be and how time passes for it.
"""

from __future__ import annotations

from growler_ext.session.store import Answer, Store
from growler_ext.session.testing.at_once import AtOncePart
from growler_ext.session.testing.opened import Opened
from growler_ext.session.testing.owners import OwnersPart
from growler_ext.session.testing.records import RecordsPart
from growler_ext.session.testing.renames import RenamesPart


class StoreContract(RecordsPart, RenamesPart, OwnersPart, AtOncePart):
    """Subclass it, say how to open a store and how time passes for it.

    Keys and owners in these tests are short names, times go up to `MOVED_FOR` and a little more.
    """

    def open_store(self) -> Answer[Store]:
        """A new, empty store."""
        raise NotImplementedError

    def close_store(self, store: Store) -> Answer[None]:
        """Free what `open_store` took."""
        return store.close()

    def pass_time(self, seconds: float) -> None:
        """Make the store believe that so much time has passed."""
        raise NotImplementedError

    def opened(self) -> Opened:
        return Opened(self.open_store, self.close_store)
