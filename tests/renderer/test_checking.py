"""Looking at all templates beforehand: `check`, `unescaped`, and the command line."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from growler_ext.renderer import Renderer
from growler_ext.renderer.__main__ import main

Write = Callable[..., Path]


@pytest.fixture
def faulty(write: Write) -> None:
    """One fault for every engine, and some templates without any."""
    write("good.mako", '<%include file="part.mako"/>${v}')
    write("part.mako", "part")
    write("good.jinja", "{% include 'sub/part.jinja' %}{% include nowhere %}{% include 'x' ignore missing %}")
    write("sub/part.jinja", "{% include './other.jinja' %}")
    write("sub/other.jinja", "other")
    write("bad.mako", "one\n${")
    write("bad.jinja", "one\n\n{{ v")
    write("bad.pug", "p one\np= (")
    write("bad.tmpl", "one {v.name}")
    write("bad.tpl", "one\n$ v")
    write("code.js.mako", "x")
    write("latin.jinja", "one\n\xe9".encode("latin-1"))
    write("dead.mako", 'one\n<%inherit file="nowhere.mako"/>')
    write("dead.jinja", "{% extends 'nowhere.jinja' %}")
    write("style.css", "a{")


FAULTS = [
    ("bad.jinja", 3), ("bad.mako", 2), ("bad.pug", 2), ("bad.tmpl", 1), ("bad.tpl", 2),
    ("code.js.mako", None), ("dead.jinja", 1), ("dead.mako", 2), ("latin.jinja", 2),
]  # fmt: skip


@pytest.mark.usefixtures("faulty")
def test_check_lists_every_mistake_with_its_line(views: Path) -> None:
    assert [(error.name, error.line) for error in Renderer(views).check()] == FAULTS


def test_a_mistake_in_a_file_that_several_include_is_listed_once(views: Path, write: Write) -> None:
    write("part.pug", "p= (")
    for name in ("a", "b"):
        write(f"{name}.pug", "include part.pug")
    assert [(error.name, error.line) for error in Renderer(views).check()] == [("part.pug", 1)]


def test_check_reads_each_file_where_a_render_would_find_it(views: Path, write: Write) -> None:
    write("../theme/home.mako", "theme")
    write("home.mako", "${")
    assert Renderer([views.parent / "theme", views]).check() == []


def test_check_leaves_out_links_to_the_outside(views: Path, write: Write) -> None:
    (views / "link.mako").symlink_to(write("../outside.mako", "${"))
    assert Renderer(views).check() == []
    assert len(Renderer(views, symlinks=True).check()) == 1


def test_what_was_checked_is_kept(views: Path, write: Write) -> None:
    write("home.mako", "<%! import itertools; counter = itertools.count() %>${next(counter)}")
    write("page.mako", '<%include file="home"/>')
    renderer = Renderer(views, reload=False)
    assert renderer.check() == []
    # The same whatever it is called: it was compiled once.
    assert [renderer.render(name) for name in ("home", "home.mako", "./home", "page")] == ["0", "1", "2", "3"]


def test_unescaped_lists_where_values_are_shown_as_they_are(views: Path, write: Write) -> None:
    write(
        "a.mako", "${v}\n${v | n}\n${v | trim,n}\n${Markup(v)}\n<% context.write(v) %>\n## ${v | n}\n${'| n'}"
    )
    write("b.mako", '<%page expression_filter="n"/>${v}')
    write(
        "c.jinja",
        "{{ v }}\n{{ v|safe }}\n{% autoescape false %}{{ v }}{% endautoescape %}\n"
        "{{ Markup(v) }}\n{# |safe #}",
    )
    write("d.pug", "p= v\np!= v\np #{v}\np !{v}")
    write("e.jinja", "{% autoescape true %}{{ v }}{% endautoescape %}")
    found = [(place.source.name, place.line) for place in Renderer(views).unescaped()]
    assert found == [
        ("a.mako", 2), ("a.mako", 3), ("a.mako", 4), ("a.mako", 5), ("b.mako", 1),
        ("c.jinja", 2), ("c.jinja", 3), ("c.jinja", 4), ("d.pug", 2), ("d.pug", 4),
    ]  # fmt: skip


@pytest.mark.usefixtures("faulty")
def test_the_command_lists_file_and_line_and_fails(views: Path, write: Write) -> None:
    write("raw.mako", "\n${v | n}")
    done = subprocess.run(
        [sys.executable, "-m", "growler_ext.renderer", "check", "views/"],
        cwd=views.parent, capture_output=True, text=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, "")
    for name, line in FAULTS:
        assert any(found.startswith(f"views/{name}:{line}: " if line else f"{name}: ") for found in lines), (
            name
        )
    assert "views/raw.mako:2: shown as it is, not escaped" in lines
    assert lines[-1] == f"{len(FAULTS)} mistakes, 1 place without escaping"


def test_the_command_is_content_with_good_templates(
    views: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("home.mako", "home")
    write("bad.jinja", "{{")
    assert main(["check", str(views), "--engine", "mako", "--engine", "format"]) == 0
    assert capsys.readouterr().out == "0 mistakes, 0 places without escaping\n"


def test_the_command_says_what_is_wrong_with_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "/no/such/folder"]) == 2
    assert "there is no directory /no/such/folder" in capsys.readouterr().err
