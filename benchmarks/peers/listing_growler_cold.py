"""Growler's Indexer, made to look at the folder and to write its page anew for every request."""

import uvloop
from _listing import folder
from _native import serve

from growler import App
from growler_ext.indexer import Indexer
from growler_ext.indexer.lister import Question

if __name__ == "__main__":
    # No question is like another, so no answer can be kept or shared.
    Question.key = property(lambda question: object())
    app = App("bench")
    app.use(Indexer(folder()))
    uvloop.run(serve(app))
