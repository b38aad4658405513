#!/usr/bin/env python3
"""How long each extension takes to import beyond the core: `python3 run.py python tools/import_time.py [RUNS]`.

Each import happens in a new process under `-X importtime`; the best of the runs counts, module by module, since all
that disturbs makes it longer. The status is 1 if one takes more than LIMIT. A measurement and not
a test: it wants a machine at rest.
"""

from __future__ import annotations

import re
import subprocess
import sys

LIMIT = 60.0
"""Milliseconds beyond `from growler import App`."""
EXTENSIONS = ("auth", "cookieparser", "indexer", "renderer", "session", "static")
_LINE = re.compile(r"^import time:\s+(\d+) \|[^|]*\|\s+(\S+)$", re.MULTILINE)


def import_times(statement: str, runs: int) -> dict[str, int]:
    """Microseconds that each module takes by itself, its best of all runs."""
    best: dict[str, int] = {}
    for _ in range(runs):
        command = [sys.executable, "-X", "importtime", "-c", statement]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        for spent, module in _LINE.findall(printed):
            best[module] = min(int(spent), best.get(module, sys.maxsize))
    return best


def main(runs: int) -> int:
    core = import_times("from growler import App", runs)
    print(f"{'growler':<14}{sum(core.values()) / 1000:7.1f} ms with Python's own")
    slow = []
    for name in EXTENSIONS:
        times = import_times(f"from growler import App; import growler_ext.{name}", runs)
        added = {module: spent / 1000 for module, spent in times.items() if module not in core}
        extra = sum(added.values())
        longest = sorted(added, key=added.__getitem__, reverse=True)[:3]
        print(f"{name:<14}{extra:+7.1f} ms in {len(added)} modules, most in {', '.join(longest)}")
        if extra > LIMIT:
            slow.append(name)
    if slow:
        print(
            f"more than {LIMIT:.0f} ms: {', '.join(slow)}; import heavy libraries where they are used",
            file=sys.stderr,
        )
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 7))
