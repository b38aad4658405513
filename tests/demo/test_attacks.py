"""Nothing outside of the folder leaves, whatever is asked for, and nothing that is asked for breaks the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from growler.testing import TestClient
from growler_ext.demo import app as demo
from support.clients import LiveClient
from support.raw import Raw, get
from support.servers import Running

# What stands in the files that the targets point to.
SECRETS = {"outside.txt": b"OUTSIDE", "app.py": b"def build", "/etc/passwd": b"root:"}

# Each is asked for as it stands, and below /files and /assets. `outside.txt` lies beside the folder, `app.py`
# beside the assets.
WAYS = [
    b"////etc/hostname",
    b"//etc/passwd",
    b"/..",
    b"/../",
    b"/../outside.txt",
    b"/../app.py",
    b"////etc/passwd",
    b"/../../../../../../../../etc/passwd",
    b"/sub/../../outside.txt",
    b"/%2e%2e/outside.txt",
    b"/%2E%2E/app.py",
    b"/.%2e/outside.txt",
    b"/..%2foutside.txt",
    b"/..%2Fapp.py",
    b"/%2e%2e%2foutside.txt",
    b"/%2fetc%2fpasswd",
    b"/%252e%252e/outside.txt",
    b"/..%252foutside.txt",
    b"/..\\outside.txt",
    b"/..%5coutside.txt",
    b"/%5c%5coutside.txt",
    b"/C:%5cwindows%5cwin.ini",
    b"/..;/outside.txt",
    b"/%c0%ae%c0%ae/outside.txt",
    b"/%u002e%u002e/outside.txt",
    b"/a.txt%00",
    b"/%00",
    b"/../outside.txt%00.txt",
    b"/%",
    b"/%zz",
    b"/%ff%fe",
    b"/link.txt",
    b"/up/outside.txt",
    b"/up/",
    b"/.env",
    b"/%2eenv",
    b"/a.txt/",
    b"/a.txt/../../outside.txt",
    b"/" + b"a" * 5000,
    b"/" + b"a/" * 2500,
]
TARGETS = [mount + way for mount in (b"", b"/files", b"/assets") for way in WAYS] + [
    b"/files?format=../../x",
    b"/files/?sort=../../x",
    b"/login?next=//evil.example/",
    # Around the guard, to what only members may read.
    b"/files/a.txt",
    b"/files/./a.txt",
    b"/files/sub/../a.txt",
    b"/files//a.txt",
    b"//files/a.txt",
    b"/./files/a.txt",
    b"/assets/../files/a.txt",
    b"/%66iles/a.txt",
    b"/%66iles/../outside.txt",
    b"/files%2fa.txt",
    b"/FILES/a.txt",
    b"/files;x/a.txt",
    b"http://x/files/../outside.txt",
    b"http://x/../outside.txt",
    b"*",
]


def assert_harmless(status: int, answer: bytes, folder: Path, target: bytes) -> None:
    assert status < 500, target
    for secret in [*SECRETS.values(), bytes(folder.parent)]:
        assert secret not in answer, target
    assert status != 200 or b"hostname" not in target, target


@pytest.fixture(params=["native", "uvicorn", "hypercorn"])
def port(request, site):
    with Running(request.param, site) as port:
        yield port


@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "member"])
def test_nothing_from_outside_leaves_over_a_socket(port, folder, sign_in, signed_in):
    cookie = b"Cookie: none=1"
    if signed_in:
        client = LiveClient(port)
        sign_in(client)
        client.close()
        cookie = b"Cookie: sid=" + client.cookies["sid"].encode()
    for target in [*TARGETS, b"/files/a\0.txt", b"/files/\xff\xfe", b"/files/a b"]:
        with Raw(port) as raw:
            raw.send(get(target, cookie, b"Connection: close"))
            answer = raw.read_until_closed()
        assert answer.startswith(b"HTTP/1.1 "), target
        assert_harmless(int(answer[9:12]), answer, folder, target)
        assert signed_in or b"INSIDE" not in answer, target


def test_nothing_from_outside_leaves_in_memory(site, folder, sign_in):
    with TestClient(site) as client:
        sign_in(client)
        for target in TARGETS:
            reply = client.get(target)
            assert_harmless(reply.status, reply.body, folder, target)


def test_the_targets_would_show_a_leak(folder):
    for path in (folder.parent / "outside.txt", Path(demo.__file__), Path("/etc/passwd")):
        secret = SECRETS.get(path.name) or SECRETS[str(path)]
        assert secret in path.read_bytes()
