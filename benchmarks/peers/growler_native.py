"""Growler on its own server, uvloop."""

import uvloop
from _growler_app import app
from _native import serve

if __name__ == "__main__":
    uvloop.run(serve(app))
