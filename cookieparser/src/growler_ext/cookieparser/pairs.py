"""The Cookie header as name-value pairs: one pass, bounded, and a bad pair never costs another.

The order of work is what keeps attackers out: split at every ";" first, so no quoted string can span two
cookies; strip SP and HTAB only, so no Unicode space can pose as one; then a name has to be a token.
"""

from __future__ import annotations

import re

from growler.exchange import Fields

# RFC 6265 4.1.1: cookie-name is a token (RFC 9110 5.6.2).
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
# Each alternative begins with a backslash and consumes what it matched, so `sub` is linear.
_ESCAPE = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL).sub


def header_of(fields: Fields) -> str:
    """The Cookie lines of a request as one header; bytes that are no UTF-8 read as U+FFFD.

    Several lines join with "; " (RFC 9113 8.2.3).
    """
    lines = [value for name, value in fields if len(name) == 6 and name.lower() == b"cookie"]
    if len(lines) == 1:
        return lines[0].decode("utf-8", "replace")
    return b"; ".join(lines).decode("utf-8", "replace")


def read_pairs(header: str, *, max_cookies: int, max_header: int) -> dict[str, list[str]]:
    """Values by name, in the order they came (RFC 6265 5.4 puts the most specific path first).

    Parameters:
        max_cookies: pairs that are read; the rest is ignored.
        max_header: characters that are read; a pair that reaches beyond them is ignored with the rest.
    """
    if len(header) > max_header:
        header = header[: max(header.rfind(";", 0, max_header + 1), 0)]
    found: dict[str, list[str]] = {}
    for pair in header.split(";", max_cookies)[:max_cookies]:
        name, equals, value = pair.partition("=")
        name = name.strip(" \t")
        if not equals or not TOKEN(name):
            continue
        value = value.strip(" \t")  # `_read_value`, without a call for each
        if value[:1] == '"':
            value = unquote(value)
        if name in found:
            found[name].append(value)
        else:
            found[name] = [value]
    return found


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
        and at < max_cookies
        and len(header) <= max_header
    ):
        end = header.find(";", end_of_name)
        return [_read_value(header[end_of_name + 1 :] if end < 0 else header[end_of_name + 1 : end])]
    if len(header) > max_header:
        header = header[: max(header.rfind(";", 0, max_header + 1), 0)]
    found = []
    for pair in header.split(";", max_cookies)[:max_cookies]:
        its_name, equals, value = pair.partition("=")
        if equals and its_name.strip(" \t") == name:
            found.append(_read_value(value))
    return found


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
