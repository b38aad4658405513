"""The pages: two `routerclass`es, one for readers and one for who writes.

A route is a method whose name begins with the HTTP method and whose docstring begins with the path. They get what they
need through `__init__`, as any object does.
"""

from __future__ import annotations

from growler import Request, Response, routerclass
from growler.http.errors import HTTPErrorNotFound
from growler.http.forms import Form
from posts import Post, Posts

BOUNDS = {"name": 60, "title": 120, "text": 20_000}
"""How many characters each field may have; a page's `maxlength` only helps who means well."""


@routerclass
class Blog:
    """What everybody may read, and comment."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    def get_index(self, req: Request, res: Response) -> None:
        """/"""
        res.render("index", {"posts": self._posts.newest()})

    def get_feed(self, req: Request, res: Response) -> None:
        """/feed.xml"""
        # `.xml` in the template's name makes it XML, and escapes for XML.
        res.render("feed.xml", {"posts": self._posts.newest()}, type="application/atom+xml")

    def get_post(self, req: Request, res: Response) -> None:
        """/posts/:slug"""
        self._show(res, self._find(req))

    async def post_comment(self, req: Request, res: Response) -> None:
        """/posts/:slug/comments"""
        post = self._find(req)
        form = await req.form()
        mistakes = problems(form, "name", "text")
        if mistakes:
            # The page once more, with what was typed: nobody writes a comment twice.
            self._show(res, post, {"form": form, "mistakes": mistakes}, status=422)
            return
        self._posts.add_comment(post.id, field(form, "name"), field(form, "text"))
        req.session.flash("Thank you for your comment.")
        # 303 makes a GET of it: reloading the page does not post the comment again.
        res.redirect(f"/posts/{post.slug}#comments", 303)

    def _find(self, req: Request) -> Post:
        post = self._posts.find(req.params["slug"])
        if post is None:
            raise HTTPErrorNotFound("There is no such post.")
        return post

    def _show(
        self, res: Response, post: Post, more: dict[str, object] | None = None, status: int = 200
    ) -> None:
        values = {"post": post, "comments": self._posts.comments(post.id), "form": Form(), "mistakes": {}}
        res.render("post", {**values, **(more or {})}, status=status)


@routerclass
class Desk:
    """Where posts are written. Who may come here is said where it is mounted."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    def get_new(self, req: Request, res: Response) -> None:
        """/new"""
        res.render("write", {"title": "", "text": "", "mistakes": {}})

    async def post_new(self, req: Request, res: Response) -> None:
        """/new"""
        form = await req.form()
        if self._accepts(form, res):
            slug = self._posts.add(field(form, "title"), field(form, "text"))
            req.session.flash("Your post is out.")
            res.redirect(f"/posts/{slug}", 303)

    def get_edit(self, req: Request, res: Response) -> None:
        """/posts/:id"""
        post = self._get(req)
        res.render("write", {"title": post.title, "text": post.text, "mistakes": {}})

    async def post_edit(self, req: Request, res: Response) -> None:
        """/posts/:id"""
        post = self._get(req)
        form = await req.form()
        if self._accepts(form, res):
            self._posts.change(post.id, field(form, "title"), field(form, "text"))
            req.session.flash("Your changes are out.")
            res.redirect(f"/posts/{post.slug}", 303)

    def post_delete(self, req: Request, res: Response) -> None:
        """/posts/:id/delete"""
        post = self._get(req)
        self._posts.delete(post.id)
        req.session.flash(f"“{post.title}” is gone.")
        res.redirect("/", 303)

    def post_delete_comment(self, req: Request, res: Response) -> None:
        """/posts/:id/comments/:comment/delete"""
        post = self._get(req)
        self._posts.delete_comment(number(req.params["comment"]))
        req.session.flash("The comment is gone.")
        res.redirect(f"/posts/{post.slug}#comments", 303)

    def _get(self, req: Request) -> Post:
        post = self._posts.get(number(req.params["id"]))
        if post is None:
            raise HTTPErrorNotFound("There is no such post.")
        return post

    def _accepts(self, form: Form, res: Response) -> bool:
        """Whether a post can be kept; else the page is shown again."""
        mistakes = problems(form, "title", "text")
        if mistakes:
            typed = {name: field(form, name) for name in ("title", "text")}
            res.render("write", {**typed, "mistakes": mistakes}, status=422)
        return not mistakes


def field(form: Form, name: str) -> str:
    """A field's text, with the line ends of this side."""
    return (form.get_first(name) or "").replace("\r\n", "\n").strip()


def problems(form: Form, *names: str) -> dict[str, str]:
    """What is wrong with these fields, in sentences."""
    found = {}
    for name in names:
        if not field(form, name):
            found[name] = f"Please fill in the {name}."
        elif len(field(form, name)) > BOUNDS[name]:
            found[name] = f"The {name} may have {BOUNDS[name]} characters."
    return found


def number(text: str) -> int:
    """An id in a path; what is none names nothing."""
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise HTTPErrorNotFound
    return int(text)
