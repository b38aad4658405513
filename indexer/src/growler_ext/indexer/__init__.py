"""Directory listings for Growler, for people and for programs.

from growler.ext import Indexer

app.use("/files", Indexer("/srv/files"))
"""

from growler_ext.indexer.listing import Item, Listing
from growler_ext.indexer.middleware import Indexer

__all__ = ["Indexer", "Item", "Listing"]
