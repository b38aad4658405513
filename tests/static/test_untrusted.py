"""`untrusted=True`: files of strangers, which shall not act in the name of the site."""

from __future__ import annotations

import pytest

from growler import App
from growler_ext.static import Static


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.html", False), ("a.htm", False), ("a.xhtml", False), ("a.svg", False), ("a.xml", False), ("a.js", False),
        ("a.mjs", False), ("a.css", False), ("a.wasm", False), ("a.atom", False), ("a.xslt", False), ("a.zip", False),
        ("noidea", False), ("a.txt", True), ("a.png", True), ("a.JPG", True), ("a.mp4", True), ("a.mp3", True),
        ("a.pdf", True), ("a.csv", True), ("a.json", True), ("a.woff2", True),
    ],
)  # fmt: skip
def test_what_could_act_in_the_name_of_the_site_is_not_shown(served, root, name, shown):
    (root / name).write_bytes(b"<script>")
    reply = served(untrusted=True).get(f"/{name}")
    assert (reply.status, reply.headers["x-content-type-options"]) == (200, "nosniff")
    assert reply.headers.get("content-security-policy") == (None if shown else "sandbox")
    disposition = None if shown else f'attachment; filename="{name}"'
    assert reply.headers.get("content-disposition") == disposition
    if name.endswith((".js", ".mjs", ".css", ".wasm")):
        assert reply.headers["content-type"] == "application/octet-stream"


def test_a_policy_of_the_site_and_the_sandbox_both_hold(serve, root):
    (root / "a.html").write_bytes(b"<script>")
    app = App()
    app.use(
        lambda req, res: res.set(
            {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}
        )
    )
    app.use(Static(root, untrusted=True))
    client = serve(app)
    both = ["default-src 'self'", "sandbox"]
    shown = client.get("/a.html")
    assert shown.getall("content-security-policy") == both
    unchanged = client.get("/a.html", headers={"If-None-Match": shown.headers["etag"]})
    assert (unchanged.status, unchanged.getall("content-security-policy")) == (304, both)
    assert client.get("/a.txt").headers["content-type"] == "text/plain; charset=utf-8"


def test_a_hostile_name_is_a_name_only(served, root):
    (root / 'a"\r\nX-Injected: 1.html').write_bytes(b"x")
    reply = served(untrusted=True).get("/a%22%0D%0AX-Injected:%201.html")
    assert reply.status == 200
    assert "x-injected" not in reply.headers


def test_a_stranger_cannot_lay_a_form_beside_the_file_of_another(served, packed):
    reply = served(untrusted=True).get("/a.txt", headers={"Accept-Encoding": "br, zstd, gzip"})
    assert (reply.body, "content-encoding" in reply.headers) == (b"0123456789", False)
    assert served(untrusted=True).get("/a.txt.gz").body == b"the gz form"
