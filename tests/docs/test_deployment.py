"""The files of the deployment page do what it says: nginx takes its configuration, and passes on who asked."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
import trustme
from _machinery import listings

from support.on_port import free_port
from support.program import wait_for_port
from support.require import unavailable

pytestmark = pytest.mark.timeout(300)  # these start other programs, which a busy machine takes its time for

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "deployment.md").read_text("utf-8")
FILES = {name: text for _, name, text in listings.files(TEXT)}


# What the shop of the page has not: something large in both directions, and events.
MORE = """
import asyncio
from growler.ext import Static

app.use("/files", Static("."))


@app.put("/upload")
async def upload(req, res):
    res.send_json({"bytes": sum([len(piece) async for piece in req.stream()])})


@app.get("/events")
def events(req, res):
    async def one():
        yield "now"
        await asyncio.Event().wait()

    res.sse(one())
"""


@pytest.fixture
def shop(tmp_path):
    """The shop with two workers; its port."""
    (tmp_path / "shop.py").write_text(FILES["shop.py"] + MORE)
    command = [sys.executable, "-m", "growler", "run", "shop:app", "--port", "0", "--workers", "2"]
    environment = {**os.environ, "SHOP_SECRET": "s" * 32}
    server = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield int(re.search(r":(\d+)/", server.stdout.readline())[1])
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=60)
    assert server.returncode == 0, errors


@pytest.fixture
def nginx(shop, tmp_path):
    """nginx as the page configures it, on other ports and with a certificate of ours; its port and the authority."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        unavailable("nginx")
    authority = trustme.CA()
    certificate = authority.issue_cert("shop.example")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    port = free_port()
    text = (
        FILES["nginx.conf"]
        .replace("/etc/ssl/shop", str(tmp_path))
        .replace("127.0.0.1:8000", f"127.0.0.1:{shop}")
    )
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    paths = "".join(
        f"{name}_temp_path {tmp_path / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("http {", f"http {{\naccess_log off;\n{paths}", 1)
    # Root's nginx gives its workers to somebody who may not read what pytest has made.
    user = "user root;\n" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user}daemon off;\npid {tmp_path}/pid;\nerror_log stderr;\n" + text
    )
    command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        wait_for_port(port, running)
        yield port, authority
    finally:
        running.terminate()
        running.communicate(timeout=30)


def connect(port, authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    client = HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
    client.sock = context.wrap_socket(
        socket.create_connection(("127.0.0.1", port), timeout=30), server_hostname="shop.example"
    )
    return client


def ask(port, authority, headers, method="GET", path="/", body=None):
    client = connect(port, authority)
    client.request(method, path, body=body, headers={"Host": "shop.example", **headers})
    answer = client.getresponse()
    content = answer.read()
    client.close()
    return answer, content


def test_behind_nginx_the_app_knows_who_asks_and_how(nginx):
    answer, body = ask(*nginx, {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "http"})
    assert answer.status == 200
    assert body == b'{"ip":"127.0.0.1","protocol":"https","visits":1}'
    assert answer.headers["Set-Cookie"].startswith("__Host-sid=")
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_the_unit_starts_what_there_is():
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read_string(FILES["shop.service"])
    words = unit["Service"]["ExecStart"].split()
    assert words[1:4] == ["-m", "growler", "run"]


def test_the_socket_that_systemd_holds_is_taken(tmp_path):
    (tmp_path / "shop.py").write_text(FILES["shop.py"])
    # As systemd does it: the socket is descriptor 3, and listens already.
    (tmp_path / "serve.py").write_text("import os, sys\nos.dup2(int(sys.argv[1]), 3)\n" + FILES["serve.py"])
    with socket.create_server(("127.0.0.1", 0)) as held:
        command = [sys.executable, "serve.py", str(held.fileno())]
        environment = {**os.environ, "SHOP_SECRET": "s" * 32}
        for _ in range(2):
            client = HTTPConnection("127.0.0.1", held.getsockname()[1], timeout=60)
            client.request("GET", "/healthz")  # nobody is there yet: it waits in the socket
            with subprocess.Popen(
                command, cwd=tmp_path, env=environment, pass_fds=[held.fileno()], stdout=subprocess.DEVNULL
            ) as server:
                assert client.getresponse().read() == b"ok"
                client.close()
                server.terminate()
            assert server.returncode == 0


def test_the_health_check_of_the_container_asks_the_shop(shop):
    line = re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", FILES["Dockerfile"], re.MULTILINE)[1]
    command = [sys.executable, *json.loads(line.replace(":8000", f":{shop}"))[1:]]
    assert subprocess.run(command).returncode == 0
    nobody = json.loads(line.replace(":8000", f":{free_port()}"))[1:]
    assert subprocess.run([sys.executable, *nobody], stderr=subprocess.DEVNULL).returncode != 0


def test_through_nginx_large_things_arrive_whole_and_larger_ones_are_refused(nginx, tmp_path):
    large = os.urandom(20_000_000)
    (tmp_path / "large.bin").write_bytes(large)
    answer, body = ask(*nginx, {}, path="/files/large.bin")
    assert (answer.status, body == large) == (200, True)
    _, body = ask(*nginx, {}, "PUT", "/upload", large[:2_000_000])
    assert body == b'{"bytes":2000000}'
    answer, _ = ask(*nginx, {"Content-Length": "3000000"}, "PUT", "/upload")
    assert answer.status == 413


def test_through_nginx_events_arrive_while_the_stream_goes_on(nginx):
    client = connect(*nginx)
    client.request("GET", "/events", headers={"Host": "shop.example"})
    answer = client.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.readline() == b"data: now\n"
    answer.close()
    client.close()


def test_systemd_takes_the_unit(tmp_path):
    program = shutil.which("systemd-analyze")
    if program is None:
        unavailable("systemd-analyze")
    unit = tmp_path / "shop.service"
    # The interpreter has to be there; nothing else of it is changed.
    unit.write_text(FILES["shop.service"].replace("/srv/shop/.venv/bin/python", sys.executable))
    verified = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_the_requirements_are_what_the_distributions_are_called():
    names = {re.split(r"[\[>=<]", line)[0] for line in FILES["requirements.txt"].split()}
    ours = {tomllib.loads(path.read_text())["project"]["name"] for path in ROOT.glob("*/pyproject.toml")}
    assert {name for name in names if name.startswith("growler")} <= ours


@pytest.mark.parametrize(
    "line", re.findall(r"^\| \w+ \| `((?:uvicorn|hypercorn|granian) .*)` \|$", TEXT, re.MULTILINE)
)
def test_the_options_of_the_asgi_servers_exist(line):
    program, *words = line.split()
    described = subprocess.run(
        [Path(sys.executable).parent / program, "--help"], capture_output=True, text=True
    ).stdout
    for option in [word for word in words if word.startswith("--")]:
        assert option in described
