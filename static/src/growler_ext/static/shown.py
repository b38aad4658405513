"""How a file is presented: its facts, and the header fields that go with it.

`Presentation` holds the options, `Shown` what they come to for one file. Nothing here knows a request; `middleware`
writes it down.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from growler.http.disposition import content_disposition
from growler.http.prepared import PreparedFields
from growler_ext.static.facts import Facts, facts_of
from growler_ext.static.keeping import Keeping
from growler_ext.static.mime import TYPES, media_type
from growler_ext.static.untrusted import treat

ExtraHeaders = Mapping[str, str] | Callable[[Path, os.stat_result], Mapping[str, str]]
"""Further header fields, the same for all files or made for each."""

# RFC 9110 15.4.5 names what a 304 is to say; the rest the client has. What begins with "content-" describes a body,
# but for these two.
_NOT_IN_304 = frozenset({"accept-ranges", "x-content-type-options"})
_IN_304_ALTHOUGH_CONTENT = frozenset({"content-location", "content-security-policy"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One file as it is presented.

    Parameters:
        facts: what conditions and ranges are decided on.
        usual: fields that are sent unless somebody has set them before.
        fixed: fields that are sent in any case.
        vary: request fields that have decided what is sent.
        sandboxed: whether the file must not act in the name of the site.
    """

    facts: Facts
    usual: Mapping[str, str]
    fixed: Mapping[str, str]
    vary: tuple[str, ...] = ()
    sandboxed: bool = False

    def prepared(self, length: int) -> PreparedFields:
        """The fields of the whole file, of so many bytes, for a response that has none yet."""
        return _prepared({**self._all(), "Content-Length": str(length)})

    def prepared_304(self) -> PreparedFields:
        """The fields of the answer to a client that has the file already, for a response that has none yet."""
        return _prepared(
            {name: value for name, value in self._all().items() if self.belongs_to(name, unchanged=True)}
        )

    def belongs_to(self, name: str, *, unchanged: bool) -> bool:
        """Whether a field is sent: all are with the file, few with a 304."""
        name = name.lower()
        if not unchanged:
            return True
        if name == "last-modified":
            return self.facts.etag is None  # a validator a client needs only where it has no other
        if name.startswith("content-"):
            return name in _IN_304_ALTHOUGH_CONTENT
        return name not in _NOT_IN_304

    def _all(self) -> dict[str, str]:
        fields = {**self.usual, **self.fixed}
        if self.vary:
            fields["Vary"] = ", ".join(self.vary)
        if self.sandboxed:
            fields["Content-Security-Policy"] = "sandbox"
        return fields


def _prepared(fields: Mapping[str, str]) -> PreparedFields:
    return PreparedFields((name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items())


@dataclass(frozen=True, slots=True)
class Presentation:
    """The options that say how files are presented; see `Static`."""

    keeping: Keeping = field(default_factory=Keeping)
    etag: bool = True
    last_modified: bool = True
    ranges: bool = True
    encodings: tuple[str, ...] = ("br", "zstd", "gzip")
    types: Mapping[str, str] = field(default_factory=lambda: TYPES)
    charset: str | None = "utf-8"
    headers: ExtraHeaders | None = None
    untrusted: bool = False

    def show(
        self,
        source: os.stat_result,
        path: Path,
        name: str,
        now: float,
        *,
        coding: str | None = None,
        encoded: os.stat_result | None = None,
        vary: tuple[str, ...] = (),
        versioned: bool = False,
        disposition: str | None = None,
    ) -> Shown:
        """How to present a file.

        Parameters:
            source: what fstat says of it.
            path: where it lies, for the `headers` hook.
            name: its path below the root, with slashes.
            now: seconds since 1970.
            coding, encoded: the name of the encoding it is sent in, and what fstat says of that form.
            vary: request fields that have decided what is sent.
            versioned: see `Keeping.of`.
            disposition: a Content-Disposition of the caller's.
        """
        facts = facts_of(
            encoded or source, now, coding=coding or "", etag=self.etag, last_modified=self.last_modified
        )
        if encoded is not None and facts.modified is not None:
            # The encoded form changes when the file does; the date is the file's, whatever form is sent.
            facts = Facts(facts.size, facts.etag, facts_of(source, now).modified)
        kind = media_type(name, self.types, self.charset)
        usual: dict[str, str] = {}
        fixed: dict[str, str] = {}
        sandboxed = False
        if self.untrusted:
            treatment = treat(kind)
            sandboxed = not treatment.shown
            fixed["Content-Type"] = treatment.content_type
            if sandboxed:
                filename = name.rpartition("/")[2]
                disposition = disposition or content_disposition(filename, attachment=True)
        else:
            usual["Content-Type"] = kind
        if disposition is not None:
            fixed["Content-Disposition"] = disposition
        if facts.etag is not None:
            fixed["ETag"] = facts.etag
        if facts.last_modified is not None:
            usual["Last-Modified"] = facts.last_modified
        cache_control = self.keeping.of(name, versioned=versioned)
        if cache_control is not None:
            usual["Cache-Control"] = cache_control
        if self.ranges:
            usual["Accept-Ranges"] = "bytes"
        usual["X-Content-Type-Options"] = "nosniff"
        if coding is not None:
            fixed["Content-Encoding"] = coding
        extra = self.headers(path, source) if callable(self.headers) else self.headers
        if extra:
            taken = {given.lower() for given in extra}
            usual = {given: value for given, value in usual.items() if given.lower() not in taken}
            fixed = {given: value for given, value in fixed.items() if given.lower() not in taken}
            fixed.update(extra)
        return Shown(facts, usual, fixed, vary, sandboxed)
