"""The application that the Growler peers serve: plain functions."""

import _pages

from growler import App, Request, Response
from growler.ext import Renderer

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


def mako_page(req: Request, res: Response) -> None:
    res.render("page.mako", _pages.values())


def jinja_page(req: Request, res: Response) -> None:
    res.render("page.jinja", _pages.values())


app.get("/", text)
app.get("/user/:user/post/:post/comment/:comment", params)
for number in range(5):
    app.use("/five", Sets(number))
app.get("/five", text)
app.use("/pages", Renderer(_pages.VIEWS, ["mako", "jinja"]))
app.get("/pages/mako", mako_page)
app.get("/pages/jinja", jinja_page)
