"""What is made of a file's name: media type, Content-Disposition, and where a folder's redirect leads."""

from __future__ import annotations

import mimetypes
import os
import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler.http.disposition import content_disposition
from growler_ext.static.mime import TYPES, UNKNOWN, media_type
from growler_ext.static.redirect import folder_location


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("A.HTML", "text/html; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("a.min.mjs", "text/javascript; charset=utf-8"),
        ("a.json", "application/json"),  # RFC 8259 section 11: no charset
        ("a.xml", "application/xml"),
        ("a.svg", "image/svg+xml"),
        ("a.wasm", "application/wasm"),
        ("a.tar.gz", "application/gzip"),
        ("a.woff2", "font/woff2"),
        ("noidea.xyzzy", UNKNOWN),
        ("README", UNKNOWN),
        ("html", UNKNOWN),
        (".html", UNKNOWN),  # a dotfile's name is no suffix
        ("a.", UNKNOWN),
        ("a.\udcff", UNKNOWN),
    ],
)
def test_the_type_is_in_the_suffix(name, expected):
    assert media_type(name, TYPES, "utf-8") == expected


def test_charset_is_as_configured():
    assert media_type("a.txt", TYPES, "latin-1") == "text/plain; charset=latin-1"
    assert media_type("a.txt", TYPES, None) == "text/plain"
    assert media_type("a.x", {".x": "text/x; charset=koi8-r"}, "utf-8") == "text/x; charset=koi8-r"


def test_the_systems_table_is_never_asked(monkeypatch):
    tampered = mimetypes.MimeTypes()
    tampered.add_type("text/evil", ".js")
    monkeypatch.setattr(mimetypes, "_db", tampered)
    assert mimetypes.guess_type("a.js") == ("text/evil", None)
    assert media_type("a.js", TYPES, None) == "text/javascript"


def test_every_entry_of_the_table_is_well_formed():
    for suffix, kind in TYPES.items():
        assert re.fullmatch(r"\.[a-z0-9]+", suffix)
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", kind)


@pytest.mark.parametrize(
    ("filename", "attachment", "expected"),
    [
        (None, False, None),
        (None, True, "attachment"),
        ("a.txt", True, 'attachment; filename="a.txt"'),
        ("a b.txt", False, 'inline; filename="a b.txt"'),
        ("€ rates.txt", True, "attachment; filename=\"_ rates.txt\"; filename*=UTF-8''%E2%82%AC%20rates.txt"),
        ("ü.txt", True, "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%BC.txt"),
        ('a"b.txt', True, "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("50%41.txt", True, "attachment; filename=\"50_41.txt\"; filename*=UTF-8''50%2541.txt"),
        ("../etc/passwd", True, 'attachment; filename=".._etc_passwd"'),
        ("..\\evil", True, 'attachment; filename=".._evil"'),
        ("a\r\nX-Evil: 1", True, 'attachment; filename="a__X-Evil: 1"'),
        ("a\0b", True, 'attachment; filename="a_b"'),
        ("evil\u202egnp.exe", True, 'attachment; filename="evil_gnp.exe"'),
        ("\u2066a\u061cb\u200f.txt", True, 'attachment; filename="_a_b_.txt"'),
        (os.fsdecode(b"\xff.txt"), True, 'attachment; filename="?.txt"'),
        ("", True, 'attachment; filename=""'),
    ],
)
def test_content_disposition_is_as_in_rfc_6266(filename, attachment, expected):
    assert content_disposition(filename, attachment=attachment) == expected


@given(st.text())
def test_any_name_makes_a_header_value(filename):
    value = content_disposition(filename, attachment=True) or ""
    assert re.fullmatch(
        r'attachment; filename="[\x20-\x7e]*?"(; filename\*=UTF-8\'\'[!#$&+^`|~A-Za-z0-9._%-]+)?', value
    )
    assert value.count('"') == 2


@pytest.mark.parametrize(
    ("base_url", "parts", "query", "expected"),
    [
        ("", ("sub",), b"", "/sub/"),
        ("", ("a", "b"), b"x=1&y=%20", "/a/b/?x=1&y=%20"),
        ("/files", ("sub",), b"", "/files/sub/"),
        ("/files", (), b"", "/files/"),
        ("/%66iles", ("sub",), b"", "/%66iles/sub/"),
        ("", ("with space",), b"", "/with%20space/"),
        ("", ("50%",), b"", "/50%25/"),
        ("", ("a?b#c",), b"", "/a%3Fb%23c/"),
        ("", (os.fsdecode(b"\xff"),), b"", "/%FF/"),
        ("", ("\\evil.com",), b"", "/%5Cevil.com/"),
        ("/\\evil.com", ("sub",), b"", "/%5Cevil.com/sub/"),
        ("//evil.com", ("sub",), b"", "/evil.com/sub/"),
        ("", ("cr\r\nX-Evil: 1",), b"", "/cr%0D%0AX-Evil:%201/"),
        ("", ("sub",), b"a\xff\\ b", "/sub/?a%FF%5C%20b"),
    ],
)
def test_a_folder_is_redirected_to_its_own_slash(base_url, parts, query, expected):
    assert folder_location(base_url, parts, query) == expected


@given(st.text(), st.lists(st.text(min_size=1).filter(lambda part: "/" not in part)), st.binary())
def test_no_redirect_leaves_the_site(base_url, names, query):
    parts = tuple(name.encode("utf-8", "replace").decode() for name in names)
    location = folder_location(base_url.encode("utf-8", "replace").decode(), parts, query)
    assert re.match(r"/(?![/\\])", location)
    assert location.isascii()
    assert location.isprintable()
    assert urlsplit(urljoin("http://here.example/x/y", location)).netloc == "here.example"
    if not base_url:
        assert [unquote(part) for part in location.partition("?")[0].split("/")[1:-1]] == list(parts)
