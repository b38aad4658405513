"""The same application with `async def` for every handler and every middleware; none of them waits."""

from growler import App, Request, Response

app = App("bench")


class Sets:
    """A middleware that leaves one attribute on the request."""

    def __init__(self, number: int) -> None:
        self.name = f"m{number}"
        self.number = number

    async def __call__(self, req: Request, res: Response) -> None:
        setattr(req, self.name, self.number)


async def text(req: Request, res: Response) -> None:
    res.send_text("Hello, World!")


async def params(req: Request, res: Response) -> None:
    res.send_json(req.params)


app.get("/", text)
app.get("/user/:user/post/:post/comment/:comment", params)
for number in range(5):
    app.use("/five", Sets(number))
app.get("/five", text)
