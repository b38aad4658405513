"""nginx, one process without a log, as its documentation sets it up for files."""

import os
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from _files import folder

CONFIGURATION = """
daemon off;
master_process off;
error_log stderr error;
pid nginx.pid;
events {{ worker_connections 1024; }}
http {{
    types {{ text/plain txt; }}
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{
        listen 127.0.0.1:{port};
        root {root};
    }}
}}
"""


def print_when_it_listens(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            print(port, flush=True)
            return


if __name__ == "__main__":
    program = shutil.which("nginx")
    if program is None:
        sys.exit("left out: there is no nginx on PATH")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = Path(tempfile.mkdtemp(prefix="growler-bench-nginx-"))
    (place / "nginx.conf").write_text(CONFIGURATION.format(port=port, root=folder()))
    if os.fork() == 0:
        print_when_it_listens(port)
        shutil.rmtree(place)  # it has read its configuration, and no request here has a body
    else:  # nginx is this very process, so that its CPU time can be asked for
        os.execv(program, [program, "-p", str(place), "-c", "nginx.conf", "-e", "stderr"])
