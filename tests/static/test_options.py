"""Wrong options fail when `Static` is made, all of them at once."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from growler import App
from growler_ext.static import Static
from growler_ext.static.age import parse_age

YEAR = 365 * 86400


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(0, 0), (60, 60), ("0s", 0), ("45s", 45), ("5m", 300), ("1h", 3600), ("30d", 30 * 86400), ("2 w", 14 * 86400),
     ("1y", YEAR), (timedelta(hours=1), 3600), (timedelta(milliseconds=1500), 1),
     (1.5, 1), (float("inf"), YEAR), (YEAR + 1, YEAR), ("20y", YEAR), ("999999999999y", YEAR),
     (timedelta(days=9999), YEAR)],
)  # fmt: skip
def test_an_age_is_read_in_every_unit_and_is_a_year_at_most(value, seconds):
    assert parse_age(value) == seconds


@pytest.mark.parametrize(
    "value",
    [
        -1,
        "-1d",
        "",
        "30",
        "d",
        "30 days",
        "1.5h",
        "\u0663d",
        "+3d",
        "1_0s",
        True,
        None,
        float("nan"),
        -0.5,
        timedelta(-1),
        "9" * 99,
    ],
)
def test_what_is_no_age_is_named_with_the_mend(value):
    with pytest.raises(
        ValueError, match=r"give seconds from 0, a timedelta, or a number and one of s, m, h, d, w, y"
    ):
        parse_age(value)


def test_all_mistakes_are_named_at_once(tmp_path):
    with pytest.raises(ValueError, match="Static cannot serve like this") as caught:
        Static(
            tmp_path / "nowhere",
            index="a/b.html",
            dotfiles="hide",  # type: ignore[arg-type]  # the mistake
            symlinks="all",  # type: ignore[arg-type]  # the mistake
            max_age="soon",
            charset="utf 8",
            types={"glb": "model"},
        )
    lines = str(caught.value).splitlines()[1:]
    assert len(lines) == 8
    for mend in (
        "create it or correct the path",
        "the name of a file",
        '"ignore", "deny" or "allow"',
        '"inside", "follow" or "never"',
        'such as "30d"',
        'such as "utf-8"',
        'such as ".glb"',
        'like "model/gltf-binary"',
    ):
        assert any(mend in line for line in lines), mend


@pytest.mark.parametrize(
    ("roots", "message"),
    [
        ((), r'no folder is given: Static\("public"\)'),
        (("",), 'write "." for the current one'),
        ((["a", "b"],), "give each as an argument of its own"),
        ((b"public",), "give each as an argument of its own"),
        ((None,), "give each as an argument of its own"),
        ((__file__,), "there is no folder .*: create it or correct the path"),
        ((".", "index.html"), "there is no folder .*index.html"),
    ],
)
def test_a_root_that_is_no_folder_is_named(roots, message):
    with pytest.raises(ValueError, match=message):
        Static(*roots)


@pytest.mark.parametrize("index", ["", ".", "..", "a/b", "a\\b", "a\0", 3, ["index.html", ""], [3]])
def test_an_index_is_the_name_of_one_file(tmp_path, index):
    with pytest.raises(ValueError, match="give the name of a file"):
        Static(tmp_path, index=index)


@pytest.mark.parametrize(
    "types",
    [{"x": "a/b"}, {".a.b": "a/b"}, {"": "a/b"}, {".": "a/b"}, {".x": "a"}, {".x": "a/b\r\nc"}, {".x": 3}, {3: "a/b"},
     {".x": "a/b; c=\u20ac"}],
)  # fmt: skip
def test_types_map_a_suffix_to_a_media_type(tmp_path, types):
    with pytest.raises(ValueError, match="types has"):
        Static(tmp_path, types=types)


def test_a_root_may_be_a_str_or_a_path(tmp_path):
    assert callable(Static(str(tmp_path), tmp_path, Path(tmp_path)))


def test_a_root_stays_where_it_was_when_the_process_moves(serve, tmp_path, monkeypatch):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.txt").write_text("a")
    monkeypatch.chdir(tmp_path)
    app = App()
    app.use(Static("public"))
    client = serve(app)
    monkeypatch.chdir(os.sep)
    assert client.get("/a.txt").text == "a"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"extensions": ["a/b"]}, "extensions is .*: give suffixes"),
        ({"extensions": [3]}, "extensions is"),
        ({"spa": "../index.html"}, "spa is .*: give the path of a page"),
        ({"spa": ""}, "spa is"),
        ({"spa": 3}, "spa is"),
        ({"hide": "*.map"}, r"hide is '\*\.map': give a list of globs, \['\*\.map'\]"),
        ({"hide": [".."]}, "hide: '..' is no glob"),
        ({"immutable": "("}, "immutable is '\\(', which is no regex"),
        ({"cache_control": "a\r\nb"}, "cache_control is"),
        ({"cache_control": True}, "cache_control is True"),
        ({"cache_control": "no-cache", "max_age": 5}, "give one of them"),
        ({"encodings": "gzip"}, "encodings is 'gzip': give a list"),
        ({"encodings": ["deflate"]}, "encodings is"),
        ({"headers": {"Content-Length": "3"}}, "leave it out"),
        ({"headers": {"X": "a\r\nb"}}, "headers: X holds a control character"),
        ({"headers": {"X y": "a"}}, "is no header name"),
        ({"headers": {"X": 3}}, "a value is a str"),
        ({"headers": ["X: y"]}, "headers is .*: give a dict"),
        ({"prefix": "static"}, "prefix is 'static'"),
        ({"prefix": "javascript:alert(1)"}, "prefix is"),
        ({"memory": -1}, "memory is -1: give bytes"),
        ({"memory": "32MB"}, "memory is '32MB'"),
    ],
)
def test_wrong_options_are_named_with_their_mend(root, options, message):
    with pytest.raises(ValueError, match=message):
        Static(root, **options)


@pytest.mark.parametrize("folder", ["a.txt", "x" * 300, "a/" * 3000, "a\0b"])
def test_a_root_that_no_folder_can_have_is_told(root, folder):
    with pytest.raises(ValueError, match="there is no folder"):
        Static(root / folder)
