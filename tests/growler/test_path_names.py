"""From a URL path to names, on values alone and to the character: `growler.paths.names` asks no disk."""

from __future__ import annotations

import os

import pytest

from growler.paths import names
from growler.paths.names import PathRefused, check_name, is_inside, names_folder, split


def refused(raw):
    """Why a path is refused, and whether it counts as malformed."""
    with pytest.raises(PathRefused) as caught:
        split(raw)
    return str(caught.value), caught.value.malformed


@pytest.mark.parametrize(("raw", "parts"), [
    (b"/", ()), (b"/a", ("a",)), (b"/a/", ("a",)), (b"/a/b", ("a", "b")), (b"/a/b/", ("a", "b")), (b"/.", ()),
    (b"/./", ()), (b"/a/.", ("a",)), (b"/a/..", ()), (b"/a/../", ()), (b"/a/../b", ("b",)), (b"/a/b/../c", ("a", "c")),
    (b"/a/b/../../c", ("c",)), (b"/%61", ("a",)), (b"/%2e", ()), (b"/a/%2E%2e", ()), (b"/a/.%2e/b", ("b",)),
    (b"/...", ("...",)), (b"/a..b", ("a..b",)), (b"/..a", ("..a",)), (b"/%252e", ("%2e",)), (b"/a%20b", ("a b",)),
    (b"/a+b", ("a+b",)), (b"/\\", ("\\",)), (b"/%c3%bc", ("ü",)), (b"/%C3%BC", ("ü",)),
    (b"/\xff", (os.fsdecode(b"\xff"),)),
    (b"/%41%5a%61%7a%30%39%aF%Fa", (os.fsdecode(b"AZaz09\xaf\xfa"),)), (b"/a%41a%42", ("aAaB",)),
])  # fmt: skip
def test_a_path_is_these_parts(raw, parts):
    assert split(raw) == parts


@pytest.mark.parametrize(("raw", "why"), [
    (b"", ("a path begins with a slash", True)), (b"a", ("a path begins with a slash", True)),
    (b"//", ("an empty part", False)), (b"//a", ("an empty part", False)), (b"/a//", ("an empty part", False)),
    (b"/a//b", ("an empty part", False)), (b"/..", ("above the root", False)), (b"/../a", ("above the root", False)),
    (b"/a/../..", ("above the root", False)), (b"/a/../../a", ("above the root", False)),
    (b"/%2e%2e", ("above the root", False)), (b"/%2E%2E/a", ("above the root", False)),
    (b"/\0", ("a NUL", True)), (b"/%00", ("a NUL", True)), (b"/a%00b", ("a NUL", True)), (b"/a/%00", ("a NUL", True)),
    (b"/%2f", ("an encoded slash", False)), (b"/a%2Fb", ("an encoded slash", False)),
    (b"/..%2f", ("an encoded slash", False)), (b"/%", ("a malformed escape", True)),
    (b"/a%", ("a malformed escape", True)), (b"/%2", ("a malformed escape", True)),
    (b"/a%2", ("a malformed escape", True)), (b"/%g0", ("a malformed escape", True)),
    (b"/%0g", ("a malformed escape", True)), (b"/%+1", ("a malformed escape", True)),
    (b"/%41%", ("a malformed escape", True)), (b"/%41%4", ("a malformed escape", True)),
    (b"/%41%zz", ("a malformed escape", True)),
    (b"/%41%zz%41", ("a malformed escape", True)), (b"/%%41", ("a malformed escape", True)),
    (b"/% 1", ("a malformed escape", True)), (b"/%1 ", ("a malformed escape", True)),
])  # fmt: skip
def test_a_path_is_refused_for_this(raw, why):
    assert refused(raw) == why


def test_every_hexadecimal_digit_is_one_and_nothing_else():
    for code in range(1, 256):
        digit = bytes([code])
        if digit in b"0123456789abcdefABCDEF":
            assert split(b"/%4" + digit) == (chr(0x40 + int(digit, 16)),)
        elif digit != b"/":
            assert refused(b"/%4" + digit) == ("a malformed escape", True)


@pytest.mark.parametrize(("raw", "folder"), [
    (b"/", True), (b"", True), (b"/a/", True), (b"/a", False), (b"/.", True), (b"/..", True), (b"/a/.", True),
    (b"/a/%2e", True), (b"/a/%2E%2e", True), (b"/...", False), (b"/a.", False), (b"/./a", False), (b"/../a", False),
    (b"/a/.%2", False), (b"/%", False),
])  # fmt: skip
def test_what_can_only_be_a_folder(raw, folder):
    assert names_folder(raw) is folder


@pytest.mark.parametrize(("real", "root", "inside"), [
    ("/srv/www", "/srv/www", True), ("/srv/www/a", "/srv/www", True), ("/srv/www-private", "/srv/www", False),
    ("/srv/ww", "/srv/www", False), ("/srv", "/srv/www", False), ("/a", "/", True), ("/", "/", True),
    ("/srv/www/a", "/srv/www/", True), ("/srv/wwwa/b", "/srv/www/", False), ("/x/srv/www", "/srv/www", False),
])  # fmt: skip
@pytest.mark.skipif(os.sep != "/", reason="these are POSIX paths")
def test_what_is_inside_a_root(real, root, inside):
    assert is_inside(real, root) is inside


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a/b", "a/", "\0", "a\0b"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(PathRefused, match="not a name"):
        check_name(name)


@pytest.mark.parametrize("name", ["a", "...", "..a", "a.", " ", "\n", "\udcff", "%00"])
def test_any_other_is_a_name(name):
    check_name(name)


def test_where_a_backslash_parts_folders_it_is_in_no_name(monkeypatch):
    check_name("a\\b")
    monkeypatch.setattr(names.os, "sep", "\\")
    check_name("ab")
    with pytest.raises(PathRefused, match="not a name"):
        check_name("a\\b")


WINDOWS_REFUSES = [
    "a<b", "a>b", "a:b", 'a"b', "a|b", "a?b", "a*b", "a\\b", "a\x1fb", "a\x01", "a.", "a ", "~", "GIT~1",
    "con", "CON", "Con.txt", "con .txt", "prn", "aux", "nul", "conin$", "conout$", "com0", "com9", "lpt1", "com\u00b9",
    "LPT\u00b3.x", "com\u00b2.a.b",
]  # fmt: skip
WINDOWS_TAKES = [
    "a",
    "aX",
    "aXb",
    "a.b",
    ".a",
    "console",
    "con1",
    "com",
    "com10",
    "lpt",
    "lptx",
    "a b",
    "a.con",
    "xcon",
    "coma",
    "ü",
]


@pytest.mark.parametrize("name", WINDOWS_REFUSES)
def test_what_windows_reads_as_more_than_a_name_is_refused_there(monkeypatch, name):
    assert names._checked(name) == name
    monkeypatch.setattr(names.os, "name", "nt")
    with pytest.raises(PathRefused, match="not a file name") as caught:
        names._checked(name)
    assert not caught.value.malformed


@pytest.mark.parametrize("name", WINDOWS_TAKES)
def test_what_windows_reads_as_a_name_is_taken_there(monkeypatch, name):
    monkeypatch.setattr(names.os, "name", "nt")
    assert names._checked(name) == name
