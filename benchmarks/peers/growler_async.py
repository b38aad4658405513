"""Growler on its own server, uvloop, with `async def` handlers and middleware."""

import uvloop
from _growler_async_app import app
from _native import serve

if __name__ == "__main__":
    uvloop.run(serve(app))
