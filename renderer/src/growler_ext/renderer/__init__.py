"""Templates for Growler behind one `res.render`: mako, pug, Jinja and plain formats, escaped by default.

from growler.ext import Renderer

app.use(Renderer("views/", "mako"))

@app.get("/")
def index(req, res):
    res.render("home", {"title": "Hello"})
"""

from growler_ext.renderer.contract import (
    Engine,
    Fault,
    Inspection,
    Loader,
    Place,
    Reference,
    Source,
    Template,
    UnknownBlock,
)
from growler_ext.renderer.errors import TemplateError, TemplateNotFound
from growler_ext.renderer.functions import attrs, json
from growler_ext.renderer.middleware import Render, Renderer

__all__ = [
    "Engine",
    "Fault",
    "Inspection",
    "Loader",
    "Place",
    "Reference",
    "Render",
    "Renderer",
    "Source",
    "Template",
    "TemplateError",
    "TemplateNotFound",
    "UnknownBlock",
    "attrs",
    "json",
]
