"""The header fields of a response. Nothing is kept for a response whose type is all there is to say."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from growler.http.disposition import content_disposition
from growler.http.headers import Headers, HeaderValue
from growler.http.media import type_by_suffix, with_charset
from growler.http.prepared import PreparedFields

# What answers vary with that have no other field to set: it is looked up with the type and the length when the answer
# leaves, see `growler.http.prepared`.
_OFTEN = frozenset({"Cookie", "Accept", "Accept-Encoding", "Origin"})
_CACHING_OFTEN = frozenset({"no-store", "private", "no-cache", 'no-cache="Set-Cookie"'})  # as well
# Fields that are sent behind what is prepared for nearly every answer. None of them is one the server looks at.
_ADDED_OFTEN = frozenset({"Set-Cookie", "Cache-Control"})

# What is left as it is in a URL (RFC 3986 2.2, and "%"). CR, LF and NUL so that they are refused and not hidden.
_IN_URLS = "!#$%&'()*+,/:;=?@[]~\r\n\0"


class ResponseHead:
    """The part of a Response that keeps its header fields."""

    _type: str | None
    _vary: str | None
    """The one thing beside the type that answers often say, while there is no more: see `vary`."""
    _cache_control: str | None
    """And another one, while it is one of a few lines: see `append`."""
    _added: list[tuple[str, str]] | None
    """Lines of further fields, while there is no more: see `append`."""
    _headers: Headers | None
    _prepared: PreparedFields | None

    @property
    def headers(self) -> Headers:
        """The header fields, to be read and set. Date, Server and the framing are added by the server."""
        headers = self._headers
        if headers is None:
            headers = self._headers = Headers()
            if self._type is not None:
                headers["Content-Type"] = self._type
            if self._vary is not None:
                headers["Vary"] = self._vary
                self._vary = None
            if self._cache_control is not None:
                headers["Cache-Control"] = self._cache_control
                self._cache_control = None
            if self._added is not None:
                for added, line in self._added:
                    headers.append(added, line)
                self._added = None
            if self._prepared is not None:
                # Somebody wants to change them, and perhaps the body: the length is counted anew when it leaves.
                for name, value in self._prepared:
                    if name.lower() != b"content-length":
                        headers[name.decode("latin-1")] = value.decode("latin-1")
                self._prepared = None
        return headers

    def set(self, name: str | Mapping[str, HeaderValue], value: HeaderValue = None) -> None:
        """Set a header field, or all of a mapping. Raises ValueError for CR, LF, NUL (see `Headers`)."""
        if isinstance(name, str):
            self.headers[name] = value
        else:
            self.headers.update(name)

    header = set

    def get(self, name: str) -> HeaderValue:
        """What a header field is set to; None if it is not."""
        if self._headers is None and self._prepared is None and self._added is None:
            # Asked before something is added: that is not worth a mapping yet.
            if name == "Cache-Control":  # what extensions ask most
                return self._cache_control
            asked = name.lower()
            if asked == "content-type":
                return self._type
            return {"vary": self._vary, "cache-control": self._cache_control}.get(asked)
        return self.headers.get(name)

    def append(self, name: str, line: str) -> None:
        """Add one more line of a field, and keep those that are there: for Set-Cookie, Link.

        Raises ValueError for a name that is no token, CR, LF, NUL (see `Headers`).
        """
        if self._headers is not None or self._prepared is not None:
            self.headers.append(name, line)
        elif name == "Cache-Control" and self._cache_control is None and line in _CACHING_OFTEN:
            self._cache_control = line
        elif name in _ADDED_OFTEN and line.isascii() and line.isprintable():
            if self._added is None:
                self._added = [(name, line)]
            else:
                self._added.append((name, line))
        else:
            self.headers.append(name, line)

    def set_type(self, mime: str) -> None:
        """Set Content-Type, with its parameters: `res.set_type("text/css; charset=utf-8")`."""
        self.headers["Content-Type"] = mime

    def vary(self, *names: str) -> None:
        """Say that the answer depends on these request fields (RFC 9110 12.5.5)."""
        if (
            len(names) == 1
            and names[0] in _OFTEN
            and self._headers is None
            and self._prepared is None
            and self._vary is None
        ):
            self._vary = names[0]
        else:
            self.headers.vary(*names)

    def location(self, url: str) -> None:
        """Set Location; what no URL may hold is percent-encoded.

        Raises TypeError for what is no str, ValueError for CR, LF, NUL.
        """
        if not isinstance(url, str):
            raise TypeError(f"a URL is a str, not {type(url).__name__}: res.redirect(str(url), 303)")
        self.headers["Location"] = quote(url, safe=_IN_URLS)

    def attachment(self, filename: str | None = None) -> None:
        """Have the body saved instead of shown (RFC 6266), under this name; type by its suffix unless one is set."""
        self.headers["Content-Disposition"] = content_disposition(filename, attachment=True)
        if filename is not None and "Content-Type" not in self.headers:
            kind = type_by_suffix(filename)
            if kind is not None:
                self.headers["Content-Type"] = with_charset(kind)

    def links(self, links: Mapping[str, str]) -> None:
        """Set Link from `{url: relation}` (RFC 8288); what no URL may hold is percent-encoded.

        Raises ValueError for CR, LF, NUL, and for a quote or backslash in a relation.
        """
        lines = []
        for url, rel in links.items():
            if '"' in rel or "\\" in rel:
                raise ValueError(f"{rel!r} is no relation: RFC 8288 3.3 has names and URLs")
            lines.append(f'<{quote(url, safe=_IN_URLS)}>; rel="{rel}"')
        self.headers["Link"] = ", ".join(lines)

    def fields(self) -> list[tuple[bytes, bytes]]:
        """Header fields as they travel, without those the server adds (Date, Server, framing)."""
        if self._prepared is not None:
            return list(self._prepared)
        if self._headers is not None:
            # RFC 9112 6.1: the framing is the server's. Who passes an answer on has this one of another connection.
            self._headers.pop("Transfer-Encoding", None)
            return self._headers.fields()
        if self._vary is not None or self._cache_control is not None or self._added is not None:
            return self.headers.fields()
        return [(b"Content-Type", self._type.encode("latin-1"))] if self._type is not None else []
