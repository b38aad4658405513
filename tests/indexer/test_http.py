"""`Indexer` as a client meets it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Serve

from growler import App
from growler.ext import Indexer
from growler.testing import TestClient
from growler_ext.indexer import Listing
from support.listing_page import Page


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "server-folder"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / ".secret").mkdir()
    (root / ".secret" / "key").write_text("key")
    (root / "sub" / ".env").write_text("env")
    (root / "sub" / "b.txt").write_text("bee")
    (root / "a.txt").write_text("hello")
    (root / "out").symlink_to(tmp_path)
    (tmp_path / "outside.txt").write_text("outside")
    return root


@pytest.fixture
def app(root: Path) -> App:
    return mounted(root)


def mounted(root: Path, **options: Any) -> App:
    app = App()
    app.use("/files", Indexer(root, **options))
    return app


def test_folder_is_a_page_that_is_never_stale(serve: Serve, app: App) -> None:
    reply = serve(app).get("/files/")
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["vary"] == "Accept"
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert Page(reply.text).links == ["./sub/", "./a.txt"]


def test_folder_below_leads_up_and_into(serve: Serve, app: App) -> None:
    assert Page(serve(app).get("/files/sub/").text).links == ["../", "./deep/", "./b.txt"]


@pytest.mark.parametrize(
    ("accept", "query", "expected"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "", "text/html; charset=utf-8"),
        ("*/*", "", "text/html; charset=utf-8"),
        ("application/json", "", "application/json"),
        ("text/html;q=0.2, application/json", "", "application/json"),
        ("text/html", "?format=json", "application/json"),
        ("application/json", "?format=html&format=json", "text/html; charset=utf-8"),
        ("image/png", "?format=json", "application/json"),
        ("text/plain", "", "text/plain; charset=utf-8"),
        ("text/html", "?format=txt", "text/plain; charset=utf-8"),
        ("text/*;q=0.1, text/plain", "", "text/plain; charset=utf-8"),
    ],
)
def test_client_chooses_the_format(serve: Serve, app: App, accept: str, query: str, expected: str) -> None:
    reply = serve(app).get("/files/" + query, headers={"Accept": accept})
    assert (reply.status, reply.headers["content-type"]) == (200, expected)
    assert reply.headers["vary"] == "Accept"


def test_format_nobody_has_is_refused(serve: Serve, app: App) -> None:
    client = serve(app)
    refused = client.get("/files/", headers={"Accept": "image/png"})
    assert (refused.status, refused.headers["vary"]) == (406, "Accept")
    unknown = client.get("/files/?format=<b>")
    assert unknown.status == 406
    assert "<b>" not in unknown.text


@pytest.mark.parametrize("query", ["sort=colour", "order=up", "sort=", "sort=size&order=<b>", "page=0"])
def test_what_no_listing_has_is_a_bad_request(serve: Serve, app: App, query: str) -> None:
    assert serve(app).get("/files/?" + query).status == 400


def test_json_lists_the_same_in_the_same_order(serve: Serve, root: Path) -> None:
    (root / "z.txt").write_text("larger than the other")
    client = serve(mounted(root, sort="size", order="desc"))
    shown = client.get("/files/?format=json").json()
    assert [entry["name"] for entry in shown["entries"]] == ["sub", "z.txt", "a.txt"]
    assert (shown["path"], shown["parent"], shown["total"]) == ("/", None, 3)
    asked = client.get("/files/?format=json&sort=name").json()
    assert [entry["name"] for entry in asked["entries"]] == ["sub", "a.txt", "z.txt"]


def test_head_has_the_headers_of_get_and_no_body(serve: Serve, app: App) -> None:
    client = serve(app)
    for target in ("/files/", "/files/?format=json", "/files/sub", "/files/a.txt"):
        got, head = client.get(target), client.head(target)
        assert (head.status, head.body) == (got.status, b"")
        assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/files", "/files/"),
        ("/files/sub", "/files/sub/"),
        ("/files/sub?sort=size&order=desc", "/files/sub/?sort=size&order=desc"),
        ("/files/./sub/%64eep", "/files/sub/deep/"),
    ],
)
def test_folder_without_its_slash_is_redirected_by_path_only(
    serve: Serve, app: App, target: str, location: str
) -> None:
    reply = serve(app).get(target, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert (reply.status, reply.headers["location"]) == (301, location)
    assert reply.headers["content-security-policy"] == "default-src 'none'"


@pytest.mark.parametrize("name", ["\\evil.example", "x@evil.example", "evil.example"])
def test_redirect_never_leaves_the_site(serve: Serve, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    app = App()
    app.use(Indexer(tmp_path))
    client = serve(app)
    for start in ("/", "//", "/\\", "/%2f", "/%5c", "/.//", "/%2e%2f/"):
        location = client.get(f"{start}{name}").headers.get("location", "/")
        assert location.startswith("/")
        assert location[1:2] not in ("/", "\\")


def test_redirect_keeps_to_a_policy_of_the_site(serve: Serve, root: Path) -> None:
    app = App()
    app.use("/own", lambda req, res: res.set("Content-Security-Policy", "default-src 'self'"))
    app.use("/own", Indexer(root))
    app.use("/files", Indexer(root))
    client = serve(app)
    assert client.get("/files/sub").getall("content-security-policy") == ["default-src 'none'"]
    assert client.get("/own/sub").getall("content-security-policy") == ["default-src 'self'"]


def test_files_are_served_with_all_that_static_does(serve: Serve, app: App) -> None:
    client = serve(app)
    reply = client.get("/files/a.txt")
    assert (reply.status, reply.text) == (200, "hello")
    assert client.get("/files/a.txt", headers={"Range": "bytes=1-2"}).text == "el"
    assert client.get("/files/a.txt", headers={"If-None-Match": reply.headers["etag"]}).status == 304


def test_a_large_file_whose_version_is_asked_for_is_sent(serve: Serve, root: Path) -> None:
    """Static answers such a request only when it has read the file."""
    content = bytes(range(256)) * 8192
    (root / "large.bin").write_bytes(content)
    for options in ({}, {"filter": lambda entry: True}):
        reply = serve(mounted(root, **options)).get("/files/large.bin?v=00000000")
        assert (reply.status, reply.body == content) == (200, True)


def test_a_packed_file_beside_another_is_a_file_of_its_own(serve: Serve, root: Path) -> None:
    (root / "a.txt.gz").write_bytes(b"of another day")
    accept = {"Accept-Encoding": "gzip"}
    assert serve(mounted(root)).get("/files/a.txt", headers=accept).text == "hello"
    forms = serve(mounted(root, static={"encodings": ["gzip"]}))
    assert forms.get("/files/a.txt", headers=accept).headers["content-encoding"] == "gzip"


def test_a_hidden_index_file_does_not_stand_for_its_folder(serve: Serve, root: Path) -> None:
    (root / "sub" / "index.html").write_text("draft")
    client = serve(mounted(root, index="index.html", hide=("sub/index.html",)))
    assert Page(client.get("/files/sub/").text).links == ["../", "./deep/", "./b.txt"]


def test_files_are_left_to_others_when_asked(serve: Serve, root: Path) -> None:
    app = mounted(root, files=False)
    app.use("/files", lambda req, res: res.send_text("other"))
    client = serve(app)
    assert client.get("/files/a.txt").text == "other"
    assert "./a.txt" in client.get("/files/").text
    # An archive would hold them.
    assert "?archive=" not in client.get("/files/").text
    assert client.get("/files/?archive=zip").status == 404


@pytest.mark.parametrize(
    "target",
    [
        "/files/.secret/", "/files/.secret", "/files/%2esecret/", "/files/.secret/key", "/files/sub/.env",
        "/files/sub/../.secret/key", "/files/out/", "/files/out", "/files/out/outside.txt", "/files/..%2f",
        "/files//etc/", "/files//../", "/files/a.txt/",
        "/files/none", "/files/none/", "/files/" + "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_hidden_outside_or_missing_is_not_found(serve: Serve, app: App, target: str) -> None:
    reply = serve(app).get(target)
    assert reply.status == 404
    assert "outside" not in reply.text


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/files/%00", 400),
        ("/files/%zz/", 400),
        ("/files/a.txt%00.html", 400),
        ("/files/../", 404),
        ("/files/%2e%2e/outside.txt", 404),
        ("/files/sub/../../server-folder/", 404),
    ],
)
@pytest.mark.parametrize("files", [True, False])
def test_what_is_no_path_below_the_root_is_refused_or_handed_on(
    serve: Serve, root: Path, files: bool, target: str, status: int
) -> None:
    assert serve(mounted(root, files=files)).get(target).status == status
    assert serve(mounted(root, files=files)).request("POST", target).status == status
    app = mounted(root, files=files, fallthrough=True)
    app.use(lambda req, res: res.send_text("another"))
    assert serve(app).get(target).text == "another"


@pytest.mark.parametrize("target", ["/../", "/%2e%2e/outside.txt", "/sub/../../server-folder/?archive=zip"])
def test_what_leads_above_the_root_of_the_site_is_forbidden(serve: Serve, root: Path, target: str) -> None:
    app, handing_on = App(), App()
    app.use(Indexer(root))
    handing_on.use(Indexer(root, fallthrough=True))
    handing_on.use(lambda req, res: res.send_text("another"))
    assert serve(app).get(target).status == 403
    assert serve(handing_on).get(target).text == "another"


def test_well_known_is_served_but_not_listed(serve: Serve, app: App, root: Path) -> None:
    (root / ".well-known").mkdir()
    (root / ".well-known" / "security.txt").write_text("Contact")
    client = serve(app)
    assert client.get("/files/.well-known/security.txt").text == "Contact"
    assert client.get("/files/.well-known/").status == 404
    assert "well-known" not in client.get("/files/").text


def test_hidden_names_are_listed_and_served_when_asked(serve: Serve, root: Path) -> None:
    client = serve(mounted(root, hidden=True))
    assert "./.secret/" in Page(client.get("/files/").text).links
    assert Page(client.get("/files/.secret/").text).links == ["../", "./key"]
    assert client.get("/files/.secret/key").text == "key"


def test_links_out_of_the_root_are_listed_and_followed_when_asked(serve: Serve, root: Path) -> None:
    client = serve(mounted(root, symlinks="follow"))
    assert "./out/" in Page(client.get("/files/").text).links
    assert "./outside.txt" in Page(client.get("/files/out/").text).links
    assert client.get("/files/out/outside.txt").text == "outside"


def test_nothing_of_the_request_or_the_server_is_reflected(serve: Serve, app: App, root: Path) -> None:
    client = serve(app)
    evil = "'\"><script>evil</script>"
    # A Host that is none is refused by servers; whether a possible one is reflected can be seen by its name.
    host = "evil.example"
    for accept in ("text/html", "application/json"):
        for target in ("/files/", "/files/sub/", "/files/sub"):
            reply = client.get(
                f"{target}?x={evil}", headers={"Accept": accept, "Host": host, "X-Forwarded-Host": host}
            )
            assert reply.status in (200, 301)
            assert "<script>evil" not in reply.text
            assert host not in reply.text + str(reply.fields)
            assert root.name not in reply.text
            assert str(root.parent) not in reply.text + str(reply.fields)


def test_mount_of_the_client_s_choice_is_shown_as_text(serve: Serve, root: Path) -> None:
    app = App()
    app.use("/:who", Indexer(root))
    reply = serve(app).get("/%3Cscript%3E%22/sub/")
    assert "<title>Index of /&lt;script&gt;&quot;/sub/</title>" in reply.text
    assert reply.text.count("<script") == 1


def test_options_says_what_a_folder_allows(serve: Serve, app: App) -> None:
    reply = serve(app).request("OPTIONS", "/files/")
    assert (reply.status, reply.headers["allow"], reply.body) == (200, "GET, HEAD, OPTIONS", b"")


def test_other_methods_are_not_allowed_where_there_is_something(serve: Serve, app: App) -> None:
    app.post("/files/none", lambda req, res: res.send_text("other"))
    client = serve(app)
    for target in ("/files/", "/files/sub", "/files/a.txt"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            reply = client.request(method, target)
            assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.post("/files/none").text == "other"
    assert client.post("/files/.secret/key").status == 404


def test_other_methods_are_handed_on_when_asked(serve: Serve, root: Path) -> None:
    app = mounted(root, fallthrough=True)
    app.post("/files/", lambda req, res: res.send_text("uploaded"))
    assert serve(app).post("/files/").text == "uploaded"


def test_missing_paths_are_handed_on(serve: Serve, app: App) -> None:
    app.get("/files/none/", lambda req, res: res.send_text("other"))
    assert serve(app).get("/files/none/").text == "other"


def test_unreadable_folder_says_so_in_both_formats(serve: Serve, tmp_path: Path, as_a_user: None) -> None:
    (tmp_path / "locked").mkdir(mode=0o000)
    client = serve(mounted(tmp_path))
    page = client.get("/files/locked/")
    assert page.status == 403
    assert "This folder cannot be read." in page.text
    listing = client.get("/files/locked/?format=json")
    assert (listing.status, listing.json()["entries"]) == (403, [])
    assert "./locked/" in Page(client.get("/files/").text).links


def test_failing_disk_is_503_and_names_no_path(app: App, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: object) -> Iterator[Any]:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(os, "scandir", fail)
    with TestClient(app) as client:
        reply = client.get("/files/")
    assert reply.status == 503
    assert root.name not in reply.text


def test_index_file_stands_for_its_folder_when_asked(serve: Serve, root: Path) -> None:
    (root / "sub" / "index.html").write_text("<p>index")
    assert serve(mounted(root, index="index.html")).get("/files/sub/").text == "<p>index"
    client = serve(mounted(root, index="index.html"))
    assert Page(client.get("/files/").text).links == ["./sub/", "./a.txt"]
    assert "index.html" in serve(mounted(root)).get("/files/sub/").text


def test_hidden_globs_hide_page_file_and_folder(serve: Serve, root: Path) -> None:
    client = serve(mounted(root, hide=("*.txt", "sub/deep")))
    assert Page(client.get("/files/").text).links == ["./sub/"]
    assert Page(client.get("/files/sub/").text).links == ["../"]
    assert client.get("/files/a.txt").status == client.get("/files/sub/deep/").status == 404


def test_what_the_filter_refuses_is_not_there_at_all(serve: Serve, root: Path) -> None:
    client = serve(mounted(root, filter=lambda entry: entry.name != "sub" and entry.size != 3, index="a.txt"))
    assert names_of(client.get("/files/sub/?format=json")) is None
    assert client.get("/files/sub/b.txt").status == client.get("/files/sub").status == 404
    assert client.get("/files/a.txt").text == client.get("/files/").text == "hello"
    (root / "three").write_text("bee")
    assert client.get("/files/three").status == 404


def names_of(reply: Any) -> list[str] | None:
    return [entry["name"] for entry in reply.json()["entries"]] if reply.status == 200 else None


def test_readme_is_shown_when_asked(serve: Serve, root: Path) -> None:
    (root / "ReadMe.TXT").write_text("read <me>\r\n", newline="")
    (root / "readme.bin").write_bytes(b"\0")
    assert "read &lt;me&gt;\n</pre>" in serve(mounted(root, readme=True)).get("/files/").text
    assert "read &lt;me&gt;" not in serve(mounted(root)).get("/files/").text


def test_hidden_or_outside_readme_is_not_shown(serve: Serve, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    (root / "README").symlink_to(tmp_path / "secret")
    (root / "readme.md").write_text("glob")
    page = serve(mounted(root, readme=True, hide=("*.md",))).get("/files/").text
    assert 'id="readme"' not in page


def test_binary_readme_is_not_shown(serve: Serve, root: Path) -> None:
    (root / "README").write_bytes(b"text\0binary")
    assert 'id="readme"' not in serve(mounted(root, readme=True)).get("/files/").text


def test_page_of_the_site_s_own(serve: Serve, root: Path) -> None:
    def render(listing: Listing) -> str:
        return f"<h1>{listing.path}</h1>" + ", ".join(entry.href for entry in listing.entries)

    client = serve(mounted(root, render=render))
    reply = client.get("/files/")
    assert reply.text == "<h1>/</h1>./sub/, ./a.txt"
    assert "content-security-policy" not in reply.headers
    assert client.get("/files/?format=json").json()["total"] == 2


def test_files_are_served_as_static_is_told(serve: Serve, root: Path) -> None:
    client = serve(mounted(root, static={"max_age": "1h"}))
    assert "max-age=3600" in client.get("/files/a.txt").headers["cache-control"]
    assert client.get("/files/").headers["cache-control"] == "no-cache"
