"""The login page: ours and the app's own."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from markupsafe import escape

from growler import App
from growler_ext.auth import Auth, GitHub, MagicLink, MemoryPasskeys, Passkey, Password
from growler_ext.session import Session

PAGE = {"Accept": "text/html,*/*;q=0.8"}
WRONG = {"username": "alice", "password": "wrong", "next": "/orders"}


@pytest.fixture
def auth(make_auth):
    return make_auth()


@pytest.fixture
def client(serve, make_app, auth):
    return serve(make_app(auth))


def test_the_page_is_there_for_get_and_head(client):
    reply = client.get("/login")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<form class="growler-login" method="post" action="/auth/login">' in reply.text
    assert "Wrong" not in reply.text
    head = client.head("/login")
    assert (head.status, head.body) == (200, b"")


def test_nothing_is_allowed_on_the_page_but_its_one_style_sheet(client):
    reply = client.get("/login")
    policy = reply.headers["content-security-policy"]
    [style] = re.findall("<style>(.*?)</style>", reply.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "<script" not in reply.text
    assert not re.search(r"(?i)(\sstyle=|\son\w+=|https?://|url\()", reply.text)


def test_the_page_is_kept_by_no_cache_and_framed_by_nobody(client):
    headers = client.get("/login").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    # no-referrer would make browsers send `Origin: null` with the form.
    assert headers["referrer-policy"] == "same-origin"


def test_next_is_checked_before_it_enters_the_form(client):
    for query, value in (
        ("", "/"),
        ("?next=/orders%3Fpage%3D2", "/orders?page=2"),
        ("?next=//evil.example", "/"),
        ("?next=/%09/evil.example", "/"),
        ("?next=/a&next=/b", "/"),
        ("?next=/%22%3E%3Cscript%3E", "/&quot;&gt;&lt;script&gt;"),
    ):
        assert f'name="next" value="{value}"' in client.get("/login" + query).text


def test_the_name_of_the_app_is_escaped(serve, auth, make_app):
    app = make_app(auth)
    app.name = "Fish & <Chips>"
    assert "Fish &amp; &lt;Chips&gt;" in serve(app).get("/login").text


def test_addresses_can_be_moved(serve, make_auth, make_app):
    client = serve(make_app(make_auth(prefix="/my/auth", login_url="/my/login", home="/info")))
    assert 'action="/my/auth/login"' in client.get("/my/login").text
    assert client.get("/login").status == 404
    form = {"username": "alice", "password": "correct horse"}
    assert client.post("/my/auth/login", form=form, headers=PAGE).headers["location"] == "/info"
    assert client.post("/my/auth/logout", headers=PAGE).headers["location"] == "/info"


def own_page(app: App, auth) -> None:
    @app.get("/login")
    async def login(req, res):
        name = req.auth.failed.login if req.auth.failed else "stranger"
        res.send_html(f"<h1>Welcome, {name}</h1>{auth.login_form(req)}")


@pytest.mark.parametrize("first", [True, False])
def test_a_route_of_the_app_replaces_the_page_wherever_it_stands(serve, make_app, auth, first):
    app = make_app(auth)
    if first:
        # Before Auth has run nobody knows of a failed login, but the page is the app's all the same.
        app = App()
        app.get("/login", lambda req, res: res.send_html("<h1>Welcome, stranger</h1>"))
        app.use(auth)
    else:
        own_page(app, auth)
    reply = serve(app).get("/login?next=/orders")
    assert reply.text.startswith("<h1>Welcome, stranger</h1>")
    if not first:
        assert 'name="next" value="/orders"' in reply.text
        assert reply.headers["cache-control"] == "no-store"


def test_the_own_page_is_shown_again_after_a_failed_login(serve, make_app, auth):
    app = make_app(auth)
    own_page(app, auth)
    reply = serve(app).post("/auth/login", form=WRONG, headers=PAGE)
    assert reply.status == 401
    assert reply.text.startswith("<h1>Welcome, alice</h1>")
    assert "Wrong username or password." in reply.text
    assert 'name="next" value="/orders"' in reply.text
    assert "www-authenticate" in reply.headers


def test_a_catch_all_route_does_not_replace_the_page(serve, make_app, auth):
    app = make_app(auth)
    app.get("/:page", lambda req, res: res.send_text("page"))
    client = serve(app)
    assert "growler-login" in client.get("/login").text
    assert client.get("/other").text == "page"


def test_the_form_without_auth_names_the_fix(serve, auth, caplog):
    app = App()
    app.get("/login", lambda req, res: res.send_html(auth.login_form(req)))
    assert serve(app).get("/login").status == 500
    assert "app.use(Auth(...)) before this handler" in caplog.text


def test_template_engines_leave_the_form_as_it_is(serve, make_app, auth):
    app = make_app(auth)
    app.get("/login", lambda req, res: res.send_html(str(escape(auth.login_form(req)))))
    assert '<form class="growler-login" method="post"' in serve(app).get("/login").text


def part(text: str, name: str) -> str:
    """The form whose first field has this name."""
    return next(form for form in text.split("</form>") if f'name="{name}"' in form)


@pytest.fixture
def everything(users, cheap, make_app):
    async def send(address, link, code): ...

    users.identity = lambda who: None
    auth = Auth(
        Password(hasher=cheap), GitHub("id", "secret"), MagicLink(send), Passkey("Shop", MemoryPasskeys()),
        users=users, secret="s" * 32, base_url="http://localhost:9500",
    )  # fmt: skip
    return make_app(auth, Session())


def test_forms_and_buttons_stand_apart_and_the_buttons_together(serve, everything):
    text = serve(everything).get("/login").text
    order = [
        text.index(mark) for mark in ('name="password"', "with GitHub", "with a passkey", 'name="email"')
    ]
    assert order == sorted(order)
    assert text.count('<p class="growler-or"><span>or</span></p>') == 2
    assert text.index('<p class="growler-or"') > order[0]


def test_one_method_alone_has_nothing_to_choose_from(client):
    assert "growler-or" not in client.get("/login").text.partition("</style>")[2]


def test_every_field_has_a_label_and_says_what_it_is_for(serve, everything):
    text = serve(everything).get("/login").text
    for name, purpose in (("username", "username"), ("password", "current-password"), ("email", "email")):
        field = re.search(f'<input id="([^"]+)" name="{name}"[^>]*>', text)
        assert field is not None
        assert f'<label for="{field[1]}">' in text
        assert f'autocomplete="{purpose}"' in field[0]
        assert 'aria-describedby="growler-problem"' in field[0]
    assert text.count('id="growler-problem"') == 1, "what fields name is there"
    assert '<p role="alert" id="growler-problem" hidden></p>' in text


def test_a_failed_try_marks_the_fields_of_its_own_method(serve, everything):
    client = serve(everything)
    text = client.post("/auth/link", form={"email": "no address"}, headers=PAGE).text
    assert "That is not an e-mail address." in text
    assert 'value="no address"' in part(text, "email")
    assert 'aria-invalid="true"' in part(text, "email")
    assert 'aria-invalid="true"' not in part(text, "username")
    text = client.post("/auth/login", form=WRONG, headers=PAGE).text
    assert 'aria-invalid="true"' in part(text, "username")
    assert 'aria-invalid="true"' not in part(text, "email")


def test_pages_of_one_method_lead_back_to_all(serve, everything):
    assert (
        '<a href="/login">Sign in another way</a>'
        in serve(everything).get("/auth/passkey", headers=PAGE).text
    )
