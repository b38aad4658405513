"""Where the redirect to a folder's slash leads: always to this very site."""

from __future__ import annotations

from urllib.parse import quote, quote_from_bytes

# RFC 3986 3.3 and 3.4: what a path and a query may hold as it is. No backslash: browsers read it as a slash.
_IN_PATH = "!$&'()*+,:;=@"
_IN_QUERY = "!$&'()*+,:;=@/?%"


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
    below = [quote(part, safe=_IN_PATH, errors="surrogateescape") for part in parts]
    location = "/" + "".join(f"{part}/" for part in (*mount, *below))
    return f"{location}?{quote_from_bytes(query, safe=_IN_QUERY)}" if query else location
