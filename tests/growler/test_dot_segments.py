"""`.` and `..` in a path are resolved before it is routed: a guard sees what a folder behind it would be asked for."""

from __future__ import annotations

import pytest

from growler import App, Router
from growler.http.errors import HTTPErrorForbidden
from growler.router.segments import resolved, split

DIRECT = "/files/private/secret.txt"
ROUNDABOUT = [
    "/files/open/../private/secret.txt", "/files/./private/secret.txt", "/files/private/./secret.txt",
    "/files/open/%2e%2e/private/secret.txt", "/files/%2E/private/secret.txt", "/x/../files/private/secret.txt",
    "/files/open/.%2e/%70rivate/secret.txt", "/./files/private/a/../secret.txt", "/files/private/../private/secret.txt",
]  # fmt: skip


@pytest.mark.parametrize("target", [DIRECT, *ROUNDABOUT])
def test_a_guard_in_front_of_a_folder_is_not_walked_around(serve, tmp_path, target):
    from growler.ext import Static

    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "secret.txt").write_text("secret")
    (tmp_path / "open").mkdir()

    def guard(req, res):
        raise HTTPErrorForbidden

    app = App()
    app.use("/files/private", guard)
    app.use("/files", Static(tmp_path))
    assert serve(app).get(target).status == 403


def test_handlers_see_the_path_that_comes_of_it(serve):
    app = App()
    router = Router()
    router.get(
        "/:id", lambda req, res: res.send_json([req.base_url, req.path, req.original_url, req.params["id"]])
    )
    app.use("/things", router)
    client = serve(app)
    assert client.get("/x/../things/./7?q=.").json() == ["/things", "/7", "/things/7?q=.", "7"]
    assert client.get("/things/7/%2e%2e/8").json() == ["/things", "/8", "/things/8", "8"]
    assert client.get("/things/7/..").status == 404


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        (b"/.", b"/"), (b"/a/.", b"/a/"), (b"/a/..", b"/"), (b"/a/../", b"/"), (b"/a/b/../c", b"/a/c"),
        (b"/a/./b/", b"/a/b/"), (b"/a%2Fb/../c", b"/c"), (b"/%61/%2e/%62", b"/%61/%62"), (b"/a/b/..", b"/a/"),
        (b"/...", b"/..."), (b"/.a/..b", b"/.a/..b"), (b"/a;/../b", b"/b"),
    ],
)  # fmt: skip
def test_segments_that_are_dots_are_resolved(path, clean):
    assert resolved(path, split(path)) == clean


@pytest.mark.parametrize(
    "path", [b"/..", b"/../a", b"/a/../../a", b"/%2e%2e/a", b"/a//../b", b"//..", b"/./..//evil.example"]
)
def test_a_path_above_the_root_or_with_an_empty_segment_stays_what_it_is(path):
    assert resolved(path, split(path)) == path


@pytest.mark.parametrize("path", ["/a/./b", "/a/../b", "/.."])
def test_a_route_with_dots_could_never_be_reached_and_is_refused(path):
    with pytest.raises(ValueError, match="resolved before a request is routed"):
        App().get(path, lambda req, res: None)


def test_a_target_that_is_no_path_is_400_on_every_server(serve_live):
    app = App()
    app.get("/", lambda req, res: res.send_text("home"))
    assert serve_live(app).request("GET", "*").status == 400
