"""The page in development: what an error tells of itself, and which errors belong to its story."""

from __future__ import annotations

from growler import App
from growler.errorpages.trace import Explanation, Frame, Line
from growler.testing import TestClient

PAGE = {"Accept": "text/html"}


class RecipeError(Exception):
    """Knows in which line of which recipe it came up."""

    def __growler_explain__(self) -> Explanation:
        line = Line(3, "add {salt} & <pepper>", True, (4, 10))
        place = Frame("/recipes/soup.txt", 3, "soup", True, (line,))
        facts = {"Ingredients": {"<salt>": "0 & nothing"}}
        return Explanation("there is no salt & no <pepper>", "Where in the recipe", (place,), facts)


def shown(raise_it):
    app = App(debug=True)
    app.get("/", raise_it)
    with TestClient(app) as client:
        return client.get("/", headers=PAGE).text


def test_what_an_error_explains_stands_on_the_page_escaped():
    def cook(req, res):
        raise RecipeError("no soup")

    page = shown(cook)
    assert "there is no salt &amp; no &lt;pepper&gt;" in page
    assert "<h2>Where in the recipe</h2>" in page
    assert "/recipes/soup.txt" in page
    assert "add <mark>{salt}</mark> &amp; &lt;pepper&gt;" in page
    assert "<h2>Ingredients</h2>" in page
    assert "<th>&lt;salt&gt;</th><td>0 &amp; nothing</td>" in page


def test_an_error_that_led_to_another_is_explained_too():
    def serve_soup(req, res):
        try:
            raise RecipeError
        except RecipeError as error:
            raise LookupError("no soup") from error

    page = shown(serve_soup)
    assert "It was raised because of" in page
    assert "<h2>Where in the recipe</h2>" in page


def test_an_explanation_without_places_has_no_list_of_them():
    class Plain(Exception):
        def __growler_explain__(self) -> Explanation:
            return Explanation("nothing to show", "Where", (), {})

    def fail(req, res):
        raise Plain

    page = shown(fail)
    assert "nothing to show" in page
    assert "<h2>Where</h2>" not in page


def test_what_was_handled_meanwhile_belongs_to_the_story():
    def fail(req, res):
        try:
            raise KeyError("first")
        except KeyError:
            raise LookupError("second")  # noqa: B904 - the point of the test

    page = shown(fail)
    assert "<b>KeyError</b>" in page
    assert "<h2>It happened while this was handled</h2>" in page


def test_raise_from_none_ends_the_story():
    def fail(req, res):
        try:
            raise KeyError("not to be told")
        except KeyError:
            raise LookupError("told") from None

    page = shown(fail)
    assert "<b>KeyError</b>" not in page  # as markup: the lines above are on the page, too
    assert "<h2>It happened while this was handled</h2>" not in page
