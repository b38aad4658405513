"""Folders as archives: what is in them, what never is, and that nobody can make the server work for nothing."""

import asyncio
import contextlib
import io
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import Serve

from growler import App
from growler.ext import Indexer
from growler.paths import Root
from growler.testing import TestClient
from growler.testing.reply import Reply
from growler_ext.indexer import packer
from growler_ext.indexer.archive import KINDS
from growler_ext.indexer.archive.plan import Limits, plan, safe
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.visible import Visible
from support.raw import Raw, get
from support.servers import Running

EACH = pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "server-folder"
    (root / "docs" / "deep").mkdir(parents=True)
    (root / "docs" / "empty").mkdir()
    (root / "docs" / "a.txt").write_text("hello" * 1000)
    (root / "docs" / "deep" / "b.bin").write_bytes(os.urandom(600_000))
    (root / "docs" / "run.sh").write_text("#!/bin/sh\n")
    (root / "docs" / "run.sh").chmod(0o755)
    os.utime(root / "docs" / "a.txt", (0, 1_700_000_000))
    return root


def mounted(root: Path, **options: Any) -> App:
    app = App()
    app.use("/files", Indexer(root, **{"archive": ("zip", "tar.gz", "tar"), **options}))
    return app


def unpacked(reply: Reply, kind: str) -> dict[str, bytes | None]:
    """Path to content; None for folders."""
    assert reply.status == 200, reply.text
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
            assert archive.testzip() is None
            return {
                info.filename.rstrip("/"): None if info.is_dir() else archive.read(info)
                for info in archive.infolist()
            }
    with tarfile.open(fileobj=io.BytesIO(reply.body)) as archive:
        return {
            member.name: None if member.isdir() else archive.extractfile(member).read()  # type: ignore[union-attr]  # a file
            for member in archive
        }


@EACH
def test_everything_below_the_folder_is_in_it(serve: Serve, root: Path, kind: str) -> None:
    reply = serve(mounted(root)).get(f"/files/docs/?archive={kind}")
    assert reply.headers["content-type"] == KINDS[kind].media_type
    assert reply.headers["content-disposition"] == f'attachment; filename="docs.{kind}"'
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "content-length" not in reply.headers
    assert unpacked(reply, kind) == {
        "docs": None,
        "docs/a.txt": b"hello" * 1000,
        "docs/deep": None,
        "docs/deep/b.bin": (root / "docs" / "deep" / "b.bin").read_bytes(),
        "docs/empty": None,
        "docs/run.sh": b"#!/bin/sh\n",
    }


def test_dates_and_modes_are_kept_and_owners_are_not(serve: Serve, root: Path) -> None:
    client = serve(mounted(root))
    with tarfile.open(fileobj=io.BytesIO(client.get("/files/docs/?archive=tar.gz").body)) as archive:
        text, script = archive.getmember("docs/a.txt"), archive.getmember("docs/run.sh")
    assert (text.mtime, text.mode, script.mode) == (1_700_000_000, 0o644, 0o755)
    assert (text.uid, text.gid, text.uname, text.gname) == (0, 0, "", "")
    with zipfile.ZipFile(io.BytesIO(client.get("/files/docs/?archive=zip").body)) as packed:
        assert packed.getinfo("docs/run.sh").external_attr >> 16 == 0o100755
        assert packed.getinfo("docs/a.txt").external_attr >> 16 == 0o100644
        # Info-ZIP's field: the time in seconds of UTC.
        assert packed.getinfo("docs/a.txt").extra[5:9] == (1_700_000_000).to_bytes(4, "little")


def test_the_root_is_called_as_the_site_calls_it_and_never_as_the_server_does(
    serve: Serve, root: Path
) -> None:
    assert "docs" in str(unpacked(serve(mounted(root)).get("/files/?archive=zip"), "zip"))
    reply = serve(mounted(root, title="Die Größen")).get("/files/?archive=zip")
    assert "filename*=UTF-8''Die%20Gr%C3%B6%C3%9Fen.zip" in reply.headers["content-disposition"]
    app = App()
    app.use(Indexer(root))
    reply = serve(app).get("/?archive=zip")
    assert reply.headers["content-disposition"] == 'attachment; filename="files.zip"'
    assert root.name.encode() not in reply.body


@EACH
def test_what_the_listing_hides_is_not_in_it(serve: Serve, root: Path, tmp_path: Path, kind: str) -> None:
    docs = root / "docs"
    (tmp_path / "outside.txt").write_text("outside")
    (docs / "out").symlink_to(tmp_path)
    (docs / "out.txt").symlink_to(tmp_path / "outside.txt")
    (docs / "gone").symlink_to("nowhere")
    (docs / "loop").symlink_to("loop")
    (docs / ".git").mkdir()
    (docs / ".env").write_text("secret")
    (docs / "x.bak").write_text("glob")
    (docs / "huge").write_bytes(bytes(9))
    os.mkfifo(docs / "pipe")
    (docs / "in.txt").symlink_to("a.txt")
    app = mounted(root, hide=("*.bak",), filter=lambda entry: entry.size != 9)
    found = unpacked(serve(app).get(f"/files/docs/?archive={kind}"), kind)
    assert sorted(found) == [
        "docs", "docs/a.txt", "docs/deep", "docs/deep/b.bin", "docs/empty", "docs/in.txt", "docs/run.sh",
    ]  # fmt: skip
    assert found["docs/in.txt"] == b"hello" * 1000


@EACH
def test_links_between_folders_end(serve: Serve, root: Path, kind: str) -> None:
    (root / "docs" / "up").symlink_to("..")
    (root / "docs" / "deep" / "again").symlink_to("../deep")
    found = unpacked(serve(mounted(root)).get(f"/files/docs/?archive={kind}"), kind)
    assert "docs/up/docs" in found
    assert found["docs/up/docs"] is None
    assert not [name for name in found if name.startswith("docs/up/docs/")]
    assert not [name for name in found if name.startswith("docs/deep/again/")]


@EACH
def test_names_lead_nowhere_but_below(serve: Serve, root: Path, kind: str) -> None:
    hostile = [
        b"..\\..\\evil",
        b"C:evil",
        b"-rf",
        b"two\nlines",
        b"caf\xe9",
        "Ünï 日本".encode(),
        b"...",
        b"~",
    ]
    for name in hostile:
        (Path(os.fsdecode(os.fsencode(root / "docs") + b"/" + name))).write_bytes(name)
    found = unpacked(serve(mounted(root, hidden=True)).get(f"/files/docs/?archive={kind}"), kind)
    assert set(hostile) <= {content for content in found.values() if content is not None}
    for name in found:
        assert name == "docs" or name.startswith("docs/")
        assert "\\" not in name
        assert ".." not in name.split("/")
    assert "docs/C_evil" in found
    assert "docs/Ünï 日本" in found


def test_names_that_become_alike_stay_two_files(tmp_path: Path) -> None:
    for name in ("a\\b", "a_b", os.fsdecode(b"\xff"), os.fsdecode(b"\xfe")):
        (tmp_path / name).write_text(name, errors="surrogateescape")
    tree = Tree(Root(tmp_path), Visible())
    members = plan(tree, (), "top", Limits(1000))
    for kind in KINDS.values():
        packed = b"".join(kind.pieces(members, tree.root))
        found = unpacked(Reply(200, [], packed), "zip" if kind is KINDS["zip"] else "tar")
        assert len(found) == 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [("12:30", "12:30"), ("a:b", "a_b"), ("C:", "C_"), ("\\\\host\\share", "__host_share"), ("..\\", ".._")],
)
def test_safe_names(name: str, expected: str) -> None:
    assert safe(name) == expected


def test_limits_are_decided_before_the_first_byte(
    serve: Serve, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = serve(mounted(root, archive_limit="500 kB")).get("/files/docs/?archive=zip")
    assert reply.status == 413
    assert "than an archive may hold: 500 kB" in reply.text
    assert serve(mounted(root, archive_limit=700_000)).get("/files/docs/?archive=zip").status == 200
    tree = Tree(Root(root), Visible())
    assert len(plan(tree, ("docs",), "docs", Limits(10**9, entries=6))) == 6
    with pytest.raises(ValueError, match="5 entries"):
        plan(tree, ("docs",), "docs", Limits(10**9, entries=5))
    assert plan(tree, ("docs",), "docs", Limits(10**9, levels=11, path=len("docs/deep/b.bin")))
    for limits in (Limits(10**9, levels=10), Limits(10**9, path=len("docs/deep/b.bin") - 1)):
        with pytest.raises(ValueError, match="deeper in one another"):
            plan(tree, ("docs",), "docs", limits)


@EACH
def test_a_tree_deeper_than_any_path_is_refused_at_once(serve: Serve, tmp_path: Path, kind: str) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(40):
        os.mkdir("x" * 200, dir_fd=here)
        below = os.open("x" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    reply = serve(mounted(tmp_path)).get(f"/files/?archive={kind}")
    assert reply.status == 413
    assert "deeper in one another" in reply.text


def test_head_says_the_same_and_makes_nothing(serve: Serve, root: Path) -> None:
    client = serve(mounted(root))
    for _ in range(2 * packer.MAX_ARCHIVES):
        reply = client.head("/files/docs/?archive=zip")
        assert (reply.status, reply.body) == (200, b"")
        assert reply.headers["content-type"] == "application/zip"
    assert client.get("/files/docs/?archive=zip").status == 200


@pytest.mark.parametrize("query", ["rar", "", "tar", "ZIP", "<b>"])
def test_kinds_that_are_not_offered_are_not_found(serve: Serve, root: Path, query: str) -> None:
    reply = serve(mounted(root, archive=("zip",))).get(f"/files/docs/?archive={query}")
    assert reply.status == 404
    assert "<b>" not in reply.text


def test_archives_can_be_switched_off(serve: Serve, root: Path) -> None:
    client = serve(mounted(root, archive=()))
    assert "archive=" not in client.get("/files/docs/").text
    assert client.get("/files/docs/?archive=zip").status == 404
    assert "?archive=tar.gz" in serve(mounted(root)).get("/files/docs/").text


def test_archive_of_a_folder_without_its_slash_is_redirected_to_it(serve: Serve, root: Path) -> None:
    reply = serve(mounted(root)).get("/files/docs?archive=zip")
    assert (reply.status, reply.headers["location"]) == (301, "/files/docs/?archive=zip")


def test_archive_of_nothing_is_handed_on(serve: Serve, root: Path) -> None:
    client = serve(mounted(root))
    for path in ("none/", "docs/a.txt/", ".git/", "docs//", "../"):
        assert client.get(f"/files/{path}?archive=zip").status == 404


def test_unreadable_folder_has_no_archive_and_is_empty_in_others(
    serve: Serve, tmp_path: Path, as_a_user: None
) -> None:
    (tmp_path / "locked").mkdir(mode=0o000)
    (tmp_path / "open.txt").write_text("open")
    (tmp_path / "closed.txt").touch(mode=0o000)
    client = serve(mounted(tmp_path))
    assert client.get("/files/locked/?archive=zip").status == 403
    found = unpacked(client.get("/files/?archive=zip"), "zip")
    assert found == {"files": None, "files/locked": None, "files/open.txt": b"open"}


@EACH
def test_files_that_change_after_the_plan_are_cut_or_left_out(tmp_path: Path, kind: str) -> None:
    for name in ("grows", "shrinks", "goes", "stays"):
        (tmp_path / name).write_bytes(b"1234")
    tree = Tree(Root(tmp_path), Visible())
    members = plan(tree, (), "top", Limits(1000))
    (tmp_path / "grows").write_bytes(b"12345678")
    (tmp_path / "shrinks").write_bytes(b"12")
    (tmp_path / "goes").unlink()
    found = unpacked(Reply(200, [], b"".join(KINDS[kind].pieces(members, tree.root))), kind)
    assert found == {"top": None, "top/grows": b"1234", "top/shrinks": b"12", "top/stays": b"1234"}


@EACH
def test_link_swapped_in_after_the_plan_is_left_out(root: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "outside").write_text("outside")
    tree = Tree(Root(root), Visible())
    members = plan(tree, ("docs",), "docs", Limits(10**9))
    (root / "docs" / "a.txt").unlink()
    (root / "docs" / "a.txt").symlink_to(tmp_path / "outside")
    packed = b"".join(KINDS[kind].pieces(members, tree.root))
    assert "docs/a.txt" not in unpacked(Reply(200, [], packed), kind)


def test_file_that_ends_too_soon_breaks_the_archive_off(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(2_000_000))
    tree = Tree(Root(tmp_path), Visible())
    pieces = KINDS["tar"].pieces(plan(tree, (), "top", Limits(10**9)), tree.root)
    next(pieces), next(pieces), next(pieces)
    os.truncate(tmp_path / "a", 10)
    with pytest.raises(EOFError):
        list(pieces)


def test_only_so_many_are_made_at_once(root: Path) -> None:
    """Those that are made are held up by clients that do not read; one more has to come again."""
    (root / "docs" / "film.mp4").write_bytes(bytes(30_000_000))
    with Running("native", mounted(root)) as port, contextlib.ExitStack() as stack:
        for _ in range(packer.MAX_ARCHIVES):
            raw = stack.enter_context(Raw(port))
            raw.send(get(b"/files/docs/?archive=tar"))
            assert b"200 OK" in raw.read_until(b"\r\n\r\n")
        with Raw(port) as one_more:
            one_more.send(get(b"/files/docs/?archive=tar"))
            status, head, body = one_more.read_reply()
        assert (status, b"retry-after: 5" in head.lower()) == (503, True)
        assert b"try again" in body
        stack.close()
        # They have gone, so the work has stopped.
        while True:
            with Raw(port) as again:
                again.send(get(b"/files/docs/?archive=tar", b"Connection: close"))
                if b"200 OK" in again.read_until(b"\r\n\r\n"):
                    break


def test_request_that_is_cancelled_gives_its_place_back(root: Path) -> None:
    client = TestClient(mounted(root))

    async def cancel(steps: int) -> None:
        asking = asyncio.create_task(client.request_async("GET", "/files/docs/?archive=tar"))
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking

    with client:
        for steps in range(4 * packer.MAX_ARCHIVES):
            client._runner.run(cancel(steps))
        assert client.get("/files/docs/?archive=tar").status == 200
