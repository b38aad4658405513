"""Growler on its own server, plain asyncio."""

import asyncio

from _growler_app import app
from _native import serve

if __name__ == "__main__":
    asyncio.run(serve(app))
