"""The site as a browser meets it."""

from __future__ import annotations

import pytest

# Programs are answered with statuses instead of pages.
PAGE = {"Accept": "text/html"}
RIGHT = {"username": "demo", "password": "abcd-efgh-jkmn"}


@pytest.fixture
def client(serve, site):
    return serve(site)


def test_home_is_for_everybody(client):
    reply = client.get("/", headers=PAGE)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Hello, <bdi>stranger</bdi>" in reply.text
    assert "Sign in" in reply.text
    assert "Sign out" not in reply.text


def test_visits_are_counted_for_each_visitor(client):
    assert "You have been here once" in client.get("/").text
    assert "You have been here 2 times" in client.get("/").text
    assert "You have been here 3 times" in client.get("/").text
    client.cookies.clear()
    assert "You have been here once" in client.get("/").text


@pytest.mark.parametrize(
    ("name", "kind"), [("site.css", "text/css; charset=utf-8"), ("logo.svg", "image/svg+xml")]
)
def test_assets_come_without_a_session_and_not_twice(client, name, kind):
    reply = client.get(f"/assets/{name}")
    assert (reply.status, reply.headers["content-type"]) == (200, kind)
    assert reply.getall("set-cookie") == []
    assert client.get(f"/assets/{name}", headers={"If-None-Match": reply.headers["etag"]}).status == 304


def test_a_name_is_remembered_and_the_message_shown_once(client):
    reply = client.post("/name", form={"name": "  Zoë\n <b>小 "})
    assert (reply.status, reply.headers["location"]) == (303, "/")
    page = client.get("/").text
    assert "Hello, <bdi>Zoë &lt;b&gt;小</bdi>" in page
    assert "From now on you are Zoë &lt;b&gt;小 here." in page
    page = client.get("/").text
    assert "Hello, <bdi>Zoë &lt;b&gt;小</bdi>" in page
    assert "From now on" not in page


def test_an_empty_name_is_forgotten(client):
    client.post("/name", form={"name": "Zoë"})
    client.post("/name", form={"name": " "})
    page = client.get("/").text
    assert "Hello, <bdi>stranger</bdi>" in page
    assert "You are a stranger again." in page


def test_a_forged_name_is_nobody(client):
    client.cookies["name"] = "Mallory"
    assert "Hello, <bdi>stranger</bdi>" in client.get("/").text


@pytest.mark.parametrize(
    "form", [{}, {"name": "x" * 100_000}, {"name": "\0\x1b\u202e"}, {"name": "\U0001f436" * 60}]
)
def test_any_name_that_is_sent_leaves_the_site_usable(client, form):
    assert client.post("/name", form=form).status == 303
    assert client.get("/").status == 200


def test_files_send_a_stranger_to_the_login_and_back(client):
    for target in ("/files", "/files/", "/files/a.txt", "/files/sub/"):
        reply = client.get(target, headers=PAGE)
        assert (reply.status, reply.headers["location"]) == (303, f"/login?next={target}")
    assert 'name="next" value="/files/a.txt"' in client.get("/login?next=/files/a.txt").text


def test_files_are_401_for_a_program(client):
    reply = client.get("/files/a.txt", headers={"Accept": "*/*"})
    assert reply.status == 401
    assert b"INSIDE" not in reply.body


def test_wrong_password_shows_the_login_again_as_401(client):
    for wrong in ({"password": "wrong"}, {"username": "nobody"}):
        reply = client.post("/auth/login", form=RIGHT | wrong | {"next": "/files/"}, headers=PAGE)
        assert reply.status == 401
        assert "Wrong username or password." in reply.text
        assert 'name="next" value="/files/"' in reply.text
        assert '<link rel="stylesheet" href="/assets/site.css">' in reply.text
        assert client.get("/files/", headers=PAGE).status == 303


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/files/sub/", "/files/sub/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil", "/"),
    ],
)
def test_right_password_leads_on_within_the_site(client, target, leads_to):
    reply = client.post("/auth/login", form=RIGHT | {"next": target}, headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, leads_to)


def test_a_member_sees_the_folder_and_reads_files(client, sign_in):
    sign_in(client)
    listing = client.get("/files/?format=json").json()
    assert [entry["name"] for entry in listing["entries"]] == ["sub", "a.txt"]
    assert client.get("/files/a.txt").body == b"INSIDE"
    assert "Files" in client.get("/files/", headers=PAGE).text
    assert "You are signed in as <b>demo</b>" in client.get("/").text


def test_visits_survive_the_login_but_the_session_id_does_not(client, sign_in):
    client.get("/")
    before = client.cookies["sid"]
    sign_in(client)
    assert client.cookies["sid"] != before
    assert "You have been here 2 times" in client.get("/").text


def test_logout_closes_the_files(client, sign_in):
    sign_in(client)
    stolen = client.cookies["sid"]
    reply = client.post("/auth/logout", headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/")
    assert client.get("/files/", headers=PAGE).status == 303
    client.cookies["sid"] = stolen
    assert client.get("/files/", headers=PAGE).status == 303


@pytest.mark.parametrize("target", ["/auth/login", "/auth/logout", "/name"])
def test_pages_of_other_sites_cannot_act_for_a_member(client, sign_in, target):
    sign_in(client)
    reply = client.post(target, form=RIGHT | {"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status == 403
    assert client.get("/files/a.txt").status == 200


def test_unknown_addresses_get_a_page_of_the_site(client, sign_in):
    reply = client.get("/nowhere", headers=PAGE)
    assert reply.status == 404
    assert "There is nothing here" in reply.text
    sign_in(client)
    reply = client.get("/files/nowhere.txt", headers=PAGE)
    assert reply.status == 404
    assert "There is nothing here" in reply.text


def test_no_page_and_no_file_may_run_a_script(client, sign_in, folder):
    (folder / "evil.html").write_text("<script>alert(1)</script>")
    sign_in(client)
    for target in ("/", "/login", "/nowhere", "/files/evil.html"):
        assert "script-src 'none'" in client.get(target).headers["content-security-policy"]
    assert "default-src 'none'" in client.get("/files/", headers=PAGE).headers["content-security-policy"]
