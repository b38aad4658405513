"""Who gets a page and who a status."""

import pytest

from growler_ext.auth.audience import wants_page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accepted", "mode", "requested_with"),
    [
        (BROWSER, "navigate", None),
        (BROWSER, None, None),
        ("text/html", None, None),
        ("*/*", "navigate", None),
    ],
)
def test_a_browser_window_gets_pages(accepted, mode, requested_with):
    assert wants_page(accepted, mode, requested_with)


@pytest.mark.parametrize(
    ("accepted", "mode", "requested_with"),
    [
        (None, None, None),
        ("*/*", None, None),  # curl
        ("application/json", None, None),
        ("application/json, text/html", None, None),
        ("image/png", None, None),
        (BROWSER, "cors", None),  # fetch() with a copied Accept
        ("*/*", "same-origin", None),
        (BROWSER, "navigate", "XMLHttpRequest"),
        (BROWSER, None, "fetch"),
    ],
)
def test_programs_and_scripts_get_statuses(accepted, mode, requested_with):
    assert not wants_page(accepted, mode, requested_with)
