"""What a test does when the machine lacks something it needs: it says so, and on CI that is a failure.

A skip on a developer's machine is a line in the summary; on CI, where all must be there, nobody reads those.
"""

import os
from typing import NoReturn

import pytest


def unavailable(reason: str) -> NoReturn:
    """Skip the test with that reason; where $CI is set, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must not skip this: {reason}", pytrace=False)
    pytest.skip(reason)
