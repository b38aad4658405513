"""Names and habits of Growler 0.x that programs still have, as those programs use them."""

from __future__ import annotations

import asyncio
import io
import re
from importlib import metadata

import pytest

import growler
from growler import App, Router, RouterMeta, get_routing_attributes, routerclass, routerify
from growler.http.headers import Headers
from growler.http.methods import HTTPMethod
from growler.middleware.renderer import RenderEngine, Renderer, StringRenderer
from growler.responder import CoroutineResponder, GrowlerResponder
from growler.testing import TestClient


def show(req, res): ...


def logged(req, res): ...


def failed(req, res, error): ...


# Names


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("growler", "App Application Growler Router RouterMeta routerclass routerify get_routing_attributes "
                    "GrowlerStopIteration GrowlerProtocol HTTPError middleware http router aio ext mw growler"),
        ("growler.aio", "GrowlerProtocol GrowlerHTTPProtocol"),
        ("growler.http", "HTTPRequest HTTPResponse HTTPMethod HttpStatus Headers HTTPError GrowlerHTTPProtocol"),
        ("growler.http.request", "HTTPRequest"),
        ("growler.http.response", "HTTPResponse Headers"),
        ("growler.responder", "GrowlerResponder CoroutineResponder"),
        ("growler.router", "Router RouterMeta routerclass routerify get_routing_attributes"),
        ("growler.middleware", "Logger ResponseTime Renderer RenderEngine StringRenderer Static Session CookieParser "
                               "Auth DefaultSessionStorage"),
        ("growler.middleware.renderer", "Renderer RenderEngine StringRenderer"),
    ],
)  # fmt: skip
def test_names_are_where_they_were(module, names):
    found = __import__(module, fromlist=["*"])
    assert [name for name in names.split() if not hasattr(found, name)] == []


def test_the_package_tells_its_version_author_and_license():
    assert growler.__version__ == metadata.version("growler")
    assert growler.__author__ == "The Growler developers"
    assert growler.__license__ == "Apache-2.0"
    assert growler.growler is growler
    with pytest.raises(AttributeError, match="no attribute '__date__'"):
        _ = growler.__date__


ERRORS = {
    "BadRequest": 400,
    "Unauthorized": 401,
    "PaymentRequired": 402,
    "Forbidden": 403,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "NotAcceptable": 406,
    "ProxyAuthenticationRequired": 407,
    "RequestTimeout": 408,
    "Conflict": 409,
    "Gone": 410,
    "LengthRequired": 411,
    "PreconditionFailed": 412,
    "RequestEntityTooLarge": 413,
    "RequestUriTooLarge": 414,
    "UnsupportedMediaType": 415,
    "RequestedRangeNotSatisfiable": 416,
    "ExpectationFailed": 417,
    "UnprocessableEntity": 422,
    "Locked": 423,
    "FailedDependency": 424,
    "UpgradeRequired": 426,
    "PreconditionRequired": 428,
    "TooManyRequests": 429,
    "RequestHeaderFieldsTooLarge": 431,
    "InternalServerError": 500,
    "NotImplemented": 501,
    "BadGateway": 502,
    "ServiceUnavailable": 503,
    "GatewayTimeout": 504,
    "VersionNotSupported": 505,
    "VariantAlsoNegotiates": 506,
    "InsufficientStorage": 507,
    "LoopDetected": 508,
    "NotExtended": 510,
    "NetworkAuthenticationRequired": 511,
}


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_is_found_by_name_and_code(name):
    from growler.http import errors

    error = getattr(errors, f"HTTPError{name}")
    assert errors.HTTPError[ERRORS[name]] is errors.HTTPError.get_from_code(ERRORS[name]) is error
    assert errors.HTTPError[error.phrase] is error
    assert error().msg == error.phrase


@pytest.mark.parametrize("key", [5000, "Ferbidden", 200])
def test_an_error_that_is_none_is_a_mistake_of_the_program(key):
    from growler.http.errors import (
        HTTPError,
        HTTPErrorBadRequest,
        HTTPErrorInvalidHeader,
        HTTPErrorInvalidHttpError,
    )

    with pytest.raises(HTTPErrorInvalidHttpError):
        raise HTTPError[key]
    assert issubclass(HTTPErrorInvalidHeader, HTTPErrorBadRequest)


def test_headers_are_updated_from_several_mappings_and_written_as_a_head():
    headers = Headers({"foo": "baz", "a": "b"})
    headers.update({"c": "d"}, {"foo": "bar"}, e="f")
    assert str(headers) == "foo: bar\r\na: b\r\nc: d\r\ne: f\r\n\r\n"


# Routers


def test_a_router_shows_its_nodes_in_order():
    router = Router()
    below = Router()
    router.use(logged)
    router.get("/a/:id", show)
    router.use(failed, "/a")
    router.add_router("/below", below)
    assert [node.func for node in router] == [logged, show, failed, below]
    assert [(node.is_errorhandler, node.is_subchain) for node in router] == [
        (False, False),
        (False, False),
        (True, False),
        (False, True),
    ]
    assert (router.first().func, router.last().func, len(router)) == (logged, below, 4)
    assert [node.func for node in router.subrouters] == [below]
    assert router.routes[1] == (HTTPMethod.GET, re.compile("/a/(?P<id>[^/]+)"), show)
    assert list(router.iter_routes()) == list(router.routes)


@pytest.mark.parametrize(
    ("method", "path", "handlers"),
    [
        (HTTPMethod.GET, "/x", [logged, show]),
        (HTTPMethod.HEAD, "/x", [logged, show]),
        (HTTPMethod.POST, "/x", [logged]),
        (HTTPMethod.GET, "/x/y", [logged]),
        (HTTPMethod.GET, "/in/ä b", [logged, show]),
        (HTTPMethod.GET, "/other", [logged]),
    ],
)
def test_match_routes_gives_what_would_run(method, path, handlers):
    class Asked:
        pass

    asked = Asked()
    asked.method, asked.path = method, path
    below = Router().get("/:name", show)
    router = Router().get("/x", show).add_router("/in", below)
    whole = Router()
    whole.use([logged, router])
    assert list(whole.match_routes(asked)) == handlers


@pytest.mark.parametrize(
    ("path", "asked", "found"),
    [
        ("/", "/", {}),
        ("/:x/via/:y", "/010/via/a-b", {"x": "010", "y": "a-b"}),
        ("/a.b", "/axb", None),
        ("/name/:name", "/name/", None),
        (re.compile("/n/(?P<n>[0-9]+)"), "/n/7", {"n": "7"}),
    ],
)
def test_a_path_becomes_a_regex(path, asked, found):
    match = Router.sinatra_path_to_regex(path).fullmatch(asked)
    assert (match.groupdict() if match else None) == found


def test_verbs_can_be_called_through_the_class():
    router = Router()
    assert Router.get(router, "/x", show) is router
    assert Router.post(router, "/y")(show) is show
    assert [node.mask for node in router] == [HTTPMethod.GET, HTTPMethod.POST]


class Pages:
    def get_two(self, req, res):
        """/two   The second page."""

    def get_one(self, req, res):
        """/one"""

    def get_none(self, req, res):
        """Gets nothing."""


def test_an_object_keeps_its_router_where_old_programs_look():
    pages = Pages()
    router = routerify(pages)
    # Not in a class body, where Python would give the name another form.
    assert pages.__growler_router is router
    assert [path.pattern for _, path, _ in router.routes] == ["/two", "/one"]

    mounted = routerclass(type("Mounted", (Pages,), {}))()
    assert mounted.__growler_router() is mounted.__growler_router
    by_meta = RouterMeta("ByMeta", (Pages,), {})()
    assert len(by_meta.__growler_router()) == 2


def test_an_object_with_slots_becomes_a_router_too():
    class Slotted:
        __slots__ = ()

        def get_it(self, req, res):
            """/it"""

    assert len(routerify(Slotted())) == 1


def test_routing_attributes_by_name_and_without_their_paths():
    def get_it(req, res):
        """/it   Gives it."""

    module = type(growler)("pages")
    module.get_it = get_it
    assert list(get_routing_attributes(module, keys=["get_it", "post_nothing", "other"])) == [
        (HTTPMethod.GET, "/it", get_it)
    ]
    assert [path for _, path, _ in get_routing_attributes(module, modify_doc=True)] == ["/it"]
    assert get_it.__doc__ == "Gives it."


# App


def test_the_tree_is_printed_in_the_old_layout():
    app = App("blog")
    app.use(logged)
    news = Router()
    news.get("/:id", show)
    news.add(HTTPMethod.POST | HTTPMethod.PUT, "/", show)
    app.use("/news", news)
    app.get(re.compile("/n[0-9]"), show)
    out = io.StringIO()
    app.print_middleware_tree(file=out, EOL="\n", end="")
    assert out.getvalue().split("\n") == [
        "blog",
        f"├── ALL / {logged}",
        f"├── ALL /news {news}",
        f"│   ├── GET /:id {show}",
        f"│   └── POST+PUT / {show}",
        f"├── GET / ~ /n[0-9] {show}",
        "┴",
    ]


def test_the_tree_goes_to_standard_output(capsys):
    App("empty").print_middleware_tree()
    assert capsys.readouterr().out.split() == ["empty", "┴"]


def test_an_app_shows_its_middleware():
    app = App()
    assert app.has_root_router
    app.use(path="/foo")(show)
    assert app.middleware.last().func is show
    assert app.middleware.last().path == re.compile("/foo")
    assert app.middleware is app.router


def test_a_strict_app_mounts_only_routers_by_add_router():
    app = App()
    assert app.add_router("/lenient", show) is app
    app.strict_router_check = True
    with pytest.raises(TypeError, match=r"is no router: mount it with app\.use\('/x', \.\.\.\)"):
        app.add_router("/x", show)
    app.add_router("/router", Router())
    app.add_router("/object", routerclass(type("Mounted", (Pages,), {}))())
    assert len(app.middleware) == 3


def test_switches_are_set_and_asked():
    app = App(loop=None, colour="red")
    assert (app.enabled("x-powered-by"), app["colour"]) == (None, "red")
    app.enable("x-powered-by")
    assert app.enabled("x-powered-by") is True
    app.disable("x-powered-by")
    assert app.enabled("x-powered-by") is False
    del app["colour"]
    assert "colour" not in app


# Responders


def test_a_responder_hands_its_bytes_to_a_coroutine_and_leaves_it_when_the_connection_is_gone():
    seen = []

    def reader():
        try:
            while True:
                seen.append((yield))
        finally:
            seen.append("left")

    started = reader()
    next(started)
    responder = CoroutineResponder(started)
    assert isinstance(responder, GrowlerResponder)
    responder.on_data(b"a")
    responder.on_data(b"b")
    responder.on_lost(None)
    assert seen == [b"a", b"b", "left"]


def test_a_protocol_with_a_responder_of_its_own_serves():
    class Echo(growler.GrowlerProtocol):
        def __init__(self, loop):
            super().__init__(loop=loop, responder_factory=self.respond)

        @staticmethod
        def respond(protocol):
            def echo():
                while True:
                    protocol.transport.write((yield).upper())

            started = echo()
            next(started)
            return CoroutineResponder(started)

    async def talk():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Echo.get_factory(loop), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello")
        answer = await reader.readexactly(5)
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return answer

    assert asyncio.run(talk()) == b"HELLO"


# Render engines


class Shouting(RenderEngine):
    default_file_extensions = [".shout"]

    def render_source(self, filename, obj):
        return filename.read_text().upper() + repr(sorted(obj))


@pytest.fixture
def views(tmp_path):
    folder = tmp_path / "views"
    (folder / "sub").mkdir(parents=True)
    (folder / "home.html.tmpl").write_text("<h1>{title}</h1>{more}")
    (folder / "sub" / "page.shout").write_text("page")
    (folder / "both.html.tmpl").write_text("string")
    (folder / "both.shout").write_text("shout")
    (tmp_path / "secret.shout").write_text("secret")
    return folder


@pytest.fixture
def client(views, serve):
    app = App(debug=True)
    app.use(StringRenderer(views))
    app.use(Shouting(str(views)))

    @app.use
    def defaults(req, res):
        res.locals["title"] = "Home & <garden>"

    @app.get("/render")
    def render(req, res):
        values = {"more": "<b>"}
        res.render(req.query["name"][0], values)
        assert values == {"more": "<b>"}
        assert res.locals == {"title": "Home & <garden>"}

    return serve(app)


def test_old_engines_share_res_render(client):
    reply = client.get("/render?name=home")
    assert (reply.status, reply.text) == (200, "<h1>Home &amp; &lt;garden&gt;</h1>&lt;b&gt;")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert client.get("/render?name=sub/page").text == "PAGE['more', 'title']"


def test_a_name_with_a_suffix_goes_to_its_engine_first(client):
    assert client.get("/render?name=both.shout").text == "SHOUT['more', 'title']"
    assert client.get("/render?name=both").text == "string"


@pytest.mark.parametrize(
    "name", ["../secret", "../secret.shout", "%2e%2e/secret", "/etc/passwd", "sub", "nothing", "a%00"]
)
def test_what_is_no_template_below_the_directory_is_not_found(client, name):
    reply = client.get(f"/render?name={name}", headers={"Accept": "text/plain"})
    assert reply.status == 500
    assert "ValueError: there is no template" in reply.text


def test_an_engine_needs_a_directory(tmp_path):
    for path in (tmp_path / "missing", __file__):
        with pytest.raises(NotADirectoryError, match="which is no directory"):
            RenderEngine(path)


def test_an_engine_of_somebody_else_is_told_of_once(views, caplog):
    app = App()
    app.use(StringRenderer(views))
    app.use(Shouting(views))
    app.get("/:name", lambda req, res: res.render(req.params["name"], {"title": "", "more": ""}))
    with TestClient(app) as client:
        for path in ("/home", "/both.shout", "/both.shout"):
            client.get(path)
    assert [record.message for record in caplog.records if record.name == "growler.renderer"] == [
        "Shouting is an engine of old Growler: nobody but it escapes what it shows"
    ]


def test_markup_is_shown_as_it_is(views):
    class Markup(str):
        def __html__(self):
            return str(self)

    engine = StringRenderer(views)
    assert engine.render_source("home.html.tmpl", {"title": Markup("<i>"), "more": 1.5}) == "<h1><i></h1>1.5"
    assert engine.render_source("home.html.tmpl") == "<h1>{title}</h1>{more}"


def test_templates_of_the_extension_in_front_are_looked_for_first(views, serve):
    from growler.ext import Renderer as ExtensionRenderer

    (views / "new.mako").write_text("${title}")
    app = App()
    app.use(ExtensionRenderer(views, "mako"))
    app.use(StringRenderer(views))
    app.get("/:name", lambda req, res: res.render(req.params["name"], {"title": "<t>", "more": ""}))
    client = serve(app)
    assert client.get("/new").text == "&lt;t&gt;"
    assert client.get("/home").text == "<h1>&lt;t&gt;</h1>"
    assert client.get("/nothing").status == 500


def test_an_error_in_a_template_of_the_extension_is_not_taken_for_a_missing_one(views, serve, caplog):
    from growler.ext import Renderer as ExtensionRenderer

    (views / "home.mako").write_text("${1 / 0}")
    app = App()
    app.use(ExtensionRenderer(views, "mako"))
    app.use(StringRenderer(views))
    app.get("/", lambda req, res: res.render("home", {"title": "", "more": ""}))
    assert serve(app).get("/").status == 500
    assert "division" in caplog.text


def test_a_renderer_outlives_no_response():
    class Response:
        pass

    render = Renderer(Response())
    with pytest.raises(RuntimeError, match="the request is over"):
        render("home")


# Sessions


def test_the_old_session_example_counts(serve):
    from growler.middleware import CookieParser, DefaultSessionStorage

    app = App()
    app.use(CookieParser())
    app.use(DefaultSessionStorage())

    @app.get("/")
    async def index(req, res):
        number = req.session.get("counter", -1)
        req.session["counter"] = int(number) + 1
        text = "Session '{id}' returned {counter} times".format(**req.session)
        res.send_text(text.replace(req.session["id"], "ID"))
        req.session.save()
        await req.session.save()

    client = serve(app)
    assert [client.get("/").text for _ in range(2)] == [f"Session 'ID' returned {n} times" for n in (0, 1)]
    assert list(client.cookies) == ["qid"]


def test_an_old_session_is_a_mapping_whose_id_the_server_makes(serve):
    from growler.middleware import DefaultSessionStorage

    app = App()
    app.use(DefaultSessionStorage("sid"))

    @app.get("/")
    def handler(req, res):
        session = req.session
        session["a"] = 1
        del session["a"]
        before = session["id"]
        with pytest.raises(KeyError, match="made by the server"):
            session["id"] = "mine"
        session.regenerate()
        res.send_json([sorted(session), len(session), session["id"] != before])

    assert serve(app).get("/").json() == [["id"], 1, True]
