"""What a pug file says, as a tree: the parser makes it, the linker joins several files to one, the compiler reads it.

Each node knows its `Spot`: the line it stands in, and by way of which lines of other files it came here. Expressions
are kept as text until the compiler knows which variables they may mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from growler_ext.renderer.contract import Place, Source
from growler_ext.renderer.errors import TemplateError

MAX_DEPTH: Final = 100
"""Tags in tags, and inline tags in inline tags."""

MAX_CHARACTERS: Final = 2_000_000
"""Characters of a file, and of all the files that it includes or extends together."""


class Spot(NamedTuple):
    """A line of a file; `via` is the `include` or `extends` that brought the file here."""

    source: Source
    line: int
    via: Spot | None = None

    def places(self) -> tuple[Place, ...]:
        """The way to this line, outermost file first."""
        places = []
        spot: Spot | None = self
        while spot is not None:
            places.append(Place(spot.source, spot.line))
            spot = spot.via
        return tuple(reversed(places))


def wrong(spot: Spot, reason: str) -> TemplateError:
    """The error for a mistake in this line; the reason says what to write instead."""
    return TemplateError(spot.source.name, reason, spot.places())


class Expression(NamedTuple):
    """The text of an expression, and the line in which it begins."""

    text: str
    spot: Spot


@dataclass(slots=True, eq=False)
class Text:
    """Text that is shown as it is. `html` marks lines that begin with `<`, and those that go on with such lines."""

    spot: Spot
    value: str
    html: Literal["", "begins", "goes on"] = ""


@dataclass(slots=True, eq=False)
class Shown:
    """A value that is shown: `= v`, `!= v`, `#{v}`, `!{v}`."""

    spot: Spot
    value: Expression
    escaped: bool


@dataclass(slots=True, eq=False)
class Script:
    """Lines of code that show nothing: `- x = 1`, or a block under a lone `-`."""

    spot: Spot
    text: str


@dataclass(slots=True, eq=False)
class Doctype:
    spot: Spot
    value: str


@dataclass(slots=True, eq=False)
class Comment:
    """A comment that the browser gets. Others are dropped by the lexer."""

    spot: Spot
    value: str
    body: list[Node]


class Attribute(NamedTuple):
    """`name=value` or, escaped or not, `name!=value`; without a value it is True."""

    name: str
    value: Expression | bool
    escaped: bool
    spot: Spot


@dataclass(slots=True, eq=False)
class Tag:
    """An element. Its name is text, or an expression as in `#{name}`; `spreads` are those of `&attributes(...)`."""

    spot: Spot
    name: str | Expression
    attributes: list[Attribute] = field(default_factory=list)
    spreads: list[Expression] = field(default_factory=list)
    self_closing: bool = False
    body: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Block:
    """`block name` with its default, or `append` and `prepend` of another file. The linker exchanges the body."""

    spot: Spot
    name: str
    mode: str
    body: list[Node]
    parents: list[Block] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Group:
    """Nodes that stand where one could: an included file."""

    spot: Spot
    body: list[Node]


@dataclass(slots=True, eq=False)
class Mixin:
    spot: Spot
    name: str
    parameters: str
    body: list[Node]


@dataclass(slots=True, eq=False)
class MixinBlock:
    """`block` in a mixin: the place of what a call brings along."""

    spot: Spot


@dataclass(slots=True, eq=False)
class Call:
    """`+name(arguments)(attributes)`, maybe with a body."""

    spot: Spot
    name: str | Expression
    arguments: Expression | None
    attributes: list[Attribute] = field(default_factory=list)
    spreads: list[Expression] = field(default_factory=list)
    body: list[Node] = field(default_factory=list)


class Branch(NamedTuple):
    """`if`, `unless` - which is negated - or `else if`."""

    test: Expression
    negated: bool
    body: list[Node]


@dataclass(slots=True, eq=False)
class If:
    spot: Spot
    branches: list[Branch]
    orelse: list[Node]


@dataclass(slots=True, eq=False)
class Each:
    """`each value, key in items`; with `of` it goes through entries, as `each [key, value] of items`."""

    spot: Spot
    value: str
    key: str | None
    items: Expression
    of: bool
    body: list[Node]
    orelse: list[Node]


@dataclass(slots=True, eq=False)
class While:
    spot: Spot
    test: Expression
    body: list[Node]


@dataclass(slots=True, eq=False)
class When:
    """One case; `test` is None for `default`, `body` None where it falls through to the next."""

    spot: Spot
    test: Expression | None
    body: list[Node] | None


@dataclass(slots=True, eq=False)
class Case:
    spot: Spot
    value: Expression
    whens: list[When]


@dataclass(slots=True, eq=False)
class Extends:
    spot: Spot
    path: str


@dataclass(slots=True, eq=False)
class Include:
    spot: Spot
    path: str


Node: TypeAlias = (
    Text | Shown | Script | Doctype | Comment | Tag | Block | Group | Mixin | MixinBlock | Call
    | If | Each | While | Case | Extends | Include
)  # fmt: skip
