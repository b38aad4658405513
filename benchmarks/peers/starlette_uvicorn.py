"""Starlette on uvicorn: the base of all ratios."""

import _pages
from _starlette_middleware import Sets
from _uvicorn import serve
from jinja2 import Environment, FileSystemLoader
from mako.lookup import TemplateLookup
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.templating import Jinja2Templates


async def text(request: Request) -> Response:
    return PlainTextResponse("Hello, World!")


async def params(request: Request) -> Response:
    return JSONResponse(request.path_params)


# Escaping as Growler's renderer has it; no look at the files, as is right in production.
lookup = TemplateLookup([str(_pages.VIEWS)], default_filters=["h"], filesystem_checks=False)
loader = FileSystemLoader(_pages.VIEWS)
environment = Environment(loader=loader, autoescape=True, auto_reload=False, keep_trailing_newline=True)
templates = Jinja2Templates(env=environment)


async def mako_page(request: Request) -> Response:
    return HTMLResponse(lookup.get_template("page.mako").render_unicode(**_pages.values()))


async def jinja_page(request: Request) -> Response:
    return templates.TemplateResponse(request, "page.jinja", _pages.values())


app = Starlette(
    routes=[
        Route("/", text),
        Route("/user/{user}/post/{post}/comment/{comment}", params),
        Route("/pages/mako", mako_page),
        Route("/pages/jinja", jinja_page),
        Mount("/five", routes=[Route("/", text)], middleware=[Middleware(Sets, number=n) for n in range(5)]),
    ]
)

if __name__ == "__main__":
    serve(app)
