"""What every engine has to do, as tests for pytest: subclass `EngineContract`, name the class `Test...`, run it.

class TestMako(EngineContract):
    engine = MakoEngine()
    broken = "${"

    def shown(self, expression):
        return "${" + expression + "}"
"""

from growler_ext.renderer.testing.engine_contract import EngineContract
from growler_ext.renderer.testing.loader import MemoryLoader, make_source

__all__ = ["EngineContract", "MemoryLoader", "make_source"]
