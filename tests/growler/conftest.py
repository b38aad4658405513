"""A site on the native server, and a connection to it for what no well-behaved client would send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.http11_site import make_http11_site
from support.raw import Raw
from support.servers import Running


@pytest.fixture(scope="module", params=["native", "native-uvloop"])
def native(request: pytest.FixtureRequest) -> str:
    """The native server, for `Running`: on the loop of asyncio and on that of uvloop."""
    return request.param


@pytest.fixture(scope="module")
def http11_port(native: str) -> Iterator[int]:
    """Where the site of support/http11_site.py is."""
    with Running(native, make_http11_site()) as port:
        yield port


@pytest.fixture
def raw(http11_port: int) -> Iterator[Raw]:
    """A connection to it."""
    with Raw(http11_port) as connection:
        yield connection
