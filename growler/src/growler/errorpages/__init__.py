"""Errors as answers: a status, a page in the form the client accepts, and for a failure of ours a line in the log.

`report` decides what is told - in production of a failure nothing but an id that stands in the log too, in
development (`GROWLER_ENV=development`) its traceback and the request; `html`, `problem` and `text` write it down.
"""

from growler.errorpages.answer import answer_error

__all__ = ["answer_error"]
