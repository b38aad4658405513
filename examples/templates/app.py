"""The same tea shop in four engines, side by side: mako, pug, jinja and format.

    python examples/templates/app.py      then http://127.0.0.1:8000/

The first page shows the four sources next to each other; behind it is the shop itself in each of them. All four send
the same page. It wants `pip install growler-ext-renderer[mako,jade,jinja]`.
"""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from growler import App, Request, Response
from growler.ext import Renderer
from growler.ext.renderer import attrs
from growler.http.errors import HTTPErrorNotFound

HERE = Path(__file__).resolve().parent
SUFFIXES = {"mako": ".mako", "pug": ".pug", "jinja": ".jinja", "format": ".tmpl"}
PARTS = {"layout": "The frame of every page", "shop": "The page", "row": "One row of its table"}
TEAS = [
    {"id": "assam", "name": "Assam", "price": 4.5, "notes": ["malty", "strong"], "left": 12},
    {"id": "sencha", "name": "Sencha", "price": 7.25, "notes": ["fresh"], "left": 0},
    # What visitors write is shown, and never run.
    {
        "id": "guest",
        "name": "<script>alert('tea')</script>",
        "price": 9,
        "notes": ['"quoted"', "a & b"],
        "left": 1,
    },
]


def build() -> App:
    """The shop; what a page shows is the same for every engine."""
    app = App("Four shops")
    app.use(Renderer(HERE / "views", list(SUFFIXES), globals={"shop": "Growler & Leaf"}))
    app.get("/", compare)
    app.get("/style.css", lambda req, res: res.send_file(HERE / "style.css"))
    app.get("/shop/:engine", show_shop)
    app.get("/shop/:engine/rows", show_rows)
    app.get("/mail/:engine", show_mail)
    return app


def compare(req: Request, res: Response) -> None:
    """The sources, side by side."""
    sources = {
        title: {name: (HERE / "views" / name / f"{part}{suffix}") for name, suffix in SUFFIXES.items()}
        for part, title in PARTS.items()
    }
    texts = {
        title: {name: path.read_text("utf-8") if path.exists() else "" for name, path in row.items()}
        for title, row in sources.items()
    }
    res.render("compare", {"engines": list(SUFFIXES), "sources": texts})


def values(req: Request, res: Response) -> dict[str, object]:
    """What the shop's page shows; the engine that cannot loop gets its rows as HTML, made by itself."""
    only = req.query.get_first("only", "all")
    teas = [tea for tea in TEAS if only == "all" or tea["left"]]
    shown: dict[str, object] = {"title": "Teas", "engine": engine_of(req), "only": only, "teas": teas}
    if engine_of(req) == "format":
        shown["rows"] = rows_as_html(res, teas)
        shown["empty"] = "" if teas else Markup("<p>Nothing is left.</p>")
    return shown


def rows_as_html(res: Response, teas: list[dict[str, object]]) -> Markup:
    rows = []
    for tea in teas:
        row = {
            "attributes": attrs({"class": None if tea["left"] else "sold-out", "data-id": tea["id"]}),
            "name": tea["name"],
            "notes": ", ".join(map(str, tea["notes"])),  # type: ignore[call-overload]  # it is a list of str
            "price": f"{tea['price']:.2f}",
            "state": "in stock" if tea["left"] else "sold out",
        }
        rows.append(Markup(res.render.to_string("format/row", row)))  # noqa: S704 - a template escaped it
    return Markup("").join(rows)


def show_shop(req: Request, res: Response) -> None:
    shown = values(req, res)
    name = f"{shown['engine']}/shop"
    if shown["engine"] == "format":
        # Nor can it inherit: the page is put into its frame here.
        page = Markup(res.render.to_string(name, shown))  # noqa: S704 - a template escaped it
        res.render("format/layout", {**shown, "main": page})
    else:
        res.render(name, shown)


def show_rows(req: Request, res: Response) -> None:
    """The rows alone, for a page that replaces them without loading all the rest (htmx and its like)."""
    shown = values(req, res)
    if shown["engine"] == "format":
        res.send_html(str(shown["rows"]))
    else:
        res.render(f"{shown['engine']}/shop", shown, block="rows")


def show_mail(req: Request, res: Response) -> None:
    """The same values as plain text, of which nothing is escaped: the .txt in the template's name says so."""
    res.render(f"{engine_of(req)}/mail.txt", {"name": "Ada <ada@example.org>", "tea": TEAS[0]["name"]})


def engine_of(req: Request) -> str:
    engine = req.params["engine"]
    if engine not in SUFFIXES:
        raise HTTPErrorNotFound(f"the shop is open in {', '.join(SUFFIXES)}")
    return engine


app = build()

if __name__ == "__main__":
    app.run()
