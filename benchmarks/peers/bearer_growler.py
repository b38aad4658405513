"""A bearer token, Growler on its own server and uvloop."""

import uvloop
from _bearer_growler import make_app
from _native import serve

if __name__ == "__main__":
    uvloop.run(serve(make_app()))
