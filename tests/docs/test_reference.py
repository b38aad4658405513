"""Every public name says what it is, every option what it does; and what is made of that is right."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from _machinery import docstrings, reference, signatures, tables

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("docs/**/*.md")]
MODULES = sorted(
    {name for page in PAGES for name in re.findall(r"<!-- reference: (\S+) -->", page.read_text("utf-8"))}
)
OPTIONS = sorted(
    {name for page in PAGES for name in re.findall(r"<!-- options: (\S+) -->", page.read_text("utf-8"))}
)


def test_every_distribution_and_its_public_modules_are_in_the_reference():
    extensions = {f"growler_ext.{init.parent.name}" for init in ROOT.glob("*/src/growler_ext/*/__init__.py")}
    assert extensions - {"growler_ext.demo"} <= set(MODULES)
    assert {"growler", "growler.http", "growler.router", "growler.testing", "growler.paths"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_a_docstring(name):
    module = importlib.import_module(name)
    silent = [each.name for each in reference.entries(module) if not each.text]
    assert [each for each in silent if each in getattr(module, "__all__", ())] == []


def said_by_contracts() -> set[str]:
    """Methods that a protocol or an abstract class explains, for all classes that have them."""
    classes = {
        value
        for name in MODULES
        for value in vars(importlib.import_module(name)).values()
        if inspect.isclass(value) and (inspect.isabstract(value) or getattr(value, "_is_protocol", False))
    }
    return {member.name for owner in classes for member in reference.members(owner) if member.text}


@pytest.mark.parametrize("name", MODULES)
def test_every_public_method_and_property_has_a_docstring(name):
    contracts = said_by_contracts()
    assert [
        f"{owner.name}.{member.name}"
        for owner in reference.entries(importlib.import_module(name))
        for member in owner.members
        if not member.text and member.name not in contracts
    ] == []


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_says_what_it_does(name):
    module, _, owner = name.rpartition(".")
    said = tables.options(getattr(importlib.import_module(module), owner))
    assert [each.name for each, text in said.items() if not text] == []


def brew(hops: int | None, /, *malts: str, hours: float = 1.5, cold=True) -> str:
    """Make beer.

        brew(3)

    Parameters:
        hops: how many,
            or None.
        hours, cold: how.

    Raises ValueError.
    """
    return ""


def test_a_docstring_is_taken_apart_and_written_as_markdown():
    before, parameters, after = docstrings.split(brew.__doc__)
    assert before == "Make beer.\n\n    brew(3)"
    assert parameters == {"hops": "how many, or None.", "hours": "how.", "cold": "how."}
    assert after == "Raises ValueError."
    assert "- `hops`: how many, or None.\n- `hours`, `cold`: how." in docstrings.markdown(brew.__doc__)


def test_a_signature_reads_as_it_was_written():
    assert (
        signatures.signature(brew)
        == "(hops: int | None, /, *malts: str, hours: float = 1.5, cold=True) -> str"
    )


def test_a_table_of_fields_has_sizes_people_can_read():
    @dataclass
    class Bounds:
        size: int = 64 * 1024
        """Bytes."""


def test_a_table_of_options_has_aliases_spelt_out():
    session = importlib.import_module("growler_ext.session").Session
    assert "`float \\| timedelta`" in tables.of_options(session)
