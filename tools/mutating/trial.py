"""Tries mutants: each in a process of its own, forked from one that has everything else imported already.

Nothing on disk is changed: the child imports the mutated source in place of the file, runs the tests, and ends at the
first that fails. So several can be tried at once, while somebody works on the same tree.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import pytest

from mutating.mutants import Mutant

# What a child imports anew: pytest has to see tests and plug-ins imported, and what imports the mutant must find it.
NEVER_BEFORE = ("support", "tests", "conftest", "__main__", "mutating", "growler_ext", "growler.ext")

NEVER_IMPORTED = 71
"""Status of a child whose tests ran without the file."""


@dataclass(frozen=True)
class Target:
    """A file, the module it is, and the words for pytest that select its tests."""

    file: Path
    module: str
    tests: Sequence[str]

    def may_import(self, name: str) -> bool:
        """Whether a module may depend on this one: the core does not depend on extensions."""
        own = (*NEVER_BEFORE, "growler") if self.module.startswith("growler.") else NEVER_BEFORE
        return any(name == package or name.startswith(package + ".") for package in own)


class _Loader(SourceFileLoader):
    source: str

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec")


class _Finder:
    """Gives a module another source."""

    def __init__(self, target: Target, source: str) -> None:
        self.target, self.source = target, source
        self.asked = False

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.target.module:
            return None
        self.asked = True
        loader = _Loader(name, str(self.target.file))
        loader.source = self.source
        return spec_from_file_location(name, self.target.file, loader=loader)


def prepare(target: Target) -> float:
    """Import what the tests import; how many seconds they take without a mutant. Raises RuntimeError if they fail."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ("growler", "growler_ext")]:
        del sys.modules[
            name
        ]  # imported for the target before, an extension, and maybe what is to be mutated now
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder, "modules")
        output = Path(folder, "output")
        for _ in range(2):  # the second time with everything imported, as it will be with mutants
            begun = time.monotonic()
            child = _fork(target, target.file.read_text("utf-8"), output, names)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if code == NEVER_IMPORTED:
                raise RuntimeError(
                    f"the tests of {target.file} do not import it, so they cannot notice anything"
                )
            if code:
                raise RuntimeError(
                    f"the tests of {target.file} fail as it is:\n{output.read_text('utf-8')[-2000:]}"
                )
            for name in names.read_text("utf-8").split():
                if not target.may_import(name):
                    importlib.import_module(name)
        gc.freeze()  # what is there stays: no child has to look through it when it collects
        return time.monotonic() - begun


def try_all(
    target: Target, mutants: Sequence[Mutant], jobs: int, patience: float
) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with "killed", "survived" or "endless", as they end.

    Parameters:
        jobs: how many at once.
        patience: seconds until a mutant counts as endless, which is as good as killed.
    """
    waiting = list(reversed(mutants))
    running: dict[int, tuple[Mutant, float]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            child = _fork(target, mutant.source, Path(os.devnull), None)
            running[child] = mutant, time.monotonic() + patience
        for child, (mutant, deadline) in list(running.items()):
            late = time.monotonic() > deadline
            if late:
                os.killpg(child, signal.SIGKILL)
            ended, status = os.waitpid(child, 0 if late else os.WNOHANG)
            if ended:
                del running[child]
                code = os.waitstatus_to_exitcode(status)
                yield mutant, "endless" if late else "killed" if code else "survived"
        time.sleep(0.01)


def _fork(target: Target, source: str, output: Path, names: Path | None) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    finder = _Finder(target, source)
    try:
        os.setsid()  # so that whatever the tests start can be ended with them
        words = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(words, 1)
        os.dup2(words, 2)
        sys.meta_path.insert(0, finder)
        code = _test(target.tests)
        if not code and not finder.asked:
            code = NEVER_IMPORTED
        if names is not None:
            loaded = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
            names.write_text("\n".join(loaded), "utf-8")
    finally:
        os._exit(code)


def _test(tests: Sequence[str]) -> int:
    from hypothesis import settings

    # The same examples each time; and a machine that is busy must not be what kills a mutant.
    settings.register_profile("mutation", deadline=None, database=None, derandomize=True)
    options = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"]
    options += ["-p", "pytest_timeout", "--hypothesis-profile=mutation"]
    # hypothesis and other plug-ins are imported already; their asserts are not ours to explain.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # a tenth of a second each time
    return int(pytest.main([*options, *tests]))
