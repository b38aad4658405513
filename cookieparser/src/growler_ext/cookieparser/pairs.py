"""The Cookie header as name-value pairs: one pass, bounded, and a bad pair never costs another.

The order of work is what keeps attackers out: split at every ";" first, so no quoted string can span two
cookies; strip SP and HTAB only, so no Unicode space can pose as one; then a name has to be a token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from growler.exchange import Fields

# RFC 6265 4.1.1: cookie-name is a token (RFC 9110 5.6.2).
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
# Possessive, so that a pair which is none is given up after one look. What follows ";" begins the next pair, whatever
# this one was: no value and no quotes span it.
_PAIRS = re.compile(r"(?:^|;)[ \t]*+([!#$%&'*+\-.^_`|~0-9A-Za-z]++)[ \t]*+=([^;]*+)").findall
# Each alternative begins with a backslash and consumes what it matched, so `sub` is linear.
_ESCAPE = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL).sub


_NOTHING: Final[Mapping[str, list[str]]] = MappingProxyType({})


def header_of(fields: Fields) -> str:
    """The Cookie lines of a request as one header; bytes that are no UTF-8 read as U+FFFD.

    Several lines join with "; " (RFC 9113 8.2.3).
    """
    line = b""
    # Not a comprehension, which costs a call.
    for name, value in fields:
        if len(name) == 6 and name.lower() == b"cookie":
            line = line + b"; " + value if line else value
    return line.decode("utf-8", "replace")


def read_pairs(
    header: str, *, max_cookies: int, max_header: int
) -> tuple[dict[str, str], Mapping[str, list[str]]]:
    """The first value of each name, and all values of the names that came more than once.

    In the order they came (RFC 6265 5.4 puts the most specific path first).

    Parameters:
        max_cookies: pairs that are read; the rest is ignored.
        max_header: characters that are read; a pair that reaches beyond them is ignored with the rest.
    """
    if len(header) > max_header:
        header = header[: max(header.rfind(";", 0, max_header + 1), 0)]
    if header.count(";") >= max_cookies:
        header = ";".join(header.split(";", max_cookies)[:max_cookies])
    pairs = _PAIRS(header)
    # Whether any value has spaces around it or quotes: browsers send neither.
    if "= " in header or " ;" in header or "\t" in header or '"' in header or header[-1:] == " ":
        pairs = [(name, _read_value(value)) for name, value in pairs]
    first = dict(pairs)
    if len(first) == len(pairs):
        return first, _NOTHING
    every: dict[str, list[str]] = {}
    for name, value in pairs:
        every.setdefault(name, []).append(value)
    repeated = {name: values for name, values in every.items() if len(values) > 1}
    return {name: values[0] for name, values in every.items()}, repeated


def find_values(header: str, name: str, max_cookies: int, max_header: int) -> list[str]:
    """What `read_pairs` has under that name, without reading the others."""
    at = header.find(name)
    if at < 0:
        return []
    end_of_name = at + len(name)
    if (
        # As browsers send it, once, and within the limits: there is no need to cut out any other pair.
        header[end_of_name : end_of_name + 1] == "="
        and (at == 0 or header[at - 2 : at] == "; ")
        and header.find(name, end_of_name) < 0
        and (at < max_cookies or header.count(";") < max_cookies)
        and len(header) <= max_header
    ):
        end = header.find(";", end_of_name)
        return [_read_value(header[end_of_name + 1 :] if end < 0 else header[end_of_name + 1 : end])]
    first, repeated = read_pairs(header, max_cookies=max_cookies, max_header=max_header)
    return repeated.get(name) or ([first[name]] if name in first else [])


def _read_value(value: str) -> str:
    value = value.strip(" \t")
    return unquote(value) if value[:1] == '"' else value


def unquote(value: str) -> str:
    r"""Take a value out of its double quotes; `\"`, `\\` and octal escapes are what http.cookies writes.

    A value that is not quoted at both ends is returned as it is.
    """
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    inner = value[1:-1]
    return _ESCAPE(_unescape, inner) if "\\" in inner else inner


def _unescape(match: re.Match[str]) -> str:
    octal, character = match.groups()
    if octal is None:
        return str(character)
    code = int(octal, 8)
    # An escaped control character stays escaped: no value may smuggle CR, LF or NUL past the header checks.
    return chr(code) if 32 <= code < 127 or code >= 160 else match[0]
