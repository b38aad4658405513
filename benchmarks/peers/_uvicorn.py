"""uvicorn as fast as it goes: uvloop, httptools, no access log."""

import socket
from typing import Any

import uvicorn


def serve(app: Any) -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="error")
    uvicorn.Server(config).run(sockets=[listening])
