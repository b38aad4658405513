"""The example shop sends the same page in each of its four engines."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from growler.testing import TestClient
from growler.testing.client import Client
from growler_ext.renderer import Renderer
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.servers import Running

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "templates"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example_templates", FOLDER / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def client(example: ModuleType) -> Iterator[Client]:
    with TestClient(example.build()) as client:
        yield client


def without_blanks(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\s*(<[^>]*>)\s*", r"\1", text)).strip()


@pytest.mark.parametrize("target", ["", "?only=left", "/rows", "/rows?only=left"])
def test_every_engine_sends_the_same_page(client: Client, example: ModuleType, target: str) -> None:
    path, _, query = target.partition("?")
    replies = [client.get(f"/shop/{engine}{path}?{query}") for engine in example.SUFFIXES]
    assert {reply.status for reply in replies} == {200}
    assert len({without_blanks(reply.text) for reply in replies}) == 1
    assert "&lt;script&gt;alert(&#39;tea&#39;)&lt;/script&gt;" in replies[0].text
    assert "<script" not in replies[0].text


def test_every_engine_writes_the_same_mail(client: Client, example: ModuleType) -> None:
    replies = [client.get(f"/mail/{engine}") for engine in example.SUFFIXES]
    assert {reply.headers["content-type"] for reply in replies} == {"text/plain; charset=utf-8"}
    assert {reply.text.strip() for reply in replies} == {
        "Dear Ada <ada@example.org>,\n\nyour Assam is on its way."
    }


def test_an_engine_that_is_not_there_is_a_404(client: Client) -> None:
    assert client.get("/shop/nunjucks").status == 404


def test_its_templates_are_in_order() -> None:
    renderer = Renderer(FOLDER / "views")
    assert (renderer.check(), renderer.unescaped()) == ([], [])


@pytest.mark.browser
def test_the_sources_stand_side_by_side(browser, example: ModuleType) -> None:  # noqa: F811 - the fixture
    with Running("native", example.build()) as port:
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/")
        boxes = [figure.bounding_box() for figure in page.query_selector_all("figure")[:4]]
        assert len({box["y"] for box in boxes}) == 1
        assert len({box["x"] for box in boxes}) == 4
        for engine in example.SUFFIXES:
            page.goto(f"http://127.0.0.1:{port}/shop/{engine}")
            assert page.locator("tbody tr").count() == 3
            assert page.locator("tbody td").nth(8).inner_text() == "<script>alert('tea')</script>"
