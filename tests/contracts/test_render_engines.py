"""Every engine of the Renderer does what the contract says; pug, with its other tests, in tests/renderer."""

from growler_ext.renderer.engines.format import FormatEngine
from growler_ext.renderer.engines.jinja import JinjaEngine
from growler_ext.renderer.engines.mako import MakoEngine
from growler_ext.renderer.engines.template import TemplateEngine
from growler_ext.renderer.testing import EngineContract


class TestMako(EngineContract):
    engine = MakoEngine()
    broken = "${v"

    def shown(self, expression: str) -> str:
        return "${" + expression + "}"

    def raw(self, name: str) -> str:
        return "${" + name + " | n}"

    def included(self, name: str) -> str:
        return f'<%include file="{name}"/>'

    def block(self, name: str, text: str) -> str:
        return f'<%block name="{name}">{text}</%block>'


class TestJinja(EngineContract):
    engine = JinjaEngine()
    broken = "{{ v"

    def shown(self, expression: str) -> str:
        return "{{ " + expression + " }}"

    def raw(self, name: str) -> str:
        return "{{ " + name + "|safe }}"

    def included(self, name: str) -> str:
        return f'{{% include "{name}" %}}'

    def block(self, name: str, text: str) -> str:
        return f"{{% block {name} %}}{text}{{% endblock %}}"


class TestFormat(EngineContract):
    engine = FormatEngine()
    broken = "{v"
    has_expressions = False

    def shown(self, expression: str) -> str:
        return "{" + expression + "}"


class TestTemplate(EngineContract):
    engine = TemplateEngine()
    broken = "$ v"
    has_expressions = False

    def shown(self, expression: str) -> str:
        return "${" + expression + "}"
