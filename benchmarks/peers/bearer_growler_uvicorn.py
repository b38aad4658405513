"""A bearer token, Growler under uvicorn."""

from _bearer_growler import make_app
from _uvicorn import serve

if __name__ == "__main__":
    serve(make_app())
