"""Engines by name: ours, those of others, and their options."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from growler_ext.renderer import Renderer
from growler_ext.renderer.engines import registry
from growler_ext.renderer.engines.format import FormatEngine
from growler_ext.renderer.engines.mako import MakoEngine

Install = Callable[..., None]
Write = Callable[..., Path]

UPPER = """
from growler_ext.renderer.engines.format import FormatEngine

class UpperEngine(FormatEngine):
    name = "{name}"
    suffixes = (".{name}",)

    def __init__(self, *, ending="!"):
        super().__init__()
        if not isinstance(ending, str):
            raise ValueError("ending is a str")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """`install("upper")`: as if a distribution with such an engine was installed."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)

    def install(name: str, distribution: str = "growler-upper") -> None:
        module = distribution.replace("-", "_")
        info = site / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{registry.GROUP}]\n{name} = {module}:UpperEngine\n")
        (site / f"{module}.py").write_text(UPPER.format(name=name))
        monkeypatch.delitem(sys.modules, module, raising=False)

    return install


def test_an_engine_of_another_distribution_has_a_name(views: Path, write: Write, install: Install) -> None:
    install("upper")
    write("home.upper", "hello {name}")
    assert (
        Renderer(views, "upper", options={"upper": {"ending": "?"}}).render("home", {"name": "<"})
        == "hello &lt;"
    )
    assert "upper" in repr(Renderer(views))


def test_two_distributions_with_one_name_are_an_error_that_names_both(views: Path, install: Install) -> None:
    install("upper")
    install("upper", "growler-louder")
    with pytest.raises(
        ImportError, match=r"an engine 'upper', growler-(upper|louder) and growler-(upper|louder)"
    ):
        Renderer(views, "upper")


@pytest.mark.parametrize("name", ["mako", "jade"])
def test_one_of_our_names_is_taken(views: Path, install: Install, name: str) -> None:
    install(name)
    with pytest.raises(ImportError, match=f"'{name}'.* and growler-upper"):
        Renderer(views)


def test_jade_is_pug_and_jinja2_is_jinja(views: Path, write: Write) -> None:
    write("home.jade", "p= v")
    write("home.jinja2", "{{ v }}")
    assert Renderer(views, "jade").render("home", {"v": 1}) == "<p>1</p>"
    assert (
        Renderer(views, "jinja2", options={"jinja2": {"trim_blocks": True}}).render("home", {"v": 1}) == "1"
    )


@pytest.mark.parametrize(
    ("engine", "options", "message"),
    [
        ("mako", {"mako": {"colour": 1}}, "options of 'mako': there is no 'colour', but 'escape', 'imports'"),
        ("mako", {"mako": {"default_filters": []}}, "default_filters would turn escaping off without a word"),
        ("jinja", {"jinja": {"autoescape": False}}, "autoescape would turn escaping off without a word"),
        ("mako", {"mako": {"imports": "import x"}}, "options of 'mako': imports is a list of lines"),
        ("mako", {"jinja": {}}, "options of 'jinja': it is not among the engines"),
        (MakoEngine(), {"mako": {}}, "objects: give the object its options"),
        ("mako", {"mako": ["imports"]}, "options of 'mako' are a mapping"),
        ("format", {"format": {"x": 1}}, "options of 'format': there is no 'x', but 'escape'"),
        (FormatEngine, {}, r"FormatEngine is a class: give the Renderer an engine, FormatEngine\(\)"),
        (object(), {}, "is no engine: it has no name, suffixes, reserved, compile, explain, inspect"),
    ],
)
def test_wrong_engines_and_options_are_told_at_wiring(
    views: Path, engine: Any, options: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Renderer(views, engine, options=options)


@pytest.mark.parametrize(
    ("name", "suffix", "text"),
    [
        ("mako", "mako", "${v}"),
        ("pug", "pug", "| #{v}"),
        ("jinja", "jinja", "{{ v }}"),
        ("format", "tmpl", "{v}"),
        ("template", "tpl", "$v"),
    ],
)
def test_escaping_is_off_for_those_who_say_so(
    views: Path, write: Write, name: str, suffix: str, text: str
) -> None:
    write(f"home.{suffix}", text)
    assert Renderer(views, name, options={name: {"escape": False}}).render("home", {"v": "<b>"}) == "<b>"
    assert Renderer(views, name).render("home", {"v": "<b>"}) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("engine", "library", "extra"),
    [
        ("jade", "pypugjs", "jade"),
        ("pug", "jinja2", "jade"),
        ("jinja", "jinja2", "jinja"),
        ("mako", "mako", "mako"),
    ],
)
def test_a_missing_library_names_its_extra(
    views: Path, monkeypatch: pytest.MonkeyPatch, engine: str, library: str, extra: str
) -> None:
    for name in [
        name
        for name in sys.modules
        if name.startswith(f"growler_ext.renderer.engines.{registry.canonical(engine)}")
    ]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    # None makes its import fail as that of a missing module does.
    monkeypatch.setitem(sys.modules, library, None)  # type: ignore[arg-type]  # documented, not in the stubs
    with pytest.raises(ValueError, match=rf"is not installed: pip install growler-ext-renderer\[{extra}\]"):
        Renderer(views, engine)
    (views / "home.tmpl").write_text("rest")
    assert Renderer(views).render("home") == "rest"


def test_a_directory_in_an_archive_is_refused() -> None:
    class Archived:
        def __repr__(self) -> str:
            return "Archived"

    with pytest.raises(ValueError, match="Archived is no directory of the file system"):
        Renderer(Archived())  # type: ignore[arg-type]  # what a zip file gives for importlib.resources.files
