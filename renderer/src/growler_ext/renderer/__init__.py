"""Templates for Growler behind one `res.render`: mako and plain formats, escaped by default.

from growler.ext import Renderer

app.use(Renderer("views/", "mako"))

@app.get("/")
def index(req, res):
    res.render("home", {"title": "Hello"})
"""

from growler_ext.renderer.contract import Engine, Fault, Loader, Place, Source, Template
from growler_ext.renderer.errors import TemplateError, TemplateNotFound
from growler_ext.renderer.middleware import Render, Renderer

__all__ = [
    "Engine",
    "Fault",
    "Loader",
    "Place",
    "Render",
    "Renderer",
    "Source",
    "Template",
    "TemplateError",
    "TemplateNotFound",
]
