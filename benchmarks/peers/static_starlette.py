"""Starlette's StaticFiles under uvicorn."""

from _files import folder
from _uvicorn import serve
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

if __name__ == "__main__":
    serve(Starlette(routes=[Mount("/", StaticFiles(directory=folder()))]))
