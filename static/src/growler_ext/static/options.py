"""Checks what `Static` is given, when it is given: every mistake is named at once, each with its mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypedDict, get_args

from growler.http.headers import Headers
from growler.paths import PathRefused, Root, Symlinks, split
from growler_ext.static.age import Age, parse_age
from growler_ext.static.hiding import Dotfiles, Hiding
from growler_ext.static.keeping import Immutable, Keeping, immutable_rule
from growler_ext.static.mime import TYPES
from growler_ext.static.precompressed import SUFFIXES
from growler_ext.static.shown import ExtraHeaders, Presentation
from growler_ext.static.source import Source

Folder = str | PathLike[str]

_TCHARS = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA_TYPE = re.compile(rf"{_TCHARS}/{_TCHARS}(;[\t\x20-\x7e]*)?").fullmatch
_CHARSET = re.compile(_TCHARS).fullmatch
_NAME = re.compile(r"[^/\\\0]+").fullmatch
_SUFFIX = re.compile(r"\.[^./\\\0]+").fullmatch
_EXTENSION = re.compile(r"\.?[^./\\\0][^/\\\0]*").fullmatch
_PREFIX = re.compile(r"(https?://[^/?#\s]+)?(/[^?#\s]*)?").fullmatch
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


class FileOptions(TypedDict, total=False):
    """The options that `Static` and `send_file` share; see `Static`."""

    max_age: Age
    immutable: Immutable
    cache_control: str | bool | None
    etag: bool
    last_modified: bool
    ranges: bool
    encodings: Sequence[str]
    types: Mapping[str, str] | None
    charset: str | None
    headers: ExtraHeaders | None
    untrusted: bool


class StaticOptions(FileOptions, total=False):
    """All options of `Static`."""

    index: str | Sequence[str] | None
    extensions: str | Sequence[str]
    spa: str | None
    redirect: bool
    fallthrough: bool
    dotfiles: Dotfiles
    hide: Iterable[str]
    symlinks: Symlinks
    prefix: str | None
    memory: int


class Mistakes(list[str]):
    """What is wrong, in sentences that name the mend."""

    def raise_any(self, who: str) -> None:
        """Raise ValueError that names all of them, one per line."""
        if self:
            raise ValueError(
                f"{who} cannot serve like this:\n" + "\n".join(f"- {mistake}" for mistake in self)
            )


@dataclass(frozen=True, slots=True)
class Places:
    """Where files are looked for."""

    source: Source
    spa: tuple[str, ...] | None


def check_places(
    mistakes: Mistakes,
    roots: Sequence[Folder],
    *,
    index: str | Sequence[str] | None,
    extensions: str | Sequence[str],
    spa: str | None,
    dotfiles: Dotfiles,
    hide: Iterable[str],
    symlinks: Symlinks,
) -> Places:
    """The options that say which files there are. Adds to `mistakes`."""
    mistakes += _wrong_roots(roots)
    indexes = _several(index)
    if not all(_matches(_NAME, name) and name not in (".", "..") for name in indexes):
        mistakes.append(
            f'index is {index!r}: give the name of a file, such as "index.html", a list of names, or None for no index'
        )
    suffixes = _several(extensions)
    if not all(_matches(_EXTENSION, suffix) for suffix in suffixes):
        mistakes.append(f'extensions is {extensions!r}: give suffixes such as ["html"]')
    page = None
    if spa is not None:
        try:
            page = split(b"/" + spa.encode())
        except (AttributeError, PathRefused):
            page = ()
        if not page:
            mistakes.append(f'spa is {spa!r}: give the path of a page below the root, such as "index.html"')
    if dotfiles not in get_args(Dotfiles):
        mistakes.append(f'dotfiles is {dotfiles!r}: choose "ignore", "deny" or "allow"')
    if symlinks not in get_args(Symlinks):
        mistakes.append(f'symlinks is {symlinks!r}: choose "inside", "follow" or "never"')
    hiding = None
    if isinstance(hide, str):
        mistakes.append(f"hide is {hide!r}: give a list of globs, [{hide!r}]")
    else:
        try:
            hiding = Hiding(hide)
        except ValueError as error:
            mistakes.append(f"hide: {error}")
    if mistakes:
        roots = ()
    source = Source(
        # Absolute now: a later chdir must not move what is served. Links on the way stay as they are, so that a
        # deployment may switch them.
        [Root(Path(root).absolute(), symlinks=symlinks) for root in roots],
        index=indexes,
        extensions=[
            suffix if suffix.startswith(".") else f".{suffix}" for suffix in suffixes if not mistakes
        ],
        dotfiles=dotfiles,
        hiding=hiding,
    )
    return Places(source, page)


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
    if charset is not None and not _matches(_CHARSET, charset):
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
        encodings=tuple(encodings),
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


def check_prefix(mistakes: Mistakes, prefix: str | None) -> None:
    if prefix is not None and not _matches(_PREFIX, prefix):
        mistakes.append(
            f'prefix is {prefix!r}: give what stands before a file\'s path in its URL, such as "/static" or '
            '"https://cdn.example.com/static"'
        )


def check_memory(mistakes: Mistakes, memory: int) -> None:
    if type(memory) is not int or memory < 0:
        mistakes.append(f"memory is {memory!r}: give bytes, 0 to keep no file in memory")


def _several(value: object) -> tuple[Any, ...]:
    """One or several, as several; what is neither stays, to be complained about."""
    if value is None or value is False:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _wrong_roots(roots: Sequence[object]) -> Iterator[str]:
    if not roots:
        yield 'no folder is given: Static("public")'
    for root in roots:
        if not isinstance(root, str | PathLike) or not isinstance(fspath(root), str):
            yield f"{root!r} is no folder: give each as an argument of its own, a str or a Path"
        elif not fspath(root):
            yield 'a folder is "": write "." for the current one'
        elif not Path(root).is_dir():
            yield f"there is no folder {Path(root).absolute()}: create it or correct the path"


def _wrong_types(types: Mapping[str, str]) -> Iterator[str]:
    for suffix, kind in types.items():
        if not _matches(_SUFFIX, suffix):
            yield f'types has {suffix!r}: a suffix is one dot and a name, such as ".glb"'
        if not _matches(_MEDIA_TYPE, kind):
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


def _matches(pattern: Callable[[str], object], value: object) -> bool:
    """The annotations are a promise that only type checkers keep; a mistake may be of any type."""
    return isinstance(value, str) and pattern(value) is not None
