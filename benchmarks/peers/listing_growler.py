"""Growler's Indexer: a listing is made once a second, or when the folder has changed."""

import uvloop
from _listing import folder
from _native import serve

from growler import App
from growler_ext.indexer import Indexer

if __name__ == "__main__":
    app = App("bench")
    app.use(Indexer(folder()))
    uvloop.run(serve(app))
