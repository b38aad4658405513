#!/usr/bin/env python3
"""Release one distribution: `python3 tools/release.py session 1.0.0 [--dry-run]`, or look at all: `--all --dry-run`.

What it does is in `releasing/`, beginning with `command.py`. This file only finds a Python that can build.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    if find_spec("hatchling") is None:
        # Started by a Python that has nothing: run.py makes the environment and starts this file in it.
        command = [sys.executable, str(ROOT / "run.py"), "python", __file__, *sys.argv[1:]]
        os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted

    from releasing.command import main

    sys.exit(main(ROOT))
