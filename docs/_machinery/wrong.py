"""Blocks of code that show a mistake: they are run, and the error they give is shown below them.

Marked ```python wrong. A block that gives no error stops the build: then the page is not true any more.
"""

from __future__ import annotations

import logging
import re
import tempfile
import textwrap
import warnings
from contextlib import chdir

BLOCK = re.compile(r"^```python wrong\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class _Log(logging.Handler):
    """Keeps the last exception that an app has logged."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info is not None:
            self.error = record.exc_info[1]


def error_of(code: str) -> str:
    """What the code raises, or else what its app has logged for a 500; as a traceback ends, wrapped.

    Raises ValueError if there is no error.
    """
    log = _Log()
    logger = logging.getLogger("growler")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(log)
    error: BaseException | None = None
    try:
        with tempfile.TemporaryDirectory() as folder, chdir(folder), warnings.catch_warnings(action="ignore"):
            exec(compile(code, "<wrong>", "exec", dont_inherit=True), {"__name__": "wrong"})  # noqa: S102 - our own pages
    except Exception as raised:
        error = raised
    finally:
        logger.removeHandler(log)
        logger.propagate = propagated
    error = error or log.error
    if error is None:
        raise ValueError("this is shown as wrong and gives no error:\n" + code)
    lines = f"{type(error).__name__}: {error}".replace(folder, "/srv/app").splitlines()
    return "\n".join(
        textwrap.fill(line, 84, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        for line in lines
    )


def expanded(text: str) -> str:
    """A page with each error below its block."""
    return BLOCK.sub(
        lambda block: (
            f"```python\n{block[1]}```\n\n```{{code-block}} text\n:class: error\n\n{error_of(block[1])}\n```"
        ),
        text,
    )
