"""The attack table of the path resolver: what a URL path may reach, on plain values and over HTTP."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler import App
from growler.paths import (
    PathRefused,
    Root,
    is_inside,
    names_folder,
    open_folder,
    open_parts,
    open_under,
    resolve_under,
    split,
    walk,
)
from support.unreadable import unreadable_folder

REFUSED = "refused"
MISSING = "missing"
FOLDER = "folder"
SECRET = b"SECRET"

posix_only = pytest.mark.skipif(os.name == "nt", reason="links, pipes and such names need a POSIX system")


@dataclass(frozen=True)
class Attack:
    """A path, and what opening it below the root gives: contents, or the kind of refusal."""

    why: str
    raw: bytes
    expected: bytes | str


TABLE = [
    # 1: out of the root by dots
    Attack("plain dots", b"/../outside.txt", REFUSED),
    Attack("plain dots, twice", b"/../../etc/passwd", REFUSED),
    Attack("encoded dots", b"/%2e%2e/outside.txt", REFUSED),
    Attack("half encoded dots", b"/.%2e/outside.txt", REFUSED),
    Attack("half encoded dots, the other half", b"/%2E./outside.txt", REFUSED),
    Attack("encoded slash behind dots", b"/..%2foutside.txt", REFUSED),
    Attack("everything encoded", b"/%2e%2e%2foutside.txt", REFUSED),
    Attack("encoded backslash behind dots", b"/..%5coutside.txt", MISSING),
    Attack("backslash behind dots", b"/..\\outside.txt", MISSING),
    Attack("encoded twice", b"/%252e%252e/outside.txt", MISSING),
    Attack("encoded twice, with the slash", b"/%252e%252e%252foutside.txt", MISSING),
    Attack("overlong dots", b"/%c0%ae%c0%ae/outside.txt", MISSING),
    Attack("overlong slash", b"/..%c0%afoutside.txt", MISSING),
    Attack("fullwidth dots", b"/%ef%bc%8e%ef%bc%8e/outside.txt", MISSING),
    Attack("fullwidth slash", b"/..%ef%bc%8foutside.txt", MISSING),
    Attack("dots that survive a naive filter", b"/....//outside.txt", REFUSED),
    Attack("dots and a parameter", b"/..;/outside.txt", MISSING),
    Attack("dots behind a folder, too many", b"/sub/../../outside.txt", REFUSED),
    Attack("dots behind a file", b"/a.txt/../../outside.txt", REFUSED),
    Attack("dots at the end", b"/sub/../..", REFUSED),
    Attack("dots with a space", b"/..%20/outside.txt", MISSING),
    Attack("three dots", b"/.../outside.txt", MISSING),
    Attack("out and back in", b"/../www/a.txt", REFUSED),
    Attack("no slash at the start", b"../outside.txt", REFUSED),
    Attack("absolute form", b"http://x/a.txt", REFUSED),
    Attack("a star", b"*", REFUSED),
    Attack("nothing", b"", REFUSED),
    Attack("dots that stay inside", b"/sub/../a.txt", b"a"),
    Attack("encoded dots that stay inside", b"/sub/%2e%2e/a.txt", b"a"),
    Attack("one dot", b"/./a.txt", b"a"),
    Attack("one encoded dot", b"/%2e/sub/%2E/b.txt", b"b"),
    Attack("dots inside a name", b"/a..b.txt", b"dots"),
    # 2: absolute paths
    Attack("an absolute path", b"//etc/passwd", REFUSED),
    Attack("more slashes", b"////etc/passwd", REFUSED),
    Attack("an encoded slash", b"/%2fetc/passwd", REFUSED),
    Attack("an encoded slash within", b"/sub%2fb.txt", REFUSED),
    Attack("two slashes within", b"/sub//b.txt", REFUSED),
    Attack("two slashes at the end", b"/sub//", REFUSED),
    # 3: a sibling whose name begins like the root's
    Attack("the sibling by dots", b"/../www-private/secret.txt", REFUSED),
    Attack("the sibling by its suffix", b"/-private/secret.txt", MISSING),
    Attack("the sibling by a link", b"/dir-out/secret.txt", REFUSED),
    # 4: what is no path
    Attack("NUL", b"/a.txt%00", REFUSED),
    Attack("NUL before a suffix", b"/a.txt%00.html", REFUSED),
    Attack("NUL as a folder", b"/%00/a.txt", REFUSED),
    Attack("a lone percent sign", b"/%", REFUSED),
    Attack("half an escape", b"/a.txt%2", REFUSED),
    Attack("no hex", b"/%zz", REFUSED),
    Attack("no hex that int() would take", b"/%+1a.txt", REFUSED),
    Attack("no UTF-8", b"/%ff%fe", MISSING),
    Attack("no UTF-8, unescaped", b"/\xff\xfe", MISSING),
    Attack("a surrogate", b"/%ed%a0%80", MISSING),
    # 5: too long
    Attack("a name of 5 kB", b"/" + b"a" * 5000, MISSING),
    Attack("a path of 6 kB", b"/" + b"sub/" * 1500 + b"a", MISSING),
    Attack("a path of 6 kB of dots", b"/" + b"./" * 3000 + b"a.txt", b"a"),
    # 6: links
    Attack("a link inside", b"/link-in", b"a"),
    Attack("a relative link inside", b"/sub/up", b"a"),
    Attack("a link to a folder inside", b"/dir-in/b.txt", b"b"),
    Attack("a link out", b"/link-out", REFUSED),
    Attack("an absolute link out", b"/absolute-out", REFUSED),
    Attack("a chain of links out", b"/chained-out", REFUSED),
    Attack("a link to a folder out", b"/dir-out", REFUSED),
    Attack("a loop", b"/loop", REFUSED),
    Attack("below a loop", b"/loop/a.txt", REFUSED),
    Attack("a broken link", b"/broken", MISSING),
    # 9: what only Windows reads as more than a name
    Attack("a device", b"/CON", MISSING),
    Attack("a stream", b"/a.txt::$DATA", MISSING),
    Attack("a drive", b"/C:/a.txt", MISSING),
    Attack("a host", b"/%5c%5chost%5cshare", MISSING),
    Attack("a dot at the end", b"/a.txt.", MISSING),
    Attack("a space at the end", b"/a.txt%20", MISSING),
    # 10: what is no regular file
    Attack("a pipe", b"/pipe", REFUSED),
    Attack("a socket", b"/socket", REFUSED),
    Attack("a device by a link", b"/zero", REFUSED),
    Attack("a folder", b"/sub", FOLDER),
    Attack("a file as a folder", b"/a.txt/b.txt", MISSING),
    # 12: what would split a header
    Attack("CRLF", b"/a.txt%0d%0aX-Injected:%201", MISSING),
    # Names that only look hostile
    Attack("a space", b"/with%20space.txt", b"space"),
    Attack("a percent sign in the name", b"/%252e.txt", b"percent"),
    Attack("UTF-8", b"/%c3%bc.txt", b"umlaut"),
    Attack("UTF-8, unescaped", b"/\xc3\xbc.txt", b"umlaut"),
    Attack("a name that is no UTF-8", b"/%ff.txt", b"latin"),
    Attack("a plus sign is no space", b"/with+space.txt", MISSING),
    Attack("a question mark in the name", b"/what%3f.txt", b"what"),
]


@pytest.fixture
def root(tmp_path):
    """A folder to serve, hostile neighbours around it."""
    (tmp_path / "outside.txt").write_bytes(SECRET)
    private = tmp_path / "www-private"
    private.mkdir()
    (private / "secret.txt").write_bytes(SECRET)
    root = tmp_path / "www"
    (root / "sub").mkdir(parents=True)
    for name, content in {
        "a.txt": b"a", "sub/b.txt": b"b", "a..b.txt": b"dots", "with space.txt": b"space", "%2e.txt": b"percent",
        "ü.txt": b"umlaut", os.fsdecode(b"\xff.txt"): b"latin", "what?.txt": b"what",
    }.items():  # fmt: skip
        (root / name).write_bytes(content)
    for name, target in {
        "link-in": "a.txt", "sub/up": "../a.txt", "dir-in": "sub", "link-out": "../outside.txt",
        "absolute-out": str(tmp_path / "outside.txt"), "chained-out": "link-out", "dir-out": "../www-private",
        "loop": "loop", "broken": "nowhere", "zero": "/dev/zero",
    }.items():  # fmt: skip
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        # A socket's own name may have a hundred bytes only.
        before = os.getcwd()
        os.chdir(root)
        listening.bind("socket")
        os.chdir(before)
    return root


def opened(root: Path, raw: bytes, **options: str) -> bytes | str:
    """What the resolver gives: contents, or the kind of refusal."""
    try:
        found = open_under(root, raw, **options)
    except PathRefused:
        return REFUSED
    except IsADirectoryError:
        return FOLDER
    except OSError:
        return MISSING
    with found.file:
        assert found.stat.st_size == os.fstat(found.file.fileno()).st_size
        return found.file.read()


@posix_only
@pytest.mark.parametrize("attack", TABLE, ids=lambda attack: attack.why)
def test_a_path_reaches_what_the_table_says(root, attack):
    assert opened(root, attack.raw) == attack.expected


@posix_only
@pytest.mark.parametrize("attack", TABLE, ids=lambda attack: attack.why)
def test_the_resolver_alone_refuses_the_same(root, attack):
    # What it is, and that links go round in a circle, shows only when it is opened.
    if attack.expected is REFUSED and not any(word in attack.why for word in ("pipe", "socket", "loop")):
        with pytest.raises(PathRefused):
            resolve_under(root, attack.raw)
    else:
        assert root in (path := resolve_under(root, attack.raw)).parents or path == root


@posix_only
@pytest.mark.parametrize("mount", ["/", "/files"])
def test_no_attack_gets_out_over_http(serve, root, mount):
    static = pytest.importorskip("growler_ext.static", reason="the core is tested without extensions too")
    app = App()
    app.use(mount, static.Static(root, redirect=False))
    client = serve(app)
    wrong = []
    for attack in TABLE:
        if not attack.raw.startswith(b"/") or not attack.raw.isascii():
            continue  # what no HTTP library sends; on plain values it is tried all the same
        reply = client.get(mount.rstrip("/").encode() + attack.raw)
        if isinstance(attack.expected, bytes):
            good = reply.status == 200 and reply.body == attack.expected
        else:
            good = reply.status in (400, 404, 414) and SECRET not in reply.body
        if not good or "x-injected" in reply.headers:
            wrong.append((attack.why, reply.status, reply.body[:80]))
    assert wrong == []


@posix_only
def test_links_are_all_followed_when_asked(root):
    assert opened(root, b"/link-out", symlinks="follow") == SECRET
    assert opened(root, b"/dir-out/secret.txt", symlinks="follow") == SECRET
    assert opened(root, b"/../outside.txt", symlinks="follow") == REFUSED
    assert opened(root, b"/zero", symlinks="follow") == REFUSED
    assert opened(root, b"/loop", symlinks="follow") == MISSING


@posix_only
@pytest.mark.parametrize(
    "raw", [b"/link-in", b"/sub/up", b"/dir-in/b.txt", b"/link-out", b"/loop", b"/broken"]
)
def test_no_link_is_followed_when_asked(root, raw):
    assert opened(root, raw, symlinks="never") in (REFUSED, MISSING)


@posix_only
def test_never_follows_a_link_still_serves_files_below_a_linked_root(root, tmp_path):
    (tmp_path / "current").symlink_to("www")
    assert opened(tmp_path / "current", b"/sub/b.txt", symlinks="never") == b"b"
    assert opened(tmp_path / "current", b"/sub/b.txt") == b"b"
    assert opened(tmp_path / "current", b"/link-out") == REFUSED


@posix_only
@pytest.mark.parametrize("raw", [b"/link-out", b"/chained-out", b"/dir-out/secret.txt", b"/zero", b"/pipe"])
def test_what_may_not_be_served_is_not_even_opened(root, monkeypatch, raw):
    # opening a device or a pipe can do something, and an error would tell what is there
    asked = []
    monkeypatch.setattr(walk, "read", lambda *arguments, **_: asked.append(arguments))
    assert opened(root, raw) == REFUSED
    assert asked == []


@posix_only
@pytest.mark.parametrize("symlinks", ["inside", "never"])
@pytest.mark.parametrize("target", ["../outside.txt", "../www-private/secret.txt"])
def test_a_link_swapped_in_before_the_opening_is_noticed(root, monkeypatch, symlinks, target):
    swap_before_opening(monkeypatch, root / "a.txt", target)
    assert opened(root, b"/a.txt", symlinks=symlinks) == REFUSED


@posix_only
def test_a_link_within_the_root_swapped_in_before_the_opening_is_noticed(root, monkeypatch):
    swap_before_opening(monkeypatch, root / "a.txt", "sub/b.txt")
    assert opened(root, b"/a.txt", symlinks="never") == REFUSED


@posix_only
def test_a_pipe_swapped_in_before_the_opening_is_not_read(root, monkeypatch):
    really_read = walk.read

    def swap_and_read(*arguments: object, **options: bool) -> int:
        (root / "a.txt").unlink()
        os.mkfifo(root / "a.txt")
        return really_read(*arguments, **options)

    monkeypatch.setattr(walk, "read", swap_and_read)
    assert opened(root, b"/a.txt") == REFUSED


@posix_only
@pytest.mark.parametrize("symlinks", ["inside", "never"])
@pytest.mark.parametrize("target", ["../www-private", "../../"])
def test_a_folder_on_the_way_swapped_for_a_link_is_noticed(root, monkeypatch, symlinks, target):
    (root.parent / "www-private" / "b.txt").write_bytes(SECRET)
    really_enter = walk.enter

    def swap_and_enter(path: str, parts: tuple[str, ...]) -> int:
        if (root / "sub").is_dir() and not (root / "sub").is_symlink():
            (root / "sub").rename(root / "moved")
            (root / "sub").symlink_to(target)
        return really_enter(path, parts)

    monkeypatch.setattr(walk, "enter", swap_and_enter)
    assert opened(root, b"/sub/b.txt", symlinks=symlinks) == REFUSED


@posix_only
def test_a_link_swapped_in_while_a_link_was_resolved_is_noticed(root, monkeypatch):
    really_resolve = Root._resolved

    def resolve_and_swap(self: Root, parts: tuple[str, ...]) -> tuple[str, ...]:
        resolved = really_resolve(self, parts)
        (root / "a.txt").unlink()
        (root / "a.txt").symlink_to("../outside.txt")
        return resolved

    monkeypatch.setattr(Root, "_resolved", resolve_and_swap)
    assert opened(root, b"/link-in") == REFUSED


@posix_only
@pytest.mark.parametrize("symlinks", ["inside", "never"])
def test_a_file_replaced_after_the_opening_is_read_as_it_was(root, monkeypatch, symlinks):
    really_read = walk.read

    def read_and_replace(*arguments: object, **options: bool) -> int:
        descriptor = really_read(*arguments, **options)
        (root / "new").write_bytes(b"new")
        (root / "new").replace(root / "a.txt")
        return descriptor

    monkeypatch.setattr(walk, "read", read_and_replace)
    assert opened(root, b"/a.txt", symlinks=symlinks) == b"a"


@posix_only
@pytest.mark.parametrize("symlinks", ["inside", "never"])
def test_a_link_swapped_in_is_noticed_where_folders_cannot_be_opened(root, monkeypatch, symlinks):
    monkeypatch.setattr(walk, "POSSIBLE", False)
    assert opened(root, b"/a.txt", symlinks=symlinks) == b"a"
    swap_before_opening(monkeypatch, root / "a.txt", "../outside.txt")
    assert opened(root, b"/a.txt", symlinks=symlinks) == REFUSED


@posix_only
@pytest.mark.parametrize("attack", TABLE, ids=lambda attack: attack.why)
def test_the_table_holds_where_folders_cannot_be_opened(root, monkeypatch, attack):
    monkeypatch.setattr(walk, "POSSIBLE", False)
    # There the system says itself that links go round in a circle.
    assert opened(root, attack.raw) == (MISSING if attack.why == "below a loop" else attack.expected)


def swap_before_opening(monkeypatch: pytest.MonkeyPatch, path: Path, target: str) -> None:
    """Replace a file by a link in the window between check and opening, which no test could hit for certain."""
    really_read = walk.read

    def swap_and_read(here: int | None, name: str, *, follow: bool = False) -> int:
        path.unlink()
        path.symlink_to(target)
        # Where folders cannot be opened, neither can links be told when a file is.
        return really_read(here, name, follow=follow or not walk.POSSIBLE)

    monkeypatch.setattr(walk, "read", swap_and_read)


@posix_only
def test_no_descriptor_stays_open_after_a_refusal(root):
    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    for attack in TABLE:
        opened(root, attack.raw)
    assert before == (len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0)


@posix_only
def test_an_unreadable_folder_is_still_a_folder():
    with unreadable_folder() as root:
        assert opened(root, b"/locked") == FOLDER
        for raw in (b"/a.txt", b"/locked/index.html"):
            with pytest.raises(PermissionError):
                open_under(root, raw)


@pytest.mark.parametrize(
    "raw",
    [b"/CON", b"/con.txt", b"/NUL", b"/nul.tar.gz", b"/COM1", b"/com9.txt", b"/LPT0", b"/COM%c2%b9.txt", b"/aux%20.txt",
     b"/CONIN$", b"/sub/prn", b"/a.txt.", b"/a.txt%20", b"/a.txt::$DATA", b"/C:", b"/C:/a.txt", b"/%5c%5chost%5cshare",
     b"/\\\\host\\share", b"/..%5coutside.txt", b"/..\\outside.txt", b"/PROGRA~1", b"/a%3Cb", b"/a%0Ab",
     b"/what%3f.txt"],
)  # fmt: skip
def test_windows_refuses_what_is_more_than_a_name_there(monkeypatch, raw):
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        with pytest.raises(PathRefused):
            split(raw)


@pytest.mark.parametrize(
    "raw", [b"/console.txt", b"/community.html", b"/a.txt", b"/nul0.txt", b"/lpt10", b"/a..b"]
)
def test_windows_keeps_names_that_only_look_like_devices(monkeypatch, raw):
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        assert split(raw) == (raw[1:].decode(),)


@pytest.mark.parametrize(
    ("raw", "parts"),
    [(b"/", ()), (b"/a", ("a",)), (b"/a/", ("a",)), (b"/a/.", ("a",)), (b"/a/b/..", ("a",)), (b"/a/..", ()),
     (b"/%61", ("a",)), (b"/a%2Eb", ("a.b",)), (b"/.", ())],
)  # fmt: skip
def test_split_gives_the_parts_decoded_once(raw, parts):
    assert split(raw) == parts


@pytest.mark.parametrize("raw", [b"/", b"/a/", b"/a/.", b"/a/..", b"/a/%2e", b"/a/.%2E", b"/."])
def test_a_path_with_nothing_behind_its_last_slash_names_a_folder(raw):
    assert names_folder(raw)


@pytest.mark.parametrize("raw", [b"/a", b"/a/b", b"/a/...", b"/a/.b", b"/a%2f", b"/a/%zz", b"*"])
def test_any_other_path_may_name_a_file(raw):
    assert not names_folder(raw)


def test_inside_is_a_question_of_parts_not_of_letters():
    assert is_inside("/srv/www", "/srv/www")
    assert is_inside("/srv/www/a", "/srv/www")
    assert is_inside("/srv", "/")
    assert not is_inside("/srv/www-private/a", "/srv/www")
    assert not is_inside("/srv", "/srv/www")


@given(
    st.lists(st.sampled_from([b"/", b".", b"..", b"%", b"2e", b"%2e", b"%2f", b"%00", b"a", b"\xff", b"\\"]))
)
def test_parts_never_lead_anywhere_but_down(pieces):
    try:
        parts = split(b"/" + b"".join(pieces))
    except PathRefused:
        return
    for part in parts:
        assert part not in ("", ".", "..")
        assert "/" not in part
        assert "\0" not in part


@posix_only
@given(raw=st.binary(max_size=40))
def test_no_bytes_raise_anything_but_a_refusal(tmp_path_factory, raw):
    assert opened(tmp_path_factory.getbasetemp(), b"/" + raw) in (REFUSED, MISSING, FOLDER)


@posix_only
def test_parts_from_split_open_the_same_file(root):
    with open_parts(root, split(b"/sub/b.txt")).file as file:
        assert file.read() == b"b"


# Folders


@posix_only
def test_a_folder_shows_what_is_in_it(root):
    with open_folder(root, ("sub",)) as folder, folder.scan() as entries:
        assert sorted(entry.name for entry in entries) == ["b.txt", "up"]
        assert folder.stat.st_ino == (root / "sub").stat().st_ino
        assert folder.path == root / "sub"


@posix_only
def test_no_parts_open_the_root_itself(root):
    with open_folder(root, ()) as folder, folder.scan() as entries:
        assert "a.txt" in {entry.name for entry in entries}
    with (
        open_folder(root, ()) as folder,
        folder.open_folder("sub") as below,
        below.open_file("b.txt").file as file,
    ):
        assert file.read() == b"b"


@posix_only
@pytest.mark.parametrize(("parts", "symlinks", "shown"), [
    (("dir-in",), "inside", True), (("dir-in",), "follow", True), (("dir-in",), "never", False),
    (("dir-out",), "inside", False), (("dir-out",), "follow", True), (("dir-out",), "never", False),
    (("loop",), "inside", False), (("a.txt",), "inside", False), (("nowhere",), "inside", False),
    (("pipe",), "inside", False), (("..",), "inside", False), (("sub/..",), "follow", False),
])  # fmt: skip
def test_a_folder_is_opened_as_the_policy_says(root, parts, symlinks, shown):
    if shown:
        open_folder(root, parts, symlinks=symlinks).close()
    else:
        with pytest.raises((PathRefused, OSError)):
            open_folder(root, parts, symlinks=symlinks)


@posix_only
def test_a_link_that_takes_the_place_of_an_opened_folder_shows_nothing_foreign(root):
    with open_folder(root, ("sub",)) as folder:
        (root / "sub").rename(root / "moved")
        (root / "sub").symlink_to("../www-private")
        with folder.scan() as entries:
            assert sorted(entry.name for entry in entries) == ["b.txt", "up"]
        with pytest.raises(FileNotFoundError):
            folder.open_file("secret.txt")
        with folder.open_file("b.txt").file as file:
            assert file.read() == b"b"


@posix_only
@pytest.mark.parametrize("symlinks", ["inside", "never", "follow"])
def test_entries_of_a_folder_obey_the_policy_for_links(root, symlinks):
    with open_folder(root, (), symlinks=symlinks) as folder:
        assert folder.status("a.txt").st_size == 1
        for name, policies in {"link-in": ("inside", "follow"), "link-out": ("follow",)}.items():
            if symlinks in policies:
                assert folder.status(name).st_mode == folder.status("a.txt").st_mode
                folder.open_file(name).file.close()
            else:
                for ask in (folder.status, folder.open_file):
                    with pytest.raises(PathRefused):
                        ask(name)
        for name in ("broken", "loop", "nowhere"):
            with pytest.raises((PathRefused, OSError)):
                folder.status(name)
        with pytest.raises(PathRefused):
            folder.open_file("pipe")
        with pytest.raises(IsADirectoryError):
            folder.open_file("sub")
        with pytest.raises(NotADirectoryError):
            folder.open_folder("a.txt")


@posix_only
@pytest.mark.parametrize("name", ["", ".", "..", "../outside.txt", "sub/b.txt", "a.txt\0"])
@pytest.mark.parametrize("symlinks", ["inside", "never", "follow"])
def test_what_is_no_name_is_refused_in_a_folder(root, name, symlinks):
    with open_folder(root, (), symlinks=symlinks) as folder:
        for ask in (folder.status, folder.open_file, folder.open_folder):
            with pytest.raises(PathRefused):
                ask(name)


@posix_only
def test_folders_work_where_they_cannot_be_opened(root, monkeypatch):
    monkeypatch.setattr(walk, "POSSIBLE", False)
    with open_folder(root, ("sub",)) as folder, folder.scan() as entries:
        assert sorted(entry.name for entry in entries) == ["b.txt", "up"]
        assert folder.status("up").st_size == 1
        with folder.open_file("b.txt").file as file:
            assert file.read() == b"b"
    for parts in (("dir-out",), ("a.txt",)):
        with pytest.raises((PathRefused, OSError)):
            open_folder(root, parts)


@posix_only
def test_an_opened_folder_can_be_closed_twice(root):
    folder = open_folder(root, ())
    folder.close()
    folder.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        folder.status("a.txt")


@posix_only
def test_a_root_follows_its_own_link_anew_each_time(root, tmp_path):
    (tmp_path / "current").symlink_to("www")
    served = Root(tmp_path / "current")
    with served.open_file(("a.txt",)).file as file:
        assert file.read() == b"a"
    (tmp_path / "www2").mkdir()
    (tmp_path / "www2" / "a.txt").write_bytes(b"second")
    (tmp_path / "www2" / "old").symlink_to("../www/a.txt")
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("www2")
    with served.open_file(("a.txt",)).file as file:
        assert file.read() == b"second"
    with pytest.raises(PathRefused):
        served.open_file(("old",))
