"""What growler-mako of 2016 and its own six tests ask of Growler, by an engine that asks the same.

It derives from `RenderEngine`, keeps templates by their path, and its tests work with mocks: `res` has no `render`
before, `send_html` is called with the text and nothing else.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from mako.template import Template

import growler
from growler import App
from growler.middleware.renderer import RenderEngine
from growler.testing import TestClient
from growler_ext.renderer import Renderer


class OldMako(RenderEngine):
    """Gives its arguments on, and reads a template again that has become younger."""

    default_file_extensions = [".mako", ".html.mako"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[Path, tuple[float, Any]] = {}

    def render_source(self, filename: str | Path, obj: Mapping[str, object] = {}) -> str:
        path = Path(filename).resolve()
        changed = path.stat().st_mtime
        if path not in self.kept or self.kept[path][0] < changed:
            self.kept[path] = changed, Template(path.read_text())
        text: str = self.kept[path][1].render(**obj)
        return text


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "foo.mako"
    page.write_text("hello ${name}")
    return page


@pytest.fixture
def engine(page: Path) -> OldMako:
    return OldMako(str(page.parent))


@pytest.fixture
def res(engine: OldMako) -> mock.Mock:
    """A response behind the engine, which had no `render` in front of it."""
    req, res = mock.Mock(), mock.Mock()
    del res.render
    engine(req, res)
    assert not req.called
    return res


def test_res_render_is_the_renderer_of_growler_middleware(res: mock.Mock) -> None:
    assert isinstance(res.render, growler.middleware.renderer.Renderer)


def test_a_source_is_rendered_by_its_path(engine: OldMako, page: Path) -> None:
    assert engine.render_source(page, {"name": "foo"}) == "hello foo"
    assert engine.render_source(str(page), {"name": "foo"}) == "hello foo"


@pytest.mark.parametrize("name", ["foo", "foo.mako"])
def test_send_html_is_called_with_the_text_alone(res: mock.Mock, name: str) -> None:
    res.render(name, {"name": "Jack"})
    res.send_html.assert_called_once_with("hello Jack")


def test_values_may_be_left_out(res: mock.Mock, page: Path) -> None:
    page.write_text("hello")
    res.render("foo.mako")
    res.send_html.assert_called_once_with("hello")


def test_the_engine_keeps_the_template_under_its_real_path(
    engine: OldMako, res: mock.Mock, page: Path
) -> None:
    res.render("foo.mako", {"name": "Jack"})
    assert list(engine.kept) == [page.resolve()]


def test_a_file_that_was_touched_is_rendered_again(engine: OldMako, res: mock.Mock, page: Path) -> None:
    res.render("foo.mako", {"name": "Jack"})
    first = engine.kept[page.resolve()]
    os.utime(page, (first[0] + 5, first[0] + 5))
    res.render("foo.mako", {"name": "Jack"})
    assert engine.kept[page.resolve()] is not first
    assert res.send_html.mock_calls == [mock.call("hello Jack")] * 2


@pytest.mark.parametrize("old_first", [True, False])
def test_both_take_their_own_of_the_same_suffix(page: Path, engine: OldMako, old_first: bool) -> None:
    (page.parent / "new").mkdir()
    (page.parent / "new" / "bar.mako").write_text("bye ${name}")
    new = Renderer(page.parent / "new", "mako")
    app = App()
    for middleware in (engine, new) if old_first else (new, engine):
        app.use(middleware)
    app.get("/:name", lambda req, res: res.render(req.params["name"], {"name": "<Jack>"}))
    with TestClient(app) as client:
        # The engine of 2016 escapes nothing, and says so in the log.
        assert client.get("/foo").text == "hello <Jack>"
        assert client.get("/bar.mako").text == "bye &lt;Jack&gt;"
