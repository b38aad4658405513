"""Growler's Static under uvicorn."""

from _files import folder
from _uvicorn import serve

from growler import App
from growler_ext.static import Static

if __name__ == "__main__":
    app = App("bench")
    app.use(Static(folder()))
    serve(app)
