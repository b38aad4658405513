"""`python -m growler_ext.indexer`: the command `growler-index`."""

from __future__ import annotations

import sys

from growler_ext.indexer.command import main

if __name__ == "__main__":
    sys.exit(main())
