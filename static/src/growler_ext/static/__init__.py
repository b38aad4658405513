"""A safe, conditional, range-aware file server for Growler.

`Static` serves folders, `send_file` one file. `middleware` and `single` are the ways in; `source` finds files, `shown`
says how they are presented, `decide` what a request gets, `sender` sends them, `memory` keeps small ones.
"""

from __future__ import annotations

from growler_ext.static.middleware import Static
from growler_ext.static.single import send_file

__all__ = ["Static", "send_file"]
