"""Who asks - somebody looking at a page, or a program - and so whether to answer with a page or with a status.

A login page is of no use to `fetch()` and curl: a redirect would end in a 200 with HTML that reads as success.
"""

from __future__ import annotations

from growler.http import accept


def wants_page(accepted: str | None, fetch_mode: str | None, requested_with: str | None) -> bool:
    """Whether a redirect to a page helps the client.

    Parameters:
        accepted: the Accept field.
        fetch_mode: Sec-Fetch-Mode; browsers say "navigate" for what a window will show, and only then.
        requested_with: X-Requested-With, which scripts add.

    >>> wants_page("text/html,*/*;q=0.8", None, None), wants_page("*/*", None, None)
    (True, False)
    """
    if requested_with is not None:
        return False
    if fetch_mode is not None:
        return fetch_mode == "navigate"
    # JSON is offered first: who takes anything, as curl does, or says nothing is a program.
    return accept.best(accepted, ("json", "html")) == "html"
