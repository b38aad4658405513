"""Paths that want out of a folder, by the kind of attack, the tree that they are tried on, and hostile names of files.

Whatever serves the tree refuses every one of them, and never says `SECRET`.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

SECRET = b"SECRET"

ATTACKS: dict[str, tuple[bytes, ...]] = {
    "dots": (
        b"/../", b"/../shown-private/", b"/../shown-private/secret", b"/../outside", b"/../shown/a.txt", b"/../shown/",
        b"/%2e%2e/", b"/.%2e/outside", b"/%2E./outside", b"/%2e%2e/outside", b"/..%2f", b"/..%2foutside",
        b"/%2E%2E%2fshown-private/", b"/..%5c", b"/..%5coutside", b"/%252e%252e/", b"/%252e%252e%252foutside",
        b"/%c0%ae%c0%ae/", b"/%c0%ae%c0%ae/outside", b"/%uff0e%uff0e/", b"/%ef%bc%8e%ef%bc%8e/outside", b"/....//",
        b"/....//outside", b"/..;/", b"/..;/outside", b"/a.txt/../../", b"/a.txt/../../outside", b"/sub/../../",
        b"/sub/../../outside", b"/sub/%2e%2e/%2e%2e/shown-private/", b"/./../outside", b"/" + b"../" * 1000,
    ),
    "absolute": (
        b"//etc/", b"//etc/passwd", b"////etc/passwd", b"/%2fetc/passwd", b"/%2f%2fetc/passwd", b"/sub//etc/passwd",
        b"/file:///etc/passwd",
    ),
    "a sibling that begins alike": (
        b"/../shown-private", b"/-private/", b"/-private/secret", b"/shown-private/", b"/%2e%2e/shown-private/secret",
    ),
    "malformed": (
        b"/%00", b"/a.txt%00", b"/a.txt%00.html", b"/sub/%00/", b"/%", b"/%zz", b"/a.txt%", b"/%e9%80/", b"/%ff",
    ),
    "long": (b"/" + b"x" * 5000, b"/" + b"y/" * 1500),
    "links": (
        b"/out", b"/out/", b"/out/secret", b"/chain/", b"/chain/secret", b"/relative", b"/loop", b"/loop/", b"/loop/a",
        b"/gone", b"/gone/",
    ),
    "dotfiles": (
        b"/.git/", b"/.git", b"/.git/config", b"/%2egit/", b"/%2egit/config", b"/sub/.env", b"/sub/%2eenv",
        b"/sub/../.git/config", b"/.well-known/.env",
    ),
    "names of Windows": (
        b"/CON", b"/NUL.txt", b"/COM1", b"/a.txt::$DATA", b"/C:/", b"/C:%5c", b"/a.txt.", b"/a.txt%20", b"/A~1.TXT",
        b"/%5c%5chost%5cshare",
    ),
    "no regular files": (b"/pipe", b"/pipe/", b"/socket", b"/sub/null"),
    "other sites": (
        b"//evil.example/..", b"//evil.example/%2e%2e", b"/\\evil.example", b"/%5cevil.example", b"/%2fevil.example",
        b"//x@evil.example", b"//evil.example/sub/..", b"/sub/..//evil.example",
    ),
    "line breaks": (b"/a.txt%0d%0aX-Injected:%201", b"/%0d%0aX-Injected:%201/", b"/sub%0aX-Injected:%201"),
}  # fmt: skip


# Names that files may have, each of which would like to be more than a name.
HOSTILE_NAMES = [
    b"<img src=x onerror=alert(1)>",
    b"<script>alert(1)<script>",
    b"\" onmouseover=\"alert(1)\" x=\"",
    b"' onfocus='alert(1)",
    b"&lt;b&gt;&amp;&#x3c;",
    b"<!-- ]]> -->",
    b"two\nlines",
    b"carriage\r\nreturn",
    b"tab\tand\x01\x1b[31mcontrols",
    b"javascript:alert(1)",
    b"http:",
    b"C:\\Windows\\win.ini",
    b"#fragment",
    b"?query=1&sort=size",
    b"100% %2e%2e%2f %zz",
    b"a;b=c,d+e",
    b"  blank  at both ends  ",
    "\u202egpj.exe".encode(),
    "Ünïcödé 日本語 😀".encode(),
    b"\xff\xfe no utf-8 \xe9",
    b"{{7*7}} ${7*7} <%= 7*7 %>",
    b"...",
    b"-rf",
    b"~",
]  # fmt: skip


def make_tree(folder: Path) -> Path:
    """The tree, in an empty folder. Returns its root; beside that lies what is not to be reached."""
    root, private = folder / "shown", folder / "shown-private"
    for path in (root / "sub", root / ".git", root / ".well-known", private):
        path.mkdir(parents=True)
    secrets = (
        private / "secret",
        root / ".git" / "config",
        root / "sub" / ".env",
        root / ".well-known" / ".env",
        folder / "outside",
    )
    for path in secrets:
        path.write_bytes(SECRET)
    (root / "a.txt").write_text("a")
    (root / "out").symlink_to(private)
    (root / "chain").symlink_to("out")
    (root / "relative").symlink_to("../outside")
    (root / "loop").symlink_to("loop")
    (root / "gone").symlink_to("nowhere")
    (root / "sub" / "null").symlink_to("/dev/null")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root / "socket"))
    return root
