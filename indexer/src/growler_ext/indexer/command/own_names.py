"""The names by which a browser may come: pages of another site could have theirs lead here, and read everything.

A site's name can be made to lead to any address, also to one that only this machine or this network reaches; its pages
are then, for the browser, of one origin with the files (DNS rebinding). Every such attack needs a name, and one that
the public DNS knows.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Final

from growler.http.errors import HTTPErrorMisdirectedRequest
from growler.http.request import Request
from growler.http.response import Response
from growler.middleware import AllowedHosts

# RFC 6761 6.3, RFC 6762 3, RFC 8375, and what ICANN keeps for private use: nobody can have a name there for the world.
_PRIVATE: Final = ("*.localhost", "*.local", "*.home.arpa", "*.internal")


class OwnNames:
    """Answer 421 to a public name that is neither this machine's own nor one of these.

    Addresses pass, and names without a dot: those are of this network.

    Parameters:
        names: as `AllowedHosts` takes them. Raises ValueError for what is no name.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._hosts = AllowedHosts(*_PRIVATE, *_of_this_machine(), *names, addresses=True)

    def __call__(self, req: Request, res: Response) -> None:
        host = req.hostname
        if "." in host.removesuffix(".") and not self._hosts.allow(host):
            raise HTTPErrorMisdirectedRequest(
                "growler-index answers to addresses and to names of this network; "
                "for another name, start it with --host NAME"
            )


def _of_this_machine() -> list[str]:
    name = socket.gethostname()
    try:
        AllowedHosts(name)
    except ValueError:
        return []  # some have a name that no host can have
    return [name]
