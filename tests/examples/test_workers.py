"""Several processes with Redis behind nginx: sessions are shared, survive a kill, and the address is the client's."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.browser import browser, complaints_of  # noqa: F401 - a fixture, found by its name
from support.clients import LiveClient
from support.redis_server import free_port, wait_until
from support.require import unavailable

pytestmark = pytest.mark.redis

NGINX_CONF = Path(__file__).resolve().parents[2] / "examples" / "workers" / "nginx.conf"


@pytest.fixture
def site(start, redis_server):
    return start("workers", "--workers", "3", REDIS_URL=redis_server.url)


@pytest.fixture
def nginx(site, tmp_path):
    """The port of nginx with the example's own configuration, but for the ports."""
    binary = shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
    if binary is None:
        unavailable("no nginx: install it (apt-get install nginx-light)")
    port = free_port()
    text = NGINX_CONF.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    (tmp_path / "nginx.conf").write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{site.port}"))
    (tmp_path / "run").mkdir()
    command = [binary, "-p", str(tmp_path / "run"), "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            wait_until(lambda: process.poll() is not None or answers(port))
            assert process.poll() is None, process.stdout.read()
            yield port
        finally:
            process.terminate()
            process.communicate(timeout=20)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def connect():
    """Clients that are closed with the test."""
    clients = []

    def connect(port):
        clients.append(LiveClient(port))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


def see(client, **fields):
    return client.get("/", headers={"Accept": "application/json", **fields}).json()


def test_every_process_knows_the_session(site, connect):
    first = connect(site.port)
    assert first.post("/cart", form={"thing": "tea"}).status == 303
    processes = set()
    while len(processes) < 3:  # the kernel deals connections out to all of them
        other = connect(site.port)
        other.cookies = first.cookies
        seen = see(other)
        assert seen["cart"] == ["tea"]
        processes.add(seen["process"])
        other.close()
    assert see(connect(site.port))["cart"] == []


def test_nothing_is_lost_when_many_processes_change_one_session(site, nginx, connect):
    first = connect(nginx)
    first.post("/cart", form={"thing": "0"})
    clients = [connect(nginx) for _ in range(8)]

    def put(number):
        client = clients[number % 8]
        client.cookies = dict(first.cookies)
        return client.post("/cart", form={"thing": str(number)}).status

    with ThreadPoolExecutor(8) as pool:
        # Each client is one connection, so each thread keeps to its own.
        rounds = pool.map(lambda mine: [put(number) for number in range(mine, 41, 8)], range(1, 9))
        assert {status for statuses in rounds for status in statuses} == {303}
    assert sorted(map(int, see(first)["cart"])) == list(range(41))


def test_a_process_that_is_killed_loses_nothing_and_is_replaced(site, nginx, connect):
    client = connect(nginx)
    client.post("/cart", form={"thing": "tea"})
    killed = see(client)["process"]
    os.kill(killed, signal.SIGKILL)
    seen = set()
    while len(seen) < 3:
        reply = client.get("/", headers={"Accept": "application/json"})
        assert reply.status == 200, reply.text
        assert reply.json()["cart"] == ["tea"]
        seen.add(reply.json()["process"])
        # A new connection to the app, so that the kernel chooses again.
        direct = connect(site.port)
        direct.cookies = client.cookies
        try:
            seen.add(see(direct)["process"])
        except ConnectionError:  # it waited in the queue of the one that was killed
            continue
        finally:
            direct.close()
    assert killed not in seen
    site.program.until(f"Worker {killed} ended by signal 9")


def test_the_address_is_the_client_s_and_not_what_it_claims(site, nginx, connect):
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    seen = see(connect(nginx), Host=f"shop.example:{nginx}", **claims)
    assert (seen["ip"], seen["url"]) == ("127.0.0.1", f"http://shop.example:{nginx}")
    # A client with another address than the proxy's: loopback has many.
    with socket.create_connection(("127.0.0.1", nginx), 20, source_address=("127.0.0.5", 0)) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert re.search(rb'"ip": ?"127\.0\.0\.5"', answer)
    # Past the proxy, from an address that is none: nothing is believed.
    with socket.create_connection(("127.0.0.1", site.port), 20, source_address=("127.0.0.5", 0)) as raw:
        raw.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nX-Forwarded-For: 203.0.113.9\r\n"
            b"X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert b"127.0.0.5" in answer
    assert b"203.0.113.9" not in answer
    assert b"http://x" in answer


@pytest.mark.browser
def test_a_browser_fills_its_cart_through_nginx(nginx, browser):  # noqa: F811 - imported above
    page = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False).new_page()
    complaints = complaints_of(page)
    page.goto(f"http://127.0.0.1:{nginx}/")
    for thing in ("tea", "<b>bread</b>"):
        page.get_by_label("What do you need?").fill(thing)
        page.keyboard.press("Enter")
        expect(page.get_by_role("listitem").last).to_have_text(thing)
    expect(page.get_by_role("heading", level=1)).to_have_text("2 things in your cart")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []
