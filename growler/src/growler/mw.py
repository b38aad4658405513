"""`growler.mw`: the old name of `growler.ext`, kept for the programs that use it. It is the same module."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import growler.ext

if TYPE_CHECKING:
    from growler.ext import *  # noqa: F403 - what type checkers see of the module set below
    from growler.ext import __getattr__ as __getattr__

sys.modules[__name__] = growler.ext
