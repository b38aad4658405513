"""The blog: reading, commenting, writing, and who may not."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from playwright.sync_api import expect

from support.browser import browser, complaints_of  # noqa: F401 - a fixture, found by its name

PASSWORD = "correct horse battery"


@pytest.fixture
def blog(tmp_path, start):
    return start("blog", BLOG_DB=str(tmp_path / "blog.db"), BLOG_PASSWORD=PASSWORD)


@pytest.fixture
def editor(blog):
    """The client, logged in."""
    assert blog.post("/auth/login", form={"username": "editor", "password": PASSWORD}).status == 200
    return blog


def comment(client, text, name="Ada", **fields):
    return client.post("/posts/hello/comments", form={"name": name, "text": text}, headers=fields)


def test_a_comment_is_shown_escaped_after_a_redirect_with_a_message_that_is_shown_once(blog):
    reply = comment(blog, "<script>alert(1)</script>\r\nsecond line")
    assert (reply.status, reply.headers["location"]) == (303, "/posts/hello#comments")
    page = blog.get("/posts/hello").text
    assert "Thank you for your comment." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in page
    assert "Thank you" not in blog.get("/posts/hello").text


def test_a_comment_that_cannot_be_kept_comes_back_with_what_was_typed(blog):
    reply = comment(blog, "  ", name="Grace <3")
    assert reply.status == 422
    assert "Please fill in the text." in reply.text
    assert 'value="Grace &lt;3"' in reply.text
    assert comment(blog, "x" * 20_001).status == 422
    assert "0 comments" in blog.get("/posts/hello").text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_is_refused(editor, site):
    assert comment(editor.another(), "spam", **{"Sec-Fetch-Site": site}).status == 403
    new = {"title": "t", "text": "x"}
    assert editor.post("/desk/new", form=new, headers={"Sec-Fetch-Site": site}).status == 403
    assert comment(editor, "fine", **{"Sec-Fetch-Site": "same-origin"}).status == 303


def test_nobody_but_the_editor_gets_to_the_desk(blog):
    for target in ("/desk/new", "/desk/posts/1", "/desk/posts/1/delete", "/desk/nothing"):
        assert blog.get(target).status == 401
        assert blog.post(target, form={}).status == 401
    away = blog.get("/desk/new", headers={"Accept": "text/html"})
    assert (away.status, away.headers["location"]) == (303, "/login?next=/desk/new")


def test_a_post_is_written_changed_and_deleted_with_its_comments(editor):
    reply = editor.post("/desk/new", form={"title": "Über <uns>!", "text": "One\r\n\r\nTwo"})
    assert reply.headers["location"] == "/posts/uber-uns"
    assert (
        editor.post("/desk/new", form={"title": "über uns", "text": "x"}).headers["location"]
        == "/posts/uber-uns-2"
    )
    page = editor.get("/posts/uber-uns").text
    assert "<h1>Über &lt;uns&gt;!</h1>" in page
    assert "<p>One</p>\n\n<p>Two</p>" in page
    assert (
        editor.post("/desk/posts/2", form={"title": "About", "text": "x"}).headers["location"]
        == "/posts/uber-uns"
    )
    assert "<h1>About</h1>" in editor.get("/posts/uber-uns").text
    assert editor.post("/desk/posts/2", form={"title": "", "text": "x"}).status == 422
    assert editor.post("/desk/posts/2/delete").status == 303
    assert editor.get("/posts/uber-uns").status == 404


def test_a_comment_is_deleted(editor):
    comment(editor, "spam")
    assert "1 comment<" in editor.get("/posts/hello").text
    assert editor.post("/desk/posts/1/comments/1/delete").status == 303
    assert "0 comments" in editor.get("/posts/hello").text


def test_what_is_no_post_is_404(editor):
    for target in ("/posts/nowhere", "/desk/posts/99", "/desk/posts/x", "/desk/posts/" + "9" * 5000):
        assert editor.get(target).status == 404


def test_the_feed_is_xml(editor):
    editor.post("/desk/new", form={"title": "a < b & c", "text": "]]>"})
    reply = editor.get("/feed.xml")
    assert reply.headers["content-type"] == "application/atom+xml; charset=utf-8"
    titles = [node.text for node in ET.fromstring(reply.body).iter("{http://www.w3.org/2005/Atom}title")]
    assert titles == ["The Growler Blog", "a < b & c", "Hello"]


def test_posts_are_there_after_a_restart(tmp_path, start):
    environment = {"BLOG_DB": str(tmp_path / "blog.db"), "BLOG_PASSWORD": PASSWORD}
    comment(start("blog", **environment), "kept")
    assert "kept" in start("blog", **environment).get("/posts/hello").text


@pytest.mark.browser
def test_an_editor_writes_and_a_reader_comments(blog, browser):  # noqa: F811 - imported above
    phone = browser.new_context(viewport={"width": 360, "height": 720}, java_script_enabled=False).new_page()
    complaints = complaints_of(phone)
    phone.goto(f"{blog.url}/desk/new")
    phone.get_by_label("Username").fill("editor")
    phone.get_by_label("Password").fill(PASSWORD)
    phone.keyboard.press("Enter")
    phone.get_by_label("Title").fill("A very" + "y" * 80 + " long title")
    phone.get_by_label("Text").fill("First\n\nSecond")
    phone.get_by_role("button", name="Publish").click()
    expect(phone.get_by_role("status")).to_have_text("Your post is out.")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.get_by_role("button", name="Log out").click()
    phone.get_by_role("link", name="A very").click()
    phone.get_by_label("Name").fill("Grace")
    phone.get_by_label("Comment").fill("Nice.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("status")).to_have_text("Thank you for your comment.")
    expect(phone.get_by_text("Nice.")).to_be_visible()
    assert complaints == []
