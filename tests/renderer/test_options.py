"""Wrong configuration is told when the app is wired, all of it."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from growler_ext.renderer import Fault, Inspection, Loader, Renderer, Source, Template


class OtherEngine:
    name = "other"
    suffixes = (".mako",)
    reserved = frozenset({"self"})

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> Template:
        raise NotImplementedError

    def explain(self, error: Exception, /) -> Fault:
        raise NotImplementedError

    def inspect(self, source: Source, /) -> Inspection:
        raise NotImplementedError


@pytest.fixture
def no_mako(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if mako was not installed: None in sys.modules makes its import fail as a missing module does."""
    monkeypatch.setitem(sys.modules, "mako", None)  # type: ignore[arg-type]  # documented, not in the stubs
    monkeypatch.delitem(sys.modules, "growler_ext.renderer.engines.mako", raising=False)


def test_all_mistakes_are_told_at_once(views: Path) -> None:
    with pytest.raises(ValueError, match="Renderer cannot render like this") as caught:
        Renderer([views, "nowhere", "neither"], ["mako", "nunjucks"], globals={"loop": 1})
    assert str(caught.value).splitlines()[1:] == [
        f"- there is no directory {os.path.abspath('nowhere')}: create it or correct the path",
        f"- there is no directory {os.path.abspath('neither')}: create it or correct the path",
        "- there is no engine 'nunjucks': known are 'mako', 'pug', 'jinja', 'format', 'template'",
        "- globals: mako keeps 'loop' for itself: give the value another name",
    ]


def test_a_file_is_no_directory(views: Path) -> None:
    (views / "home.mako").touch()
    with pytest.raises(ValueError, match=r"home\.mako is a file: give the directory it lies in"):
        Renderer(views / "home.mako")


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        ({"path": ""}, 'the path is empty: for the current directory write "."'),
        ({"path": ["views", ""]}, "the path is empty"),
        ({"path": b"views"}, "b'views' is no directory of the file system: give its path"),
        ({"path": None}, "None is no directory of the file system: give its path, or a list of paths"),
        ({"engine": "Mako"}, "there is no engine 'Mako'; did you mean 'mako'?"),
        ({"engine": ".jade"}, "there is no engine '.jade'; did you mean 'jade'?"),
        ({"engine": ["jinja", "jinja2"]}, "'jinja' and 'jinja2' are one engine: name one of them"),
        ({"engine": ["mako", "mako"]}, "the engine 'mako' is named twice"),
        ({"engine": 5}, "5 is no engine: it has no name"),
        ({"options": None}, "options are a mapping, not NoneType"),
        (
            {"options": {"imports": ["x"]}},
            "options of 'imports' are a mapping, one for each engine: options={",
        ),
        ({"globals": None}, "globals are a mapping, not NoneType"),
        ({"reload": "no"}, "reload is True, False or None, not 'no'"),
        ({"symlinks": "no"}, "symlinks is True or False, not 'no'"),
        ({"symlinks": None}, "symlinks is True or False, not None"),
    ],
)
def test_a_mistake_is_told_once_and_with_its_mend(
    views: Path, arguments: dict[str, Any], mistake: str
) -> None:
    with pytest.raises(ValueError, match="Renderer cannot render like this") as caught:
        Renderer(**{"path": views, **arguments})
    told = [line for line in str(caught.value).splitlines() if "there is no directory" not in line]
    assert len(told) == 2
    assert mistake in told[1]


def test_no_directory_and_no_engine_are_mistakes() -> None:
    with pytest.raises(ValueError, match=r"no directory is given.*\n.*no engine is chosen"):
        Renderer([], [])


def test_two_engines_for_one_suffix_are_a_mistake(views: Path) -> None:
    with pytest.raises(ValueError, match=r"'mako' and 'other' both want \.mako: choose one of them"):
        Renderer(views, ["mako", OtherEngine()])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"data": b"x"}, "globals: the value 'data' is bytes"), (["x"], "globals are a mapping")],
)
def test_globals_are_checked_like_values(views: Path, wrong: Mapping[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Renderer(views, globals=wrong)


@pytest.mark.usefixtures("no_mako")
def test_a_missing_library_names_the_extra(views: Path) -> None:
    with pytest.raises(ValueError, match=r"not installed: pip install growler-ext-renderer\[mako\]"):
        Renderer(views, "mako")


@pytest.mark.usefixtures("no_mako")
def test_without_a_choice_the_installed_engines_serve(views: Path) -> None:
    (views / "home.tmpl").write_text("hello")
    renderer = Renderer(views)
    assert "format" in repr(renderer)
    assert "mako" not in repr(renderer)
    assert renderer.render("home") == "hello"


def test_what_a_library_itself_misses_is_not_hidden(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def import_module(name: str) -> None:
        raise ModuleNotFoundError("No module named 'markupsafe'", name="markupsafe")

    # Taking it away for real would leave two copies of mako to the tests after this one.
    monkeypatch.setattr("growler_ext.renderer.engines.registry.import_module", import_module)
    for engine in ("mako", None):
        with pytest.raises(ModuleNotFoundError, match="markupsafe"):
            Renderer(views, engine)


def test_the_directory_stays_where_it_was(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (views / "home.tmpl").write_text("hello")
    monkeypatch.chdir(views.parent)
    renderer = Renderer("views")
    monkeypatch.chdir("/")
    assert renderer.render("home") == "hello"


def test_repr_shows_directories_engines_and_reloading(views: Path) -> None:
    expected = f"<Renderer {views}; mako, format; reload: in development>"
    assert repr(Renderer(views, ["mako", "format"])) == expected
    assert repr(Renderer(views, "format", reload=True)) == f"<Renderer {views}; format; reload: True>"


def test_an_engine_of_ones_own_is_taken(views: Path) -> None:
    assert "other" in repr(Renderer(views, OtherEngine()))
