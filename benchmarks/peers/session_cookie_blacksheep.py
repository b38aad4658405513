"""BlackSheep's session, in a signed cookie."""

from _uvicorn import serve
from blacksheep import Application, Request, get, text

app = Application()
app.use_sessions("a secret of the benchmark")


@get("/count")
async def count(request: Request):
    request.session["n"] = request.session.get("n", 0) + 1
    return text("counted")


if __name__ == "__main__":
    serve(app)
