"""The token of the bearer job, for the peers: its key, its audience and its user."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from access_token import AUDIENCE, KEY, USER

__all__ = ["AUDIENCE", "KEY", "USER"]
