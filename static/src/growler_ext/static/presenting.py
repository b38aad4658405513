"""Checks the options of `Static` and `send_file` that say how files are sent, and makes a `Presentation` of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from growler.http.headers import Headers
from growler_ext.static.age import Age, parse_age
from growler_ext.static.keeping import Immutable, Keeping, immutable_rule
from growler_ext.static.mime import TYPES
from growler_ext.static.options import Mistakes, matches
from growler_ext.static.precompressed import SUFFIXES
from growler_ext.static.shown import ExtraHeaders, Presentation

_TCHARS = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA_TYPE = re.compile(rf"{_TCHARS}/{_TCHARS}(;[\t\x20-\x7e]*)?").fullmatch
_CHARSET = re.compile(_TCHARS).fullmatch
_SUFFIX = re.compile(r"\.[^./\\\0]+").fullmatch
# What comes out of the file and the request each time.
_NOT_TO_SET = frozenset(
    {
        "content-length",
        "content-range",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "date",
        "server",
    }
)


def check_presentation(
    mistakes: Mistakes,
    *,
    max_age: Age = 0,
    immutable: Immutable = False,
    cache_control: str | bool | None = None,
    etag: bool = True,
    last_modified: bool = True,
    ranges: bool = True,
    encodings: Sequence[str] = ("br", "zstd", "gzip"),
    types: Mapping[str, str] | None = None,
    charset: str | None = "utf-8",
    headers: ExtraHeaders | None = None,
    untrusted: bool = False,
) -> Presentation:
    """The options that say how files are presented. Adds to `mistakes`."""
    mistakes += _wrong_types(types or {})
    if charset is not None and not matches(_CHARSET, charset):
        mistakes.append(f'charset is {charset!r}: give a name such as "utf-8", or None to say nothing of it')
    if isinstance(encodings, str) or not all(coding in SUFFIXES for coding in encodings):
        mistakes.append(
            f"encodings is {encodings!r}: give a list of {', '.join(map(repr, SUFFIXES))}, the best first"
        )
    if headers is not None and not callable(headers):
        mistakes += _wrong_headers(headers)
    return Presentation(
        _check_keeping(mistakes, max_age, immutable, cache_control),
        etag=etag,
        last_modified=last_modified,
        ranges=ranges,
        # A stranger could lay another's file beside it, in a form that most clients take instead.
        encodings=() if untrusted else tuple(encodings),
        types=TYPES
        if types is None
        else {**TYPES, **{str(suffix).lower(): kind for suffix, kind in types.items()}},
        charset=charset,
        headers=headers,
        untrusted=untrusted,
    )


def _check_keeping(
    mistakes: Mistakes, max_age: Age, immutable: Immutable, cache_control: str | bool | None
) -> Keeping:
    seconds, rule = 0, immutable_rule(False)
    try:
        seconds = parse_age(max_age)
    except ValueError as error:
        mistakes.append(str(error))
    try:
        rule = immutable_rule(immutable)
    except re.error as error:
        mistakes.append(f"immutable is {immutable!r}, which is no regex: {error}")
    if cache_control is True or (isinstance(cache_control, str) and not _is_field(cache_control)):
        mistakes.append(
            f'cache_control is {cache_control!r}: give a value such as "no-cache", or False to send none'
        )
    elif cache_control is not None and seconds:
        mistakes.append("max_age and cache_control say the same thing: give one of them")
    return Keeping(seconds, rule, cache_control)


def _wrong_types(types: Mapping[str, str]) -> Iterator[str]:
    for suffix, kind in types.items():
        if not matches(_SUFFIX, suffix):
            yield f'types has {suffix!r}: a suffix is one dot and a name, such as ".glb"'
        if not matches(_MEDIA_TYPE, kind):
            yield f'types has {kind!r} for {suffix!r}: a media type is like "model/gltf-binary" (RFC 9110 8.3.1)'


def _wrong_headers(headers: object) -> Iterator[str]:
    if not isinstance(headers, Mapping):
        yield f"headers is {headers!r}: give a dict, or a function of path and stat that returns one"
        return
    for name, value in headers.items():
        if str(name).lower() in _NOT_TO_SET:
            yield f"headers has {name!r}, which comes out of each answer by itself: leave it out"
        elif not isinstance(value, str):
            yield f"headers has {value!r} for {name!r}: a value is a str"
        else:
            try:
                Headers({name: value})
            except (ValueError, TypeError) as error:
                yield f"headers: {error}"


def _is_field(value: str) -> bool:
    try:
        Headers({"Cache-Control": value})
    except ValueError:
        return False
    return bool(value.strip())
