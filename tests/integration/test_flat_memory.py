"""The native server answers 100,000 requests on kept connections and is no larger afterwards."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.raw import Raw, get

PROGRAM = """
from growler import App
app = App()
app.get("/", lambda req, res: res.send_text("hello"))
app.get("/u/:id", lambda req, res: res.send_json(req.params))
@app.get("/async")
async def later(req, res):
    res.send_text("later")
app.run(port=0)
"""

BATCH = 10  # requests per write: what the pipeline holds


def resident_kib(pid: int) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_is_flat_over_100_000_requests():
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(process.stdout.readline().rpartition(":")[2].strip().rstrip("/"))
            ask(port, 10_000)
            before = resident_kib(process.pid)
            ask(port, 100_000)
            grown = resident_kib(process.pid) - before
        finally:
            process.terminate()
    assert grown < 512, f"{grown} KiB more after 100,000 requests"


def ask(port: int, count: int) -> None:
    """Send requests of several kinds over four connections; every answer must be a 200."""
    connections = [Raw(port) for _ in range(4)]
    done = 0
    while done < count:
        for number, raw in enumerate(connections):
            target = (b"/", b"/async", b"/u/%d" % done, b"/?q=%d" % done)[number]
            raw.send(get(target) * BATCH)
        for raw in connections:
            seen = b""
            while seen.count(b"HTTP/1.1 200 OK") < BATCH or seen.count(b"\r\n\r\n") < BATCH:
                piece = raw.socket.recv(65536)
                assert piece, "the server closed"
                seen += piece
            # The last body may still be on its way; what is late is seen with the next batch.
            while not seen.endswith((b"hello", b"later", b'"}')):
                seen += raw.socket.recv(65536)
            done += BATCH
    for raw in connections:
        raw.socket.close()
