"""Sessions for Growler: `app.use(Session())` gives `req.session`, saved before the answer leaves.

`Store` is the seam to where they are kept; `growler_ext.session.testing` checks an implementation of it.
"""

from growler_ext.session.data import JSON, SessionData
from growler_ext.session.flash import Flash
from growler_ext.session.middleware import Session
from growler_ext.session.store import Record, Store, StoreError, Touch
from growler_ext.session.stores.dict import DictStore

__all__ = ["JSON", "DictStore", "Flash", "Record", "Session", "SessionData", "Store", "StoreError", "Touch"]
