"""What every engine has to do, as tests: see `growler_ext.renderer.testing`."""

from __future__ import annotations

from collections.abc import Mapping

from growler_ext.renderer.contract import Engine, Fault, Inspection, Template, UnknownBlock
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.functions import FUNCTIONS
from growler_ext.renderer.testing.loader import MemoryLoader, make_source

HOSTILE = """<script>alert(1)</script>"x' onload=y &amp;"""
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;x&#39; onload=y &amp;amp;"

# What other systems take out of the values for themselves, and what engines are likely to call their own things.
_NAMES = (
    *("settings", "cache", "layout", "options", "filename", "debug", "block", "status", "type", "name", "values"),
    *("source", "template", "engine", "loader", "escape", "self", "cls", "context", "loop", "local", "parent"),
    *("caller", "capture", "args", "kwargs", "data", "buffer", "tmpl", "callable_", "pageargs", "field", "show"),
    *("environment", "missing", "super", "varargs", "range", "dict", "namespace", "blocks"),
)  # fmt: skip


class EngineContract:
    """The tests. `engine`, `broken` and `shown` have to be given; the rest where the language has it."""

    engine: Engine
    broken: str
    """The text of a line that does not compile."""
    has_expressions: bool = True
    """Whether a template may call functions: then `json`, `attrs` and `Markup` are there."""

    def shown(self, expression: str) -> str:
        """Text that shows a value, or whatever an expression gives."""
        raise NotImplementedError

    def raw(self, name: str) -> str | None:
        """Text that shows a value as it is; None if there is no such thing."""
        return None

    def included(self, name: str) -> str | None:
        """Text that includes another template; None if there is no such thing."""
        return None

    def block(self, name: str, text: str) -> str | None:
        """A block of that name with this text in it; None if there is no such thing."""
        return None

    def literal(self, text: str) -> str:
        """A template that gives this text; where a language is not text as it is."""
        return text

    def test_has_a_name_and_suffixes(self) -> None:
        assert self.engine.name
        assert self.engine.suffixes
        assert all(suffix.startswith(".") and len(suffix) > 1 for suffix in self.engine.suffixes)

    def test_text_without_values_stays_as_it_is(self) -> None:
        for text in ("", "<p>plain</p>\n", "no newline", "one\r\ntwo\r\n", "ä € 😀\n"):
            assert self._render(self.literal(text), {}) == text

    def test_values_are_escaped_in_text_and_in_quoted_attributes(self) -> None:
        shown = self.shown("v")
        for before, after in (("<p>", "</p>"), ('<a title="', '">'), ("<a title='", "'>")):
            assert self._render(before + shown + after, {"v": HOSTILE}).strip() == before + ESCAPED + after

    def test_objects_of_other_types_are_escaped_too(self) -> None:
        class Shown:
            def __str__(self) -> str:
                return "<b>"

        assert self._render(self._line("v"), {"v": Shown()}) == "<i>&lt;b&gt;</i>"
        assert self._render(self._line("v"), {"v": 5}) == "<i>5</i>"

    def test_values_that_count_as_false_are_shown(self) -> None:
        for value, text in ((0, "0"), (0.0, "0.0"), ("", "")):
            assert self._render(self._line("v"), {"v": value}) == f"<i>{text}</i>"

    def test_objects_that_are_html_are_not_escaped(self) -> None:
        class Bold:
            def __html__(self) -> str:
                return "<b>x</b>"

        assert self._render(self._line("v"), {"v": Bold()}) == "<i><b>x</b></i>"

    def test_nothing_is_escaped_in_plain_text(self) -> None:
        assert self._render(self._line("v"), {"v": HOSTILE}, escape=False) == f"<i>{HOSTILE}</i>"

    def test_what_is_shown_as_it_is_is_found(self) -> None:
        text = self.raw("v")
        if text is not None:
            assert HOSTILE in self._render(text, {"v": HOSTILE})
            source = make_source("one\n" + text)
            assert [place.line for place in self.engine.inspect(source).unescaped] == [2]
        assert self.engine.inspect(make_source(self._line("v"))) == Inspection()

    def test_json_cannot_end_the_script_it_stands_in(self) -> None:
        if self.has_expressions:
            page = f"<script>v = {self.shown('json(v)')}</script>"
            text = self._render(page, {"v": ["</script><!--", "'\u2028", 1, None]}).strip()
            data = r'["\u003c/script\u003e\u003c!--","\u0027\u2028",1,null]'
            assert text == f"<script>v = {data}</script>"

    def test_attrs_writes_attributes_that_hold_what_they_are_given(self) -> None:
        if self.has_expressions:
            values = {"v": {"title": HOSTILE, "data-x": {"a": '"'}, "hidden": True, "id": None}}
            text = self._render(f"<a{self.shown('attrs(v)')}>", values).strip()
            assert text == f'<a title="{ESCAPED}" data-x="{{&#34;a&#34;:&#34;\\&#34;&#34;}}" hidden>'
            fault = self._fault(f"<a{self.shown('attrs(v)')}>", {"v": {"x onload=y": 1}})
            assert "is no name for an attribute" in fault.reason

    def test_names_of_the_functions_are_reserved(self) -> None:
        if self.has_expressions:
            assert FUNCTIONS.keys() <= self.engine.reserved

    def test_a_value_is_not_a_template(self) -> None:
        text = self.shown("w")
        assert self._render(self._line("v"), {"v": text, "w": "secret"}, escape=False) == f"<i>{text}</i>"

    def test_a_name_is_a_value_or_reserved(self) -> None:
        for name in _NAMES:
            if name not in self.engine.reserved:
                assert self._render(self._line(name), {name: "shown"}) == "<i>shown</i>", name

    def test_values_are_left_alone(self) -> None:
        values: dict[str, object] = {"v": "1", "unused": []}
        self._render(self._line("v"), values)
        assert values == {"v": "1", "unused": []}

    def test_a_template_renders_many_times(self) -> None:
        template = self._compile(self._line("v"))
        assert [template.render({"v": v}).strip() for v in ("1", "2")] == ["<i>1</i>", "<i>2</i>"]

    def test_a_block_is_rendered_alone(self) -> None:
        text = self.block("rows", self._line("v"))
        if text is not None:
            page = f"<p>before</p>\n{self._line('absent')}\n{text}\n<p>after</p>"
            assert self._compile(page).render({"v": "<"}, "rows").strip() == "<i>&lt;</i>"

    def test_an_unknown_block_is_refused(self) -> None:
        text = self.block("rows", "x")
        known: tuple[str, ...] = ("rows",) if text is not None else ()
        refused = None
        try:
            self._compile(text or self._line("v")).render({}, "nowhere")
        except UnknownBlock as error:
            refused = (error.name, error.known)
        assert refused == ("nowhere", known)

    def test_a_broken_template_is_an_error_with_its_line(self) -> None:
        error = self._refused("one\ntwo\n" + self.broken)
        assert (error.name, error.line) == ("page", 3)
        assert error.reason

    def test_a_missing_value_is_an_error_that_names_it_and_its_line(self) -> None:
        fault = self._fault("one\ntwo " + self.shown("absent"), {"other": "secret"})
        assert fault.missing == "absent"
        assert "absent" in fault.reason
        assert "secret" not in fault.reason
        assert [(place.source.name, place.line) for place in fault.places] == [("page", 2)]

    def test_an_error_in_a_value_names_the_line(self) -> None:
        class Failing:
            def __str__(self) -> str:
                raise ZeroDivisionError("inside")

        fault = self._fault("one\n\n" + self._line("v"), {"v": Failing()})
        assert "ZeroDivisionError" in fault.reason
        assert fault.missing is None
        assert [(place.source.name, place.line) for place in fault.places] == [("page", 3)]

    def test_an_error_from_elsewhere_is_explained_without_a_place(self) -> None:
        assert self.engine.explain(ValueError("elsewhere")) == Fault("ValueError: elsewhere")

    def test_includes_come_from_the_loader_and_are_escaped(self) -> None:
        text = self.included("part")
        if text is not None:
            files = {"part": self._line("v")}
            assert self._render(text, {"v": HOSTILE}, files) == f"<i>{ESCAPED}</i>"
            assert self._render(text, {"v": HOSTILE}, files, escape=False) == f"<i>{HOSTILE}</i>"

    def test_a_missing_include_is_an_error_with_the_line_that_wants_it(self) -> None:
        text = self.included("nowhere")
        if text is not None:
            try:
                fault = self._fault("one\n" + text, {})
                reason, places = fault.reason, fault.places
            except TemplateError as error:
                reason, places = error.reason, error.places
            assert "nowhere" in reason
            assert [(place.source.name, place.line) for place in places] == [("page", 2)]

    def test_an_error_in_an_include_names_the_way_there(self) -> None:
        text = self.included("part")
        if text is not None:
            template = self._compile("one\n" + text, {"part": "one\ntwo\n" + self._line("absent")})
            fault = self._explained(template, {})
            passed = [(place.source.name, place.line) for place in fault.places]
            assert passed[-1] == ("part", 3)
            assert passed[:-1] in ([("page", 2)], [])

    def _line(self, name: str) -> str:
        return f"<i>{self.shown(name)}</i>"

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
        return self._explained(self._compile(text), values)

    def _explained(self, template: Template, values: Mapping[str, object]) -> Fault:
        try:
            template.render(values)
        except Exception as error:
            return self.engine.explain(error)
        raise AssertionError("it rendered")
