"""A login is a session with a new id; logout ends it."""

import pytest

ALICE = {"username": "alice", "password": "correct horse"}
BOB = {"username": "bob", "password": "battery staple"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(params=["least", "growler-ext-session"])
def session(request):
    """The least that Auth needs (made by `make_app`), and the real one."""
    if request.param == "least":
        return None
    return pytest.importorskip("growler_ext.session", reason="growler-ext-session is not installed").Session()


@pytest.fixture
def client(serve, make_app, make_auth, session):
    return serve(make_app(make_auth(), session))


def test_of_two_cookies_of_one_name_the_real_one_counts(client):
    log_in(client)
    name, value = only_cookie(client)
    tossed = {"Cookie": f"{name}=tossed-in-by-a-neighbour-0123456789abcdefghij; {name}={value}"}
    assert client.get("/", headers=tossed).text == "alice"


def log_in(client, form=ALICE):
    assert client.post("/auth/login", form=form).status == 200


def only_cookie(client) -> tuple[str, str]:
    [cookie] = [(name, value) for name, value in client.cookies.items() if "device" not in name]
    return cookie


def as_cookie(name: str, value: str) -> dict[str, str]:
    return {"Cookie": f"{name}={value}"}


def test_a_login_changes_the_id_and_the_old_one_is_dead(client):
    client.get("/basket/pear")
    name, before = only_cookie(client)
    log_in(client)
    _, after = only_cookie(client)
    assert after != before
    assert client.get("/", headers=as_cookie(name, before)).text == "nobody"
    assert client.get("/basket", headers=as_cookie(name, before)).text == "None"
    assert client.get("/", headers=as_cookie(name, after)).text == "alice"


def test_a_login_keeps_what_the_visitor_had(client):
    client.get("/basket/pear")
    log_in(client)
    assert client.get("/basket").text == "pear"


def test_an_id_planted_by_somebody_else_is_not_kept(client):
    log_in(client)
    name, _ = only_cookie(client)
    planted = "planted-by-somebody-else-0123456789abcdefghi"
    reply = client.post("/auth/login", form=ALICE, headers=as_cookie(name, planted))
    assert reply.cookies[name] != planted
    assert client.get("/", headers=as_cookie(name, planted)).text == "nobody"


def test_another_login_in_the_same_browser_leaves_nothing_of_the_first(client):
    log_in(client)
    client.get("/basket/pear")
    name, before = only_cookie(client)
    log_in(client, BOB)
    assert client.get("/").text == "bob"
    assert client.get("/basket").text == "None"
    assert client.get("/", headers=as_cookie(name, before)).text == "nobody"


def test_a_failed_login_leaves_the_session_as_it_was(client):
    log_in(client)
    assert client.post("/auth/login", form=BOB | {"password": "wrong"}).status == 401
    assert client.get("/").text == "alice"


def test_login_and_logout_are_for_post_only(client):
    log_in(client)
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        for address in ("/auth/login", "/auth/logout"):
            reply = client.request(method, address)
            assert reply.status == 405
            assert "POST" in reply.headers["allow"]
            assert client.get("/").text == "alice"


CROSS_SITE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://our.example", "Host": "our.example"},
]


def test_another_site_can_neither_log_in_nor_out(client):
    log_in(client)
    for headers in CROSS_SITE:
        assert client.post("/auth/logout", headers=headers).status == 403
        assert client.get("/").text == "alice"
        assert client.post("/auth/login", form=BOB, headers=headers).status == 403
        assert client.get("/").text == "alice"


def test_logout_ends_the_session(client):
    own = {"Origin": "http://our.example", "Host": "our.example"}
    for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, own):
        log_in(client)
        name, before = only_cookie(client)
        assert client.post("/auth/logout", headers=headers).status == 204
        assert client.get("/").text == "nobody"
        assert client.get("/", headers=as_cookie(name, before)).text == "nobody"


def test_a_browser_that_logs_out_is_sent_home_or_where_the_form_says(client):
    log_in(client)
    reply = client.post("/auth/logout", headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/")
    assert client.post("/auth/logout", headers=PAGE, form={"next": "/bye"}).headers["location"] == "/bye"
    assert client.post("/auth/logout", headers=PAGE, form={"next": "//evil"}).headers["location"] == "/"


def test_nobody_can_log_out_too(client):
    assert client.post("/auth/logout").status == 204


def test_what_a_user_sees_is_kept_by_no_cache(client):
    assert "no-store" not in client.get("/").headers.get("cache-control", "")
    assert "no-store" in client.post("/auth/login", form=ALICE).headers["cache-control"]
    assert "no-store" in client.get("/").headers["cache-control"]
    assert "no-store" in client.get("/no/such/page").headers["cache-control"]
    client.post("/auth/logout")
    assert client.get("/").text == "nobody"


def test_a_handler_may_say_otherwise(serve, make_app, make_auth):
    app = make_app(make_auth())

    @app.get("/logo")
    def logo(req, res):
        res.headers["Cache-Control"] = "max-age=60"
        res.send_text("logo")

    client = serve(app)
    log_in(client)
    assert client.get("/logo").headers["cache-control"] == "max-age=60, private"


@pytest.mark.parametrize("change", [{"active": False}, {"auth_version": 1}])
def test_a_user_who_is_locked_or_renewed_is_logged_out_at_once(client, users, change):
    log_in(client)
    users.change("alice", **change)
    assert client.get("/").text == "nobody"


def test_a_user_who_is_gone_is_nobody(client, users):
    log_in(client)
    users.get = lambda id: None
    assert client.get("/").text == "nobody"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_csrf_all_refuses_forged_requests_of_users_everywhere(serve, make_app, make_auth, site):
    app = make_app(make_auth(csrf="all"))
    app.post("/buy", lambda req, res: res.send_text("bought"))
    client = serve(app)
    forged = {"Sec-Fetch-Site": site}
    assert client.post("/buy", headers=forged).status == 200, "nobody's rights are abused"
    log_in(client)
    assert client.post("/buy", headers=forged).status == 403
    assert client.get("/", headers=forged).text == "alice"
    assert client.post("/buy").status == 200


def test_csrf_auth_looks_at_login_and_logout_alone(serve, make_app, make_auth):
    app = make_app(make_auth(csrf="auth"))
    app.post("/hook", lambda req, res: res.send_text("taken"))
    client = serve(app)
    log_in(client)
    assert client.post("/hook", headers={"Sec-Fetch-Site": "cross-site"}).status == 200
