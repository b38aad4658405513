"""An application that uses a little of everything, for servers that import what they serve."""

from __future__ import annotations

from growler import App, HTTPError, Request, Response, Router
from growler.http.errors import HTTPErrorNotFound

app = App("everything")


@app.use
async def mark(req: Request, res: Response) -> None:
    res.on("headers", lambda: res.set("X-Marked", req.head.method))


@app.get("/text")
def text(req: Request, res: Response) -> None:
    res.send_text("plain ü")


@app.get("/json/:id")
async def json(req: Request, res: Response) -> None:
    res.send_json(
        {"id": req.params["id"], "query": dict(req.query), "path": req.path, "protocol": req.protocol}
    )


@app.post("/echo")
async def echo(req: Request, res: Response) -> None:
    res.send(await req.body())


@app.post("/form")
async def form(req: Request, res: Response) -> None:
    res.send_json(dict(await req.form()))


@app.get("/stream")
async def stream(req: Request, res: Response) -> None:
    for number in range(3):
        await res.write(f"part {number}\n")


@app.get("/cookies")
def cookies(req: Request, res: Response) -> None:
    res.headers["Set-Cookie"] = ["a=1", "b=2"]
    res.redirect("/text", 303)


@app.get("/headers")
def headers(req: Request, res: Response) -> None:
    res.send_json([req.get("x-one"), req.headers.getall("x-two"), req.get("cookie")])


@app.get("/gone")
def gone(req: Request, res: Response) -> None:
    raise HTTPError[410]("it was here")


@app.get("/late")
async def late(req: Request, res: Response) -> None:
    raise HTTPErrorNotFound


@app.get("/nothing")
def nothing(req: Request, res: Response) -> None:
    res.send(204)


@app.get("/file")
def file(req: Request, res: Response) -> None:
    res.send_file(__file__)


inner = Router()


@inner.get("/")
def below(req: Request, res: Response) -> None:
    res.send_json([req.base_url, req.path, dict(req.params)])


app.use("/mounted/:where", inner)
