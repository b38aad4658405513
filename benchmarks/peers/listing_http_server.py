"""`python -m http.server`, but without its log and with connections that are kept: both would slow it down."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from _listing import folder


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a kept connection would wait 40 ms for each answer

    def log_message(self, form: str, *arguments: Any) -> None:
        pass


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder()))) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
