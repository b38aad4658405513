"""The head of a request as it was received: `ReceivedHead`, and what its fields say of how to read on (`examine`).

The parser has checked its grammar (RFC 9112 3 and 5): fields end in CRLF, names are tokens, values hold no control
characters. So splitting it here finds what the parser has found. It is only done when somebody asks for a field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from httptools import HttpParserError, HttpParserInvalidMethodError

from growler.exchange import Fields, RequestHead
from growler.http.methods import METHODS as HTTP_METHODS

# RFC 3986 3.2.2 and 3.2.3: a name or an address in brackets, and perhaps a port.
_AUTHORITY = (
    rb"(?:\[(?:[\da-f:.]+|v[\da-f]+\.[\w\-.~!$&'()*+,;=:]+)\]|(?:[\w\-.~!$&'()*+,;=]|%[\da-f]{2})+)(?::\d*)?"
)
_HOST = re.compile(_AUTHORITY + rb"|", re.IGNORECASE).fullmatch
_ABSOLUTE = re.compile(rb"https?://(" + _AUTHORITY + rb")((?:[/?][^#]*)?)", re.IGNORECASE).fullmatch
_METHOD = re.compile(rb"([!#$%&'*+\-.^`|~\w]+)(?: |\Z)").match

# What surrounds the value is all that splitting has to find: see above for what the parser has seen to.
_FIELDS = re.compile(rb"([^:]++):[ \t]*+([^\r]*+)\r\n").findall
_PADDED = re.compile(rb"[ \t]\r\n").search
# The look ahead says nothing that the names would not: it spares most lines the six of them.
_FRAMING_FIELDS = re.compile(
    rb"\n(?=[hetcp])(host|expect|transfer-encoding|content-length|connection|proxy-connection):[ \t]*+([^\r]*+)",
    re.IGNORECASE,
).findall

LASTING: Final = 4096
"""Bytes of a request up to which a connection keeps more of it than its fields: some lie idle by the thousand."""

T = TypeVar("T")
_UNKNOWN: Final[Any] = object()

METHODS = {name.encode(): name for name in HTTP_METHODS if name != "CONNECT"}
"""The names of the usual methods."""


Found: TypeAlias = list[tuple[bytes, bytes]]
"""Names and values as they came."""


class Refused(Exception):
    """What arrives is no acceptable request: answer with this status and close."""

    def __init__(self, status: int) -> None:
        self.status = status


class Framing(NamedTuple):
    """How a request is delimited, and whether another may follow."""

    has_body: bool
    is_chunked: bool
    length: int
    """Of a body that is not chunked."""
    expects_continue: bool
    """The client waits for 100 (Continue) before it sends the body."""
    keep_alive: bool


NO_BODY = Framing(False, False, 0, False, True)


class Block:
    """The header fields of requests: all behind the request line, each with its CRLF, and the empty line.

    Most clients send the same again and again: then all their requests share one of these, and it is split once and
    what follows from it is found out once.

    Parameters:
        framing: what `examine` says of them.
    """

    __slots__ = ("_fields", "derived", "framing", "raw")

    def __init__(self, raw: bytes, framing: Framing = NO_BODY) -> None:
        self.raw: bytes = raw
        self.framing: Framing = framing
        self._fields: Fields | None = None
        self.derived: dict[object, Any] | None = None  # by function, see `RequestHead.derived`

    @property
    def fields(self) -> Fields:
        """Names and values; never to be changed."""
        fields = self._fields
        if fields is None:
            fields = self._fields = tuple(split(self.raw))
        return fields


class ReceivedHead(RequestHead):
    """A RequestHead whose fields are split on demand.

    Made by hand, attribute by attribute: an `__init__` in Python costs more than everything it would do.
    """

    __slots__ = ("block",)

    block: Block

    __init__ = object.__init__  # see above

    @property
    def fields(self) -> Fields:  # type: ignore[override]  # what the base keeps in a slot, nobody sets
        return self.block.fields

    def derived(self, what: Callable[[Fields], T]) -> T:
        block = self.block
        known = block.derived
        if known is None:
            if len(block.raw) > LASTING:
                return what(block.fields)
            known = block.derived = {}
        found: T = known.get(what, _UNKNOWN)
        if found is _UNKNOWN:
            found = known[what] = what(block.fields)
        return found


NO_FIELDS = Block(b"")


def split(block: bytes) -> list[tuple[bytes, bytes]]:
    """Names and values."""
    fields: list[tuple[bytes, bytes]] = _FIELDS(block)
    if _PADDED(block):
        # RFC 9112 5.1: white space around a value is no part of it. Hardly anybody sends some behind it.
        return [(name, value.rstrip(b" \t")) for name, value in fields]
    return fields


def framing_fields(block: bytes) -> Found:
    """Those of the fields that say how the request is delimited and where it goes, in the order they came."""
    found: Found = _FRAMING_FIELDS(b"\n" + block)
    return found


def examine(found: Iterable[tuple[bytes, bytes]], version: bytes) -> Framing:
    """What `framing_fields` has found says. Raises Refused for fields that no acceptable request has."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in found:
        values.setdefault(name.lower(), []).append(value.rstrip(b" \t").lower())
    hosts = values.get(b"host", [])
    # RFC 9112 3.2: exactly one Host, with a valid value; HTTP/1.0 may do without.
    if len(hosts) != 1 and (hosts or version == b"HTTP/1.1"):
        raise Refused(400)
    if hosts and _HOST(hosts[0]) is None:
        raise Refused(400)
    expects = False
    for value in values.get(b"expect", ()):
        # RFC 9110 10.1.1: whoever speaks HTTP/1.0 has no expectations; others than this may be refused.
        if version == b"HTTP/1.1":
            if any(part.strip() not in (b"", b"100-continue") for part in value.split(b",")):
                raise Refused(417)
            expects = True
    codings = values.get(b"transfer-encoding", [])
    for coding in codings:
        # RFC 9112 6.1: any other coding has to be understood, and the body is not decoded here. HTTP/1.0 has no
        # chunks at all.
        if coding != b"chunked":
            raise Refused(501)
        if len(codings) > 1 or version == b"HTTP/1.0":
            raise Refused(400)
    length = 0
    for value in values.get(b"content-length", ()):
        # Digits, and no second one, the parser has seen to that; but it takes zeros in front without end.
        if len(value) > 20:
            raise Refused(400)
        length = int(value)
    # RFC 9112 9.3. Proxy-Connection has no meaning (C.2.2), but the parser takes it for the other: behind one that says
    # close it would refuse the next request.
    options, closing = (
        {part.strip() for value in values.get(name, ()) for part in value.split(b",")}
        for name in (b"connection", b"proxy-connection")
    )
    keep_alive = b"close" not in options | closing and (version == b"HTTP/1.1" or b"keep-alive" in options)
    return Framing(bool(length or codings), bool(codings), length, expects, keep_alive)


def from_other_form(method: str, target: bytes, block: Block) -> tuple[bytes, Block]:
    """Path and query of a target that is not in origin form (RFC 9112 3.2), and the fields that go with them.

    Nothing is normalised. Raises Refused.
    """
    if target == b"*" and method == "OPTIONS":
        return target, block
    form = _ABSOLUTE(target)
    if form is None:
        raise Refused(400)
    authority, path = form.groups()
    # RFC 9112 3.2.2: the Host that was sent, if any, has to be ignored then.
    lines = [line for line in block.raw.split(b"\r\n") if not line.lower().startswith(b"host:")]
    meant = Block(b"\r\n".join([b"Host: " + authority, *lines]))
    return (path if path.startswith(b"/") else b"/" + path), meant


def other_method(name: bytes) -> str:
    """A method that is not among the usual ones. Raises Refused for those with which HTTP/1.1 ends."""
    if name == b"CONNECT":
        raise Refused(501)
    if name == b"PRI":
        raise Refused(505)  # RFC 9113 3.4: how HTTP/2 begins
    return name.decode("ascii")


def status_of(error: HttpParserError, head: bytes) -> int:
    """The status for what the parser could not take."""
    if isinstance(error, HttpParserInvalidMethodError):
        # RFC 9110 9.1: 501 for a method that is not known.
        found = _METHOD(head)
        return 501 if found is not None and found[1].decode("latin-1") not in HTTP_METHODS else 400
    return 505 if "HTTP version" in str(error) else 400
