"""What is known of the mixins of a template before it is compiled: who is called, and with what."""

from __future__ import annotations

import sys
from difflib import get_close_matches

from growler_ext.renderer.engines.pug.arguments import Arguments, Parameter, read_arguments, read_parameters
from growler_ext.renderer.engines.pug.expressions import OURS
from growler_ext.renderer.engines.pug.traversal import walk
from growler_ext.renderer.engines.pug.tree import Call, Expression, Mixin, Node, wrong


class Mixins:
    """The mixins of a linked tree."""

    def __init__(self, body: list[Node]) -> None:
        self._defined: dict[str, list[Mixin]] = {}
        self._called: set[str] = set()
        self._is_dynamic = False
        for node in walk(body):
            if isinstance(node, Mixin):
                self._defined.setdefault(node.name, []).append(node)
            elif isinstance(node, Call):
                if isinstance(node.name, str):
                    self._called.add(node.name)
                else:
                    self._is_dynamic = True
        self._variables = {name: f"{OURS}mixin{number}" for number, name in enumerate(self._defined)}
        self._parameters = {
            mixin: read_parameters(mixin) for mixins in self._defined.values() for mixin in mixins
        }

    @property
    def names(self) -> list[str]:
        return list(self._defined)

    def parameters(self, mixin: Mixin) -> list[Parameter]:
        return self._parameters[mixin]

    def variable(self, name: str) -> str:
        """What a mixin is called in Jinja."""
        return self._variables[name]

    def is_used(self, name: str) -> bool:
        return self._is_dynamic or name in self._called

    def is_first(self, mixin: Mixin) -> bool:
        """Whether it is the first one of its name."""
        return self._defined[mixin.name][0] is mixin

    def arguments(self, call: Call) -> Arguments:
        """The arguments of a call. Raises TemplateError if there are more than the mixin takes."""
        arguments = read_arguments(call.arguments)
        if isinstance(call.name, str) and call.name in self._defined:
            given = len(arguments.values)
            most = max(self._most(mixin) for mixin in self._defined[call.name])
            if given > most:
                raise wrong(call.spot, f"the mixin {call.name} takes {most} arguments, and not {given}")
        return arguments

    def missing(self, name: str | Expression) -> str | None:
        """What is to be said of a mixin that is not there."""
        if not isinstance(name, str) or name in self._defined:
            return None
        near = get_close_matches(name, self._defined, 1)
        return f"there is no mixin {name}: " + (
            f"did you mean {near[0]}?" if near else "define or include it"
        )

    def _most(self, mixin: Mixin) -> int:
        parameters = self._parameters[mixin]
        return sys.maxsize if parameters and parameters[-1].rest else len(parameters)
