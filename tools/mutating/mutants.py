"""All mutants of one source: the operators are those of mutmut (libcst nodes in, changed nodes out).

mutmut itself copies a project and mutates functions only; it knows neither several `src` folders nor a namespace
package that they share, and it leaves alone the regular expressions of modules, which are half of what guards us. So
only its operators are used, and one more: each `if` decides the other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators

# Only types are assigned to names in CapWords: aliases and type variables.
_TYPE = m.MatchRegex(r"_?[A-Z]([A-Za-z0-9]*[a-z][A-Za-z0-9]*)?")


@dataclass(frozen=True)
class Mutant:
    """A changed source, and the first line in which it differs."""

    line: int
    before: str
    after: str
    source: str = field(repr=False, compare=False)


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a source, in the order of its lines, each once."""
    module = cst.parse_module(source)
    lines = source.splitlines()
    found = {}
    for node in _nodes(module):
        for replacement in _replacements(node):
            # The root of the tree is no statement, so it stays a module.
            changed = cst.ensure_type(module.deep_replace(node, replacement), cst.Module).code
            mutant = _mutant(lines, changed)
            if mutant is not None:
                found[changed] = mutant
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What is run and decides: no types, imports, decorators, asserts, words of errors, lists of public names."""
    yield node
    for child in node.children:
        if isinstance(
            child,
            cst.Annotation
            | cst.Assert
            | cst.Decorator
            | cst.Import
            | cst.ImportFrom
            | cst.Raise
            | cst.FormattedString,
        ):
            continue
        if m.matches(
            child,
            m.If(test=m.Name("TYPE_CHECKING")) | m.FunctionDef(decorators=[m.Decorator(m.Name("overload"))]),
        ):
            continue
        if m.matches(
            child,
            m.Assign(targets=[m.AssignTarget(m.Name("__all__") | m.Name("__slots__") | m.Name(_TYPE))])
            | m.AnnAssign(m.Name(_TYPE)),
        ):
            continue
        if m.matches(child, m.Call(m.Name("cast"))):
            child = cst.ensure_type(child, cst.Call).args[1]
        yield from _nodes(child)


def _replacements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from _useful(node, operator(node))
    if isinstance(node, cst.If):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))


def _useful(node: cst.CSTNode, replacements: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """Of a string that is no regular expression the first change is enough: it is another string."""
    if isinstance(node, cst.SimpleString) and "r" not in node.prefix.lower():
        if not _is_sentence(node):
            yield from list(replacements)[:1]
    elif isinstance(node, cst.SimpleString):
        yield from (new for new in replacements if _spelled(new) != _spelled(node))
    else:
        yield from replacements


def _spelled(node: cst.CSTNode) -> str:
    r"""A regular expression with its escapes by code in small letters: \x3A is \x3a."""
    value = cst.ensure_type(node, cst.SimpleString).value
    return re.sub(r"\\(x..|u....)", lambda escape: escape[0].lower(), value)


def _is_sentence(node: cst.SimpleString) -> bool:
    """Whether it is said to people: warnings and lists of mistakes are as the words of errors, which are in `raise`."""
    return sum(word.strip(":;,.").isalpha() for word in str(node.evaluated_value).split()) >= 3


def _mutant(lines: list[str], changed: str) -> Mutant | None:
    after = changed.splitlines()
    for at, before in enumerate(lines):
        if at >= len(after) or before != after[at]:
            return Mutant(at + 1, before.strip(), after[at].strip() if at < len(after) else "", changed)
    return None
