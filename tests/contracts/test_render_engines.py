"""Every engine of the Renderer does what the contract says."""

from growler_ext.renderer.engines.format import FormatEngine
from growler_ext.renderer.engines.mako import MakoEngine
from growler_ext.renderer.testing import EngineContract


class TestMako(EngineContract):
    engine = MakoEngine()
    broken = "${v"

    def shown(self, name: str) -> str:
        return "${" + name + "}"

    def included(self, name: str) -> str:
        return f'<%include file="{name}"/>'


class TestFormat(EngineContract):
    engine = FormatEngine()
    broken = "{v"

    def shown(self, name: str) -> str:
        return "{" + name + "}"
