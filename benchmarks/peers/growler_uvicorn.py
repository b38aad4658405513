"""The same Growler app under uvicorn."""

from _growler_app import app
from _uvicorn import serve

if __name__ == "__main__":
    serve(app)
