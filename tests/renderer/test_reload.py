"""What is kept, and what is looked for again."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from growler_ext.renderer import (
    Fault,
    Inspection,
    Loader,
    Renderer,
    Source,
    Template,
    TemplateError,
    TemplateNotFound,
)

Write = Callable[..., Path]


class IncludingEngine:
    """Puts other files into the template while it is compiled: a line `+name` is the file of that name."""

    name = "including"
    suffixes = (".inc",)
    reserved: frozenset[str] = frozenset()

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> Template:
        lines = [
            loader.load(line[1:], source.name).text if line.startswith("+") else line
            for line in source.text.splitlines()
        ]
        return Joined(" ".join(lines))

    def explain(self, error: Exception, /) -> Fault:
        return Fault(str(error))

    def inspect(self, source: Source, /) -> Inspection:
        return Inspection()


class Joined:
    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, values: Mapping[str, object], block: str | None = None, /) -> str:
        return self.text


def set_time(path: Path, mtime_ns: int) -> None:
    os.utime(path, ns=(mtime_ns, mtime_ns))


def edit(views: Path, write: Write) -> None:
    write("home.mako", "new and longer")


def edit_within_the_same_tick(views: Path, write: Write) -> None:
    before = (views / "home.mako").stat().st_mtime_ns
    set_time(write("home.mako", "new and longer"), before)


def edit_with_an_older_time(views: Path, write: Write) -> None:
    set_time(write("home.mako", "new"), 0)


def edit_that_keeps_size_and_time(views: Path, write: Write) -> None:
    before = (views / "home.mako").stat().st_mtime_ns
    set_time(write("home.mako", "new"), before)


def replace_by_rename(views: Path, write: Write) -> None:
    before = (views / "home.mako").stat().st_mtime_ns
    other = write("other", "new")
    set_time(other, before)
    other.rename(views / "home.mako")


def new_file_in_an_earlier_directory(views: Path, write: Write) -> None:
    write("../theme/home.mako", "new")


@pytest.mark.parametrize(
    "change",
    [
        edit,
        edit_within_the_same_tick,
        edit_with_an_older_time,
        edit_that_keeps_size_and_time,
        replace_by_rename,
        new_file_in_an_earlier_directory,
    ],
)
def test_a_change_shows_when_reloading_and_never_else(
    views: Path, write: Write, change: Callable[[Path, Write], None]
) -> None:
    write("home.mako", "old")
    (views.parent / "theme").mkdir()
    directories = [views.parent / "theme", views]
    reloading, keeping = Renderer(directories, reload=True), Renderer(directories, reload=False)
    assert (reloading.render("home"), keeping.render("home")) == ("old", "old")
    change(views, write)
    assert reloading.render("home").startswith("new")
    assert keeping.render("home") == "old"


@pytest.mark.parametrize("changed", ["layout.mako", "part.mako"])
def test_a_changed_parent_or_include_shows_when_reloading(views: Path, write: Write, changed: str) -> None:
    write("layout.mako", "old ${next.body()}")
    write("part.mako", "old")
    write("home.mako", '<%inherit file="layout.mako"/><%include file="part.mako"/>')
    reloading, keeping = Renderer(views, reload=True), Renderer(views, reload=False)
    assert (reloading.render("home"), keeping.render("home")) == ("old old", "old old")
    write(changed, "newer ${next.body()}" if changed == "layout.mako" else "newer")
    assert "newer" in reloading.render("home")
    assert keeping.render("home") == "old old"


@pytest.mark.parametrize("changed", ["layout.pug", "part.pug", "deep/inner.pug", "style.css"])
def test_a_file_that_is_compiled_into_a_pug_template_shows_when_reloading(
    views: Path, write: Write, changed: str
) -> None:
    texts = {
        "layout.pug": "| old \nblock body",
        "part.pug": "| old \ninclude deep/inner",
        "deep/inner.pug": "| old ",
        "style.css": "old",
    }
    for name, text in texts.items():
        write(name, text)
    write("home.pug", "extends layout\nblock body\n  include part\n  include style.css")
    reloading, keeping = Renderer(views, reload=True), Renderer(views, reload=False)
    assert (reloading.render("home").split(), keeping.render("home").split()) == (["old"] * 4, ["old"] * 4)
    write(changed, texts[changed].replace("old", "new"))
    assert reloading.render("home").count("new") == 1
    assert keeping.render("home").split() == ["old"] * 4


def test_a_file_that_was_only_touched_is_not_compiled_again(views: Path, write: Write) -> None:
    path = write("home.mako", "<%! import itertools; counter = itertools.count() %>${next(counter)}")
    renderer = Renderer(views, reload=True)
    assert renderer.render("home") == "0"
    set_time(path, 0)
    assert renderer.render("home") == "1"


def test_files_read_while_compiling_are_looked_at_too(views: Path, write: Write) -> None:
    write("sub/part.inc", "old")
    write("sub/style.css", "a{}")
    write("sub/home.inc", "+part\n+style.css")
    reloading, keeping = (Renderer(views, IncludingEngine(), reload=reload) for reload in (True, False))
    assert (reloading.render("sub/home"), keeping.render("sub/home")) == ("old a{}", "old a{}")
    write("sub/part.inc", "newer")
    assert reloading.render("sub/home") == "newer a{}"
    write("sub/style.css", "b{}  ")
    assert reloading.render("sub/home") == "newer b{}  "
    assert keeping.render("sub/home") == "old a{}"


@pytest.mark.parametrize("name", ["../../secret", "/../secret", "nowhere", "..\\..\\secret"])
def test_files_read_while_compiling_lie_inside_too(views: Path, write: Write, name: str) -> None:
    write("../secret", "secret")
    write("sub/home.inc", f"+{name}")
    with pytest.raises(TemplateError) as caught:
        Renderer(views, IncludingEngine()).render("sub/home")
    assert isinstance(caught.value.__cause__, TemplateNotFound)


def test_a_deleted_template_is_not_found_when_reloading(views: Path, write: Write) -> None:
    path = write("home.mako", "old")
    reloading, keeping = Renderer(views, reload=True), Renderer(views, reload=False)
    assert (reloading.render("home"), keeping.render("home")) == ("old", "old")
    path.unlink()
    with pytest.raises(TemplateNotFound):
        reloading.render("home")
    assert keeping.render("home") == "old"


def test_a_template_is_compiled_once(views: Path, write: Write) -> None:
    write("home.mako", "<%! import itertools; counter = itertools.count() %>${next(counter)}")
    for reload in (True, False):
        renderer = Renderer(views, reload=reload)
        assert [renderer.render("home") for _ in range(3)] == ["0", "1", "2"]


def test_a_mended_template_is_compiled_again(views: Path, write: Write) -> None:
    write("home.mako", "${")
    renderer = Renderer(views, reload=True)
    with pytest.raises(TemplateError):
        renderer.render("home")
    write("home.mako", "mended")
    assert renderer.render("home") == "mended"


@pytest.mark.parametrize(("environment", "text"), [("development", "newer"), ("production", "old")])
def test_outside_of_a_request_the_environment_decides(
    views: Path, write: Write, monkeypatch: pytest.MonkeyPatch, environment: str, text: str
) -> None:
    monkeypatch.setenv("GROWLER_ENV", environment)
    renderer = Renderer(views)
    write("home.mako", "old")
    assert renderer.render("home") == "old"
    write("home.mako", "newer")
    assert renderer.render("home") == text


def test_threads_see_a_template_wholly_old_or_wholly_new(views: Path, write: Write) -> None:
    texts = ["a" * 5000 + "${v}", "b" * 7000 + "${v}"]
    write("home.mako", texts[0])
    renderer = Renderer(views, reload=True)
    seen: set[str] = set()
    failures: list[Exception] = []
    done = threading.Event()

    def render() -> None:
        while not done.is_set():
            try:
                seen.add(renderer.render("home", {"v": "!"}))
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=render) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(60):
        write("new", texts[number % 2]).rename(views / "home.mako")
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert seen <= {"a" * 5000 + "!", "b" * 7000 + "!"}
