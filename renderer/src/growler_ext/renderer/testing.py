"""What every engine has to do, as tests for pytest: subclass `EngineContract`, name the class `Test...`, run it.

class TestMako(EngineContract):
    engine = MakoEngine()
    broken = "${"

    def shown(self, name):
        return "${" + name + "}"
"""

from __future__ import annotations

from collections.abc import Mapping

from growler_ext.renderer.contract import Engine, Fault, Source, Stamp, Template
from growler_ext.renderer.errors import TemplateError, TemplateNotFound
from growler_ext.renderer.names import join

HOSTILE = """<script>alert(1)</script>"x' onload=y &amp;"""
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;x&#39; onload=y &amp;amp;"

# What other systems take out of the values for themselves, and what engines are likely to call their own things.
_NAMES = (
    *(
        "settings",
        "cache",
        "layout",
        "options",
        "filename",
        "debug",
        "block",
        "status",
        "type",
        "name",
        "values",
    ),
    *(
        "source",
        "template",
        "engine",
        "loader",
        "escape",
        "self",
        "cls",
        "context",
        "loop",
        "local",
        "parent",
    ),
    *(
        "caller",
        "capture",
        "args",
        "kwargs",
        "data",
        "buffer",
        "tmpl",
        "callable_",
        "pageargs",
        "field",
        "show",
    ),
)


class MemoryLoader:
    """A loader of texts. `files` may be changed at any time."""

    def __init__(self, engine: Engine, files: Mapping[str, str], *, escape: bool = True) -> None:
        self.engine = engine
        self.files = files
        self.escape = escape

    def load(self, name: str, parent: str | None = None) -> Source:
        wanted = join(name, parent)
        if wanted not in self.files:
            raise TemplateNotFound(wanted, "not among these")
        return make_source(self.files[wanted], wanted)

    def template(self, name: str, parent: str | None = None) -> Template:
        return self.engine.compile(self.load(name, parent), self, escape=self.escape)


class EngineContract:
    """The tests. `engine`, `broken` and `shown` have to be given; `included` where the language has includes."""

    engine: Engine
    broken: str
    """The text of a line that does not compile."""

    def shown(self, name: str) -> str:
        """Text that shows a value."""
        raise NotImplementedError

    def included(self, name: str) -> str | None:
        """Text that includes another template; None if there is no such thing."""
        return None

    def test_has_a_name_and_suffixes(self) -> None:
        assert self.engine.name
        assert self.engine.suffixes
        assert all(suffix.startswith(".") and len(suffix) > 1 for suffix in self.engine.suffixes)

    def test_text_without_values_stays_as_it_is(self) -> None:
        for text in ("", "<p>plain</p>\n", "no newline", "one\r\ntwo\r\n", "ä € 😀\n"):
            assert self._render(text, {}) == text

    def test_values_are_escaped_in_text_and_in_quoted_attributes(self) -> None:
        shown = self.shown("v")
        for before, after in (("<p>", "</p>"), ('<a title="', '">'), ("<a title='", "'>")):
            assert self._render(before + shown + after, {"v": HOSTILE}) == before + ESCAPED + after

    def test_objects_of_other_types_are_escaped_too(self) -> None:
        class Shown:
            def __str__(self) -> str:
                return "<b>"

        assert self._render(self.shown("v"), {"v": Shown()}) == "&lt;b&gt;"
        assert self._render(self.shown("v"), {"v": 5}) == "5"

    def test_objects_that_are_html_are_not_escaped(self) -> None:
        class Bold:
            def __html__(self) -> str:
                return "<b>x</b>"

        assert self._render(self.shown("v"), {"v": Bold()}) == "<b>x</b>"

    def test_nothing_is_escaped_in_plain_text(self) -> None:
        assert self._render(self.shown("v"), {"v": HOSTILE}, escape=False) == HOSTILE

    def test_a_value_is_not_a_template(self) -> None:
        text = self.shown("w")
        assert self._render(self.shown("v"), {"v": text, "w": "secret"}, escape=False) == text

    def test_a_name_is_a_value_or_reserved(self) -> None:
        for name in _NAMES:
            if name not in self.engine.reserved:
                assert self._render(self.shown(name), {name: "shown"}) == "shown", name

    def test_values_are_left_alone(self) -> None:
        values: dict[str, object] = {"v": "1", "unused": []}
        self._render(self.shown("v"), values)
        assert values == {"v": "1", "unused": []}

    def test_a_template_renders_many_times(self) -> None:
        template = self._compile(self.shown("v"))
        assert [template.render({"v": "1"}), template.render({"v": "2"})] == ["1", "2"]

    def test_a_broken_template_is_an_error_with_its_line(self) -> None:
        error = self._refused("one\ntwo\n" + self.broken)
        assert (error.name, error.line) == ("page", 3)
        assert error.reason

    def test_a_missing_value_is_an_error_that_names_it_and_its_line(self) -> None:
        fault = self._fault("one\ntwo " + self.shown("absent"), {"other": "secret"})
        assert "absent" in fault.reason
        assert "secret" not in fault.reason
        assert [(place.source.name, place.line) for place in fault.places] == [("page", 2)]

    def test_an_error_in_a_value_names_the_line(self) -> None:
        class Failing:
            def __str__(self) -> str:
                raise ZeroDivisionError("inside")

        fault = self._fault("one\n\n" + self.shown("v"), {"v": Failing()})
        assert "ZeroDivisionError" in fault.reason
        assert [(place.source.name, place.line) for place in fault.places] == [("page", 3)]

    def test_an_error_from_elsewhere_is_explained_without_a_place(self) -> None:
        assert self.engine.explain(ValueError("elsewhere")) == Fault("ValueError: elsewhere")

    def test_includes_come_from_the_loader_and_are_escaped(self) -> None:
        text = self.included("part")
        if text is not None:
            files = {"part": f"<i>{self.shown('v')}</i>"}
            assert self._render(text, {"v": HOSTILE}, files) == f"<i>{ESCAPED}</i>"
            assert self._render(text, {"v": HOSTILE}, files, escape=False) == f"<i>{HOSTILE}</i>"

    def test_includes_are_asked_for_at_every_render(self) -> None:
        text = self.included("part")
        if text is not None:
            files = {"part": "old"}
            template = self._compile(text, files)
            assert template.render({}) == "old"
            files["part"] = "new"
            assert template.render({}) == "new"

    def test_a_missing_include_is_an_error_with_the_line_that_wants_it(self) -> None:
        text = self.included("nowhere")
        if text is not None:
            fault = self._fault("one\n" + text, {})
            assert "nowhere" in fault.reason
            assert [(place.source.name, place.line) for place in fault.places] == [("page", 2)]

    def _compile(self, text: str, files: Mapping[str, str] | None = None, *, escape: bool = True) -> Template:
        loader = MemoryLoader(self.engine, files or {}, escape=escape)
        return self.engine.compile(make_source(text), loader, escape=escape)

    def _render(
        self,
        text: str,
        values: Mapping[str, object],
        files: Mapping[str, str] | None = None,
        *,
        escape: bool = True,
    ) -> str:
        return self._compile(text, files, escape=escape).render(values)

    def _refused(self, text: str) -> TemplateError:
        try:
            self._compile(text)
        except TemplateError as error:
            return error
        raise AssertionError("it compiled")

    def _fault(self, text: str, values: Mapping[str, object]) -> Fault:
        template = self._compile(text)
        try:
            template.render(values)
        except Exception as error:
            return self.engine.explain(error)
        raise AssertionError("it rendered")


def make_source(text: str, name: str = "page") -> Source:
    return Source(name, text, f"/templates/{name}", Stamp(0, len(text), 0))
