"""The API of items: tokens and scopes, pages, versions, problems."""

from __future__ import annotations

from base64 import b64encode

import pytest

MUG = {"name": "Mug", "price": 900, "tags": ["blue"]}


def basic(name):
    return {"Authorization": "Basic " + b64encode(f"{name}:secret".encode()).decode()}


def ask_token(client, name, **fields):
    form = {"grant_type": "client_credentials", **fields}
    return client.post("/token", headers=basic(name), form=form)


def bearer(client, name, **fields):
    return {"Authorization": f"Bearer {ask_token(client, name, **fields).json()['access_token']}"}


@pytest.fixture
def api(start):
    return start("json_api", API_PASSWORD="secret", API_SECRET="s" * 32)


@pytest.fixture
def shop(api):
    return bearer(api, "shop")


def assert_problem(reply, status):
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_an_item_is_added_read_changed_and_deleted(api, shop):
    added = api.post("/items", headers=shop, json=MUG)
    assert (added.status, added.headers["location"], added.headers["etag"]) == (201, "/items/1", '"1-1"')
    assert api.get("/items/1", headers=shop).json() == {"id": 1, **MUG}
    changed = api.request("PATCH", "/items/1", headers={**shop, "If-Match": '"1-1"'}, json={"price": 800})
    assert changed.json() == {"id": 1, **MUG, "price": 800}
    assert changed.headers["etag"] == '"1-2"'
    assert api.request("DELETE", "/items/1", headers={**shop, "If-Match": '"1-2"'}).status == 204
    assert_problem(api.get("/items/1", headers=shop), 404)


def test_null_in_a_patch_takes_a_member_away(api, shop):
    api.post("/items", headers=shop, json=MUG)
    fields = {**shop, "If-Match": "*"}
    assert api.request("PATCH", "/items/1", headers=fields, json={"tags": None}).json()["tags"] == []
    assert_problem(api.request("PATCH", "/items/1", headers=fields, json={"name": None}), 422)


def test_who_has_an_old_version_is_told(api, shop):
    api.post("/items", headers=shop, json=MUG)
    assert_problem(api.request("PATCH", "/items/1", headers=shop, json={"price": 1}), 428)
    for condition in ('"1-2"', 'W/"1-1"', '""', "1-1"):
        fields = {**shop, "If-Match": condition}
        assert_problem(api.request("PATCH", "/items/1", headers=fields, json={"price": 1}), 412)
        assert_problem(api.request("DELETE", "/items/1", headers=fields), 412)
    assert api.get("/items/1", headers=shop).json()["price"] == 900


def test_what_the_client_has_already_is_not_sent_again(api, shop):
    api.post("/items", headers=shop, json=MUG)
    first = api.get("/items/1", headers=shop)
    assert first.headers["cache-control"] == "no-cache, private"
    again = api.get("/items/1", headers={**shop, "If-None-Match": f'W/"0-1", {first.headers["etag"]}'})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", '"1-1"')


def test_pages_are_followed_by_their_links(api, shop):
    for number in range(5):
        api.post("/items", headers=shop, json={"name": f"n{number}", "price": number})
    seen, target = [], "/items?limit=2"
    while target:
        reply = api.get(target, headers=shop)
        seen += [item["name"] for item in reply.json()["items"]]
        links = dict(reversed(link.split("; ")) for link in reply.headers["link"].split(", "))
        assert links['rel="first"'] == "</items?limit=2>"
        target = links.get('rel="next"', "")[1:-1]
    assert seen == ["n0", "n1", "n2", "n3", "n4"]
    for wrong in ("limit=0", "limit=101", "limit=x", "after=-1", "after=" + "9" * 99, "limit="):
        assert_problem(api.get(f"/items?{wrong}", headers=shop), 400)


def test_scopes_bound_what_a_token_may(api, shop):
    api.post("/items", headers=shop, json=MUG)
    for token in (bearer(api, "kiosk"), bearer(api, "shop", scope="items:read")):
        assert api.get("/items/1", headers=token).status == 200
        assert_problem(api.post("/items", headers=token, json=MUG), 403)
    lacking = api.post("/items", headers=bearer(api, "shop", scope="items:read"), json=MUG)
    assert lacking.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="items:write"'
    assert ask_token(api, "kiosk", scope="items:write").json() == {"error": "invalid_scope"}


def test_only_a_token_opens_the_items_and_only_a_password_the_tokens(api, shop):
    for fields in ({}, basic("shop"), {"Authorization": "Bearer a.b.c"}):
        assert_problem(api.get("/items", headers=fields), 401)
    assert api.post("/token", headers=shop).status == 401
    assert ask_token(api, "shop", grant_type="password").json() == {"error": "unsupported_grant_type"}


def test_all_mistakes_are_told_at_once_and_where_they_are(api, shop):
    wrong = {"name": "", "price": 1.5, "tags": "blue", "colour": "red"}
    problem = assert_problem(api.post("/items", headers=shop, json=wrong), 422)
    assert problem["type"] == "/problems/invalid"
    assert [error["pointer"] for error in problem["errors"]] == ["/colour", "/name", "/price", "/tags"]
    assert_problem(api.post("/items", headers=shop, json=[1]), 422)


def test_every_error_is_a_problem_whatever_is_accepted(api, shop):
    page = {**shop, "Accept": "text/html"}
    assert_problem(api.get("/nowhere", headers=page), 404)
    assert_problem(api.get("/items/" + "9" * 5000, headers=page), 404)
    reply = api.request("PUT", "/items/1", headers=page)
    assert_problem(reply, 405)
    assert "PATCH" in reply.headers["allow"]
    assert_problem(api.post("/items", headers=page, body=b"{}"), 415)
    as_json = {**page, "Content-Type": "application/json"}
    assert_problem(api.post("/items", headers=as_json, body=b'{"a":1,"a":2}'), 400)
    assert_problem(api.post("/items", headers=as_json, body=b" " * 1_100_000), 413)
