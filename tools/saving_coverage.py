"""A plug-in of pytest: writes down what was measured when the tests are over, and not only when the process ends.

pytest-xdist kills a worker that takes more than two seconds to end; on a busy machine what it had measured was lost.
"""

from __future__ import annotations

from coverage import Coverage


def pytest_sessionfinish() -> None:
    measuring = Coverage.current()
    if measuring is not None:
        measuring.save()
