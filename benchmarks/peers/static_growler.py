"""Growler's Static on its own server, uvloop: small files come from memory, large ones by sendfile."""

import uvloop
from _files import folder
from _native import serve

from growler import App
from growler_ext.static import Static

if __name__ == "__main__":
    app = App("bench")
    app.use(Static(folder()))
    uvloop.run(serve(app))
