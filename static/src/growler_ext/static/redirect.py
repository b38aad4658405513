"""Writes paths of files as URLs: those that redirect to a folder's slash lead always to this very site."""

from __future__ import annotations

from urllib.parse import quote, quote_from_bytes

from growler.paths import split

# RFC 3986 3.3 and 3.4: what a path and a query may hold as it is. No backslash: browsers read it as a slash.
_IN_PATH = "!$&'()*+,:;=@"
_IN_QUERY = "!$&'()*+,:;=@/?%"


def quoted(part: str) -> str:
    """A file's name as a part of a URL's path."""
    return quote(part, safe=_IN_PATH, errors="surrogateescape")


def is_canonical(raw: bytes) -> bool:
    """Whether a path that `split` takes is written as `quoted` would: there are countless other ways for each."""
    written = "/" + "/".join(map(quoted, split(raw)))
    return raw.decode("latin-1") in (written, written + "/")


def folder_location(base_url: str, parts: tuple[str, ...], query: bytes) -> str:
    """The path of a folder with a slash behind it, and the query.

    Parameters:
        base_url: the mount point as the client wrote it, percent-encoded.
        parts: the folder's path below it, decoded and resolved.
        query: the query as it came.

    The path is written anew from its parts instead of taken from the request: one that begins with `//` or `/\\`
    or hides such a beginning behind `..` would send the client to another site.
    """
    mount = [quote(part, safe=_IN_PATH + "%") for part in base_url.split("/") if part]
    below = [quoted(part) for part in parts]
    location = "/" + "".join(f"{part}/" for part in (*mount, *below))
    return f"{location}?{quote_from_bytes(query, safe=_IN_QUERY)}" if query else location
