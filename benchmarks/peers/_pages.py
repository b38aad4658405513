"""The page of the template jobs, for the peers: its values and where its templates are."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from page import VIEWS, values

__all__ = ["VIEWS", "values"]
