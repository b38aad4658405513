"""A safe, conditional, range-aware file server for Growler.

`Static` serves folders, `send_file` one file. `middleware` is the way in; `decide`, `conditional`, `ranges`,
`source` and `redirect` hold the rules, on plain values.
"""

from __future__ import annotations

from growler_ext.static.middleware import Static, send_file

__all__ = ["Static", "send_file"]
