"""The one place where a path from outside becomes something on disk.

`names` decodes a URL path once, as bytes, and refuses. `root` opens what it names below a folder, under one of three
policies for links. `walk` goes there part by part without following any: what was checked is what is opened.
Static, Indexer, archives and template names all come through here.
"""

from __future__ import annotations

from growler.paths.names import PathRefused, is_inside, names_folder, split
from growler.paths.opened import OpenedFile, OpenedFolder
from growler.paths.root import Root, Symlinks, open_folder, open_parts, open_under, resolve_under

__all__ = [
    "OpenedFile",
    "OpenedFolder",
    "PathRefused",
    "Root",
    "Symlinks",
    "is_inside",
    "names_folder",
    "open_folder",
    "open_parts",
    "open_under",
    "resolve_under",
    "split",
]
