"""The forms a listing can be had in, by the name that `?format=` takes; the first is for those who do not say."""

from growler_ext.indexer.formats.contract import Format
from growler_ext.indexer.formats.html import HTMLFormat
from growler_ext.indexer.formats.json import JSONFormat
from growler_ext.indexer.formats.text import TextFormat

FORMATS: dict[str, Format] = {form.name: form for form in (HTMLFormat(), JSONFormat(), TextFormat())}

__all__ = ["FORMATS"]
