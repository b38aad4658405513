"""Sources that are meant to hurt: depth is refused with its line, and work grows with the length and not its square."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType

import pytest

pytest.importorskip("pypugjs")

from hypothesis import example, given, settings
from hypothesis import strategies as st

from growler_ext.renderer import TemplateError
from growler_ext.renderer.engines.pug import PugEngine
from growler_ext.renderer.engines.pug.linker import MAX_FILES, MAX_NODES, MAX_WAY
from growler_ext.renderer.testing import MemoryLoader, make_source

ENGINE = PugEngine()


def render(text: str, values: Mapping[str, object] = {}, files: Mapping[str, str] = {}) -> str:
    return ENGINE.compile(make_source(text), MemoryLoader(ENGINE, files), escape=True).render(dict(values))


def refused(text: str, files: Mapping[str, str] = {}) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        render(text, {}, files)
    return caught.value


def nested(line: str, depth: int, last: str = "p x") -> str:
    lines = [" " * number + line for number in range(depth)]
    return "\n".join([*lines, " " * depth + last])


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (nested("p", 2000), 102, "tags stand in tags"),
        ("p\n" + "a: " * 2000 + "b", 2, "tags stand in tags"),
        ("p\np " + "#[b " * 2000, 2, "inline tags"),
        ("p\np " + "#[b " * 2000 + "]" * 2000, 2, "inline tags"),
        (nested("if x", 90), 41, "loops, conditions and calls"),
        (nested("each x in [1]", 90), 16, "loops stand in loops"),
        (nested("while x", 90), 16, "loops stand in loops"),
        (nested("+m", 90) + "\nmixin m\n  p", 41, "loops, conditions and calls"),
        (nested("case x", 0) + "\np= " + "(" * 5000, 2, "brackets in brackets"),
        ("p= " + "(" * 39 + "1" + ")" * 39 + "\np(a=" + "[" * 5000 + ")", 2, "brackets in brackets"),
        ("p\np #{" + "{" * 5000, 2, "brackets in brackets"),
        ("p\np= " + "not " * 5000 + "x", 2, "operations in operations"),
        ("p\np= 1" + " + 1" * 5000, 2, "operations in operations"),
        ("p\np= x" + ".a" * 5000, 2, "operations in operations"),
        ("p\np= x" + "|upper" * 5000, 2, "operations in operations"),
        ("p\np= " + "x if x else " * 5000 + "x", 2, "operations in operations"),
        ("p\np= " + "x and " * 5000 + "x", 2, "operations in operations"),
    ],
)
def test_depth_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    text = text.replace("case x\n", "")
    error = refused(text if not text.startswith("p x\n") else "p x\n" + text.split("\n", 1)[1])
    assert error.line == line
    assert reason in error.reason


def test_what_people_write_is_not_too_deep() -> None:
    assert render(nested("p", 99)).count("<p>") == 100
    assert render(nested("if x", 39), {"x": 1}) == "<p>x</p>"
    assert render(nested("each x in [1]", 14)) == "<p>x</p>"
    assert render("p= " + " ~ ".join(["'a'"] * 500)) == f"<p>{'a' * 500}</p>"
    assert render("if no\n  p\n" + "else if no\n  p\n" * 500 + "else\n  b x", {"no": 0}) == "<b>x</b>"
    assert render("case 1\n" + "  when 2\n" * 500 + "  when 1: b x") == "<b>x</b>"


def test_too_many_files_are_refused() -> None:
    doubled = {f"f{number}": f"include f{number + 1}\ninclude f{number + 1}" for number in range(20)}
    error = refused("p\ninclude f0", {**doubled, "f20": "p"})
    assert f"more than {MAX_FILES} files" in error.reason
    assert error.places[0].line == 2
    chain = {f"f{number}": f"include f{number + 1}" for number in range(100)}
    error = refused("p\ninclude f0", {**chain, "f100": "p"})
    assert f"more than {MAX_WAY} deep" in error.reason
    error = refused("include big.txt\n" * 5, {"big.txt": "x" * 500_000})
    assert ("characters" in error.reason, error.line) == (True, 5)
    error = refused("p" + "x" * 2_000_000 + "\np x")
    assert ("characters" in error.reason, error.line) == (True, 2)


def test_blocks_that_double_with_each_parent_are_refused() -> None:
    files = {"f0": "block b0"}
    for number in range(1, 26):
        block = f"  div\n    block b{number}\n"
        files[f"f{number}"] = f"extends f{number - 1}\nblock b{number - 1}\n{block}{block}"
    assert render("extends f3\nblock b3\n  p", {}, files).count("<p>") == 8
    error = refused("extends f25\nblock b25\n  p", files)
    assert f"more than {MAX_NODES} parts" in error.reason


def test_depth_counts_over_files() -> None:
    part = nested("p", 60, "include {}")
    error = refused(part.format("one"), {"one": part.format("two"), "two": "p"})
    assert "those of all the files together" in error.reason
    page = nested("p", 60, "block b")
    error = refused("extends layout\nblock b\n" + nested(" p", 60), {"layout": page})
    assert "those of all the files together" in error.reason


def calls_of(function: Callable[[], object]) -> int:
    """How many calls of functions, of Python and of C, something makes."""
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        function()
    except TemplateError:
        pass  # what it says is another test
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "make",
    [
        lambda n: ".a" * n,
        lambda n: "p " + "#{x}" * n,
        lambda n: "p " + "#[b y]" * n,
        lambda n: "p " + "\\#{" * n,
        lambda n: "p(" + " ".join(f"a{i}=x" for i in range(n)) + ")",
        lambda n: "p(a=x" + " + x" * n + ")",
        lambda n: "p(a=x" + " [a]" * n + ")",
        lambda n: "p x\n" * n,
        lambda n: "<b>\n" * n,
        lambda n: "|\n" * n,
        lambda n: "\n" * n,
        lambda n: "p.\n" + "\n".join(" " * (n - i) + "x" for i in range(n - 1)),
        lambda n: "//-\n" + "  x\n" * n,
        lambda n: "if x\n  p\n" + "else if x\n  p\n" * n,
        lambda n: "".join(f"mixin a{i}\n  p\n+a{i}\n" for i in range(n)),
        lambda n: "-\n" + "  x = 1\n" * n,
        lambda n: "mixin a(" + ", ".join(f"b{i}" for i in range(n)) + ")\n  p",
        lambda n: "p" + "&attributes(x)" * n,
        lambda n: "p= [" + "1, " * n + "]",
        lambda n: "each " + "a" * n,
        lambda n: "p" + "(" * n,
        lambda n: "ul\n" + "\n".join(f"  li\n    a(\n      href=x\n      b={i})" for i in range(n)),
    ],
)  # fmt: skip
def test_work_grows_with_the_length(make: Callable[[int], str]) -> None:
    small, large = make(100), make(400)
    assert calls_of(lambda: render(large, {"x": {}})) < 5 * calls_of(lambda: render(small, {"x": {}})) + 1000


ALPHABET = "()[]{}\"'`#!|.,:;=+-*/&<>\\ \n\t%~@$?^_a1é\r\x00 "
LINES = (
    "p", "p text", ".a", "#b", "| text", "p.", "= x", "!= x", "if x", "else", "else if x", "each v in items", "case x",
    "when 1", "default", "- var q = 1", "p #{x} #[b y]", "<b>", "//", "//- x", "a(b=x c='d')", "mixin m(a, ...b)",
    "+m(1)", "block", "block b", "append b", "extends layout", "include part", "while no", "&attributes(x)", "foo/",
    "a: b", "-", "- break", "(", "#{x}", "p(a=", "p= [", ":f", "doctype html",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(ALPHABET, max_size=60),
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from(LINES)), max_size=12).map(
            lambda lines: "\n".join("  " * depth + line for depth, line in lines)
        ),
    )
)
@example("p= x\x00")
@example("a(class=['a' ['b']])")
def test_any_text_renders_or_is_an_error_with_a_line(text: str) -> None:
    files = {"layout": "block b", "part": "p x"}
    loader = MemoryLoader(ENGINE, files)
    line: int | None = 0
    try:
        template = ENGINE.compile(make_source(text), loader, escape=True)
        ENGINE.inspect(make_source(text))
        template.render({"x": 1, "items": [1], "no": False})
    except TemplateError as error:
        line = error.line
    except Exception as error:
        line = ENGINE.explain(error).places[-1].line
    assert line is not None
