"""What pug refuses says the line and what to write instead; what fails while it renders says its line, too."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pypugjs")

from growler_ext.renderer import Renderer, TemplateError, TemplateNotFound

Write = Callable[..., Path]


def failure(views: Path, name: str = "home", **values: object) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        Renderer(views, "pug").render(name, values)
    return caught.value


def way(error: TemplateError) -> list[tuple[str, int | None]]:
    return [(place.source.name, place.line) for place in error.places]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("p= a ? b : c", "write b if a else c"),
        ("p= a && b", "write and"),
        ("p= a || b", "write or"),
        ("p= !a", "write not"),
        ("p= a === b", "write =="),
        ("p= a !== b", "write !="),
        ("p= `x ${y}`", 'write "..." ~ value'),
        ("p= a = b", "write =="),
        ("p= items.map(x => x)", "there are no functions"),
        ("p= typeof a", "write x is string"),
        ("p= new Date()", "there is no new"),
        ("p= a === undefined", "write =="),
        ("p= undefined", "write x is defined"),
        ("li= n++", "write n += 1"),
        ("- n++", "write n += 1"),
        ("p= a b", "something is missing"),
        ("p= a +", "is no expression"),
        ("p= (a", "( is not closed"),
        ("p= a)", ") closes nothing"),
        ("p= (a]", "( is closed by ]"),
        ("p= 'a", "a string that begins with ' is not closed"),
        ("p= ", "a value is missing"),
        ("p #{}", "an expression is missing"),
        ("p #{a", "} is missing"),
        ("p #[b", "] of an inline tag is missing"),
        ("p= a|nothing", "No filter named 'nothing'"),
        ("if a is nothing\n  p", "No test named 'nothing'"),
        ("p= loop.index", "value, key in items"),
        ("p= _pug_x", "is not there"),
        ("p= a|_pug_raw", "there is no filter"),
        ("- a.b = 1", "sets no variable"),
        ("- var {a, b} = c", "sets no variable"),
        ("- var loop = 1", "choose another name"),
        ("- for (var i = 0; i < 3; i++) {", "without dash and braces"),
        ("- for (var i = 0; i < 3; i++)", "each item in items"),
        ("- if (a) {", "without dash and braces"),
        ("- }", "without dash and braces"),
        ("- each a in b", "each item in items"),
        ("- break", "break belongs into each"),
        ("each a in b\n", "wants indented lines"),
        ("each a b\n  p", "each item in items"),
        ("each self in b\n  p", "choose another name"),
        ("elif a\n  p", "write else if"),
        ("while\n  p", "wants a condition"),
        ("case\n  when 1", "case wants a value"),
        ("when 1\n  p", "when belongs into a case"),
        ("mixin a\np", "wants indented lines"),
        ("mixin a(1)\n  p", "is no parameter"),
        ("mixin a(b, b)\n  p", "has a b already"),
        ("mixin a(block)\n  p", "has a block already"),
        ("mixin a(...b, c)\n  p", "behind ...b"),
        ("mixin a(b=1, c)\n  p", "needs a default"),
        ("each a in [1]\n  mixin b\n    p", "outside of loops"),
        ("+a(...b, c)", "behind a ... argument"),
        ("block", "write block NAME"),
        ("yield", "define a mixin"),
        ("include", "include wants the name"),
        ("include:markdown a.md", "there are no filters"),
        ("include a\n  p", "an include has no lines"),
        ("include nowhere", "no template 'nowhere'"),
        ("include ../../etc/passwd", "above the root"),
        ("include a\\b", "separated by /"),
        (":markdown\n  x", "there are no filters"),
        ("!!! 5", "write doctype html"),
        ('a(href="/u/#{id}")', 'href="..." ~ value'),
        ("a(b=)", "has no value"),
        ("a(b!c)", "write !="),
        ("a(b c=1 b=2)", "b is there twice"),
        ("a('b c'=1)", "is no name for an attribute"),
        ("a('b'c=1)", "a blank or a comma is missing"),
        ("a(b=x", ") of the attributes is missing"),
        ("a(b)c", "a blank is missing"),
        ("a:b:", "a blank is missing"),
        ("p.1", "is no class"),
        ("p#", "is no id"),
        ("+", "name of a mixin is missing"),
        ("&attributes(a)", "belongs to a tag"),
        ("(a)", "belong to a tag"),
        ("br x", "<br> has no content"),
        ("#{'a b'} x", "is no name for a tag"),
        ("= a\n  p", "has no lines below"),
        ("“x”", "text needs a |"),
        ("else\n  p", "else belongs behind"),
        ("if a\n  p\nelse b\n  p", "write else if"),
        ("default\n  p", "default belongs into a case"),
        ("case a\n  p", "only when and default"),
        ("case a\n  default 1\n    p", "default has no value"),
        ("case a\n  when", "when wants a value"),
        ("case a\n  when (1\n    p", "( is not closed"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_line(views: Path, write: Write, text: str, reason: str) -> None:
    write("home.pug", f"p\n\n{text}")
    error = failure(views, a=1, b=[1], c=3, items=[])
    assert error.name == "home.pug"
    # The first line of the snippet, or the one inside it that is wrong.
    assert error.line is not None
    assert 3 <= error.line <= 3 + text.rstrip().count("\n")
    assert reason in error.reason


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a(\n  b=1\n  c=(2\n  d=3)", 3),
        ("a(\n  b=1\n  c=2 +)", 3),
        ("a(\n  b=1\n  c=x ? 2 : 3)", 3),
        ("a(\n  b=1\n  c='x\n  d=3)", 3),
        ("a(\n  b=1\n  b=2)", 3),
        ("-\n  x = 1\n  y = a ? b : c", 3),
        ("-\n  x = 1\n  y = [\n    1,\n    (2", 5),
        ("p.\n  text\n  #{a b}", 3),
        ("p\n  | text\n  | #[b", 3),
        ("ul\n  li\n   p\n  b\n c", 5),
        ("ul\n  li\n\tp", 3),
        ("//-\n  (\n  [\np= (", 4),
    ],
)
def test_the_line_is_right_within_what_takes_several(views: Path, write: Write, text: str, line: int) -> None:
    write("home.pug", text)
    assert failure(views).line == line


def test_runtime_errors_name_the_line_in_every_construct(views: Path, write: Write) -> None:
    for text, line in (
        ("p\np= v", 2),
        ("p\n| #{v}", 2),
        ("p\n| text #[b= v]", 2),
        ("p.\n  a\n  #{v}", 3),
        ("a(b=1\n  c=v)", 2),
        ("a(b=1\n  class=v)", 2),
        ("a(\n  b=1)&attributes(v)", 2),
        ("p\nif v.x.y\n  p", 2),
        ("if no\n  p\nelse if v.x.y\n  p", 3),
        ("p\neach x in v\n  p", 2),
        ("each x in [1]\n  p\n  p= v", 3),
        ("each x in []\n  p\nelse\n  p= v", 4),
        ("- var x = 1\n- x = x + v.y", 2),
        ("-\n  x = 1\n  y = v.x.y", 3),
        ("- var i = 0\nwhile i < 2\n  p\n  - i += v.y", 4),
        ("case 1\n  when 1\n    p= v", 3),
        ("p\ncase v.x.y\n  when 1\n    p", 2),
        ("p\n#{v} x", 2),
        ("p\np!= v", 2),
        ("p\n- v.x.y", 2),
    ):
        write("home.pug", text)
        error = failure(views)
        assert (error.reason, error.line) == ("there is no value 'v'", line), text


def test_errors_in_mixins_name_the_call_too(views: Path, write: Write) -> None:
    write("home.pug", "mixin a(x)\n  p= x.y.z\n\ndiv\n  +a(1)")
    assert way(failure(views)) == [("home.pug", 5), ("home.pug", 2)]
    write("home.pug", "mixin a\n  div\n    block\n\n+a\n  p x\n  p= v")
    assert way(failure(views)) == [("home.pug", 5), ("home.pug", 3), ("home.pug", 7)]
    write("home.pug", "mixin a(x)\n  p= x\n\n+a")
    error = failure(views)
    assert (error.reason, error.line) == ("there is no value 'x'", 2)
    write("home.pug", "p\n+nothing(1)")
    assert failure(views).line == 2


@pytest.mark.parametrize("text", ["p\np= v", "p\np= a ? b : c", "p\na("])
def test_errors_in_other_files_name_the_way_there(views: Path, write: Write, text: str) -> None:
    write("part.pug", text)
    write("home.pug", "p\n\ninclude part")
    assert way(failure(views)) == [("home.pug", 3), ("part.pug", 2)]
    write("middle.pug", "div\n  include part")
    write("home.pug", "include middle")
    assert way(failure(views)) == [("home.pug", 1), ("middle.pug", 2), ("part.pug", 2)]
    write("a/home.pug", "p\np\ninclude ../part")
    assert way(failure(views, "a/home")) == [("a/home.pug", 3), ("part.pug", 2)]


@pytest.mark.parametrize("line", ["p= v", "p= a ? b : c"])
def test_errors_in_parents_and_blocks_name_the_way_there(views: Path, write: Write, line: str) -> None:
    write("home.pug", f"extends layout\nblock content\n  p\n  {line}")
    write("layout.pug", "doctype html\nbody\n  block content")
    assert way(failure(views)) == [("home.pug", 4)]
    write("home.pug", "//- page\nextends layout\nblock content\n  p")
    write("layout.pug", f"doctype html\nbody\n  block content\n  {line}")
    assert way(failure(views)) == [("home.pug", 2), ("layout.pug", 4)]


def test_mistakes_in_inheritance_are_errors_of_the_page(views: Path, write: Write) -> None:
    write("layout.pug", "block content\nblock foot")
    write("home.pug", "extends layout\nblock contents\n  p")
    assert "did you mean 'content'?" in failure(views).reason
    write("home.pug", "extends layout\nblock zzz\n  p")
    assert "no parent has a block 'zzz', but content, foot" in failure(views).reason
    write("home.pug", "extends layout\nblock content\n  p\np x")
    error = failure(views)
    assert (error.line, "put it into a block" in error.reason) == (4, True)
    write("home.pug", "p\nextends layout")
    assert failure(views).line == 2
    write("home.pug", "extends layout\nextends layout")
    assert failure(views).line == 2


def test_files_that_include_each_other_are_refused(views: Path, write: Write) -> None:
    write("home.pug", "p\ninclude a/one")
    write("a/one.pug", "include two")
    write("a/two.pug", "p\np\ninclude ../home")
    error = failure(views)
    assert way(error) == [("home.pug", 2), ("a/one.pug", 1), ("a/two.pug", 3)]
    assert "home.pug > a/one.pug > a/two.pug > home.pug" in error.reason
    write("home.pug", "extends home")
    assert failure(views).line == 1


def test_a_name_that_leads_nowhere_is_not_found(views: Path, write: Write) -> None:
    renderer = Renderer(views, "pug")
    for name in ("home", "../home", "/etc/passwd", "home.pug\0", "a/../../b", "home.pug/"):
        with pytest.raises(TemplateNotFound):
            renderer.render(name)
    write("home.pug", "include part")
    assert "no template 'part'" in failure(views).reason


def test_a_file_that_is_not_utf_8_names_the_byte(views: Path, write: Write) -> None:
    write("part.pug", b"p\np caf\xe9")
    write("home.pug", "include part")
    error = failure(views)
    assert way(error) == [("home.pug", 1), ("part.pug", 2)]
    assert "0xe9" in error.reason


def test_messages_hold_no_values(views: Path, write: Write) -> None:
    write("home.pug", "p= other\np= secret.nothing\n")
    error = failure(views, other="value-one", secret={"k": "value-two"})
    assert "value-" not in str(error)
    assert error.line == 2
