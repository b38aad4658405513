"""The application that the Growler peers serve: plain functions."""

from growler import App, Request, Response

app = App("bench")


class Sets:
    """A middleware that leaves one attribute on the request."""

    def __init__(self, number: int) -> None:
        self.name = f"m{number}"
        self.number = number

    def __call__(self, req: Request, res: Response) -> None:
        setattr(req, self.name, self.number)


def text(req: Request, res: Response) -> None:
    res.send_text("Hello, World!")


def params(req: Request, res: Response) -> None:
    res.send_json(req.params)


app.get("/", text)
app.get("/user/:user/post/:post/comment/:comment", params)
for number in range(5):
    app.use("/five", Sets(number))
app.get("/five", text)
