"""Which file a name means, and which it never does."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from growler_ext.renderer import Renderer, TemplateError, TemplateNotFound

Write = Callable[..., Path]
OUTSIDE = ["../secret", "../secret.mako", "/secret.mako", "//../secret", "sub/../../secret", "..\\secret.mako",
           "%2e%2e/secret", "%2e%2e%2fsecret.mako", "..%2fsecret", "secret\0.mako", "", ".", "sub/", "file://secret",
           "a" * 5000]  # fmt: skip


@pytest.fixture
def renderer(views: Path, write: Write) -> Renderer:
    write("../secret.mako", "secret")
    write("../secret.tmpl", "secret")
    write("sub/page.mako", "page")
    return Renderer(views)


@pytest.mark.parametrize("name", OUTSIDE, ids=lambda name: ascii(name)[:30])
def test_no_name_leads_out_of_the_directory(renderer: Renderer, name: str) -> None:
    with pytest.raises(TemplateNotFound):
        renderer.render(name)
    with pytest.raises(TemplateNotFound):
        renderer.render(str(name) + ".tmpl")


@pytest.mark.parametrize("name", OUTSIDE, ids=lambda name: ascii(name)[:30])
def test_no_include_leads_out_of_the_directory(renderer: Renderer, write: Write, name: str) -> None:
    write("sub/includes.mako", '<%include file="${name}"/>')
    write("inherits.mako", "<%inherit file=\"${context['name']}\"/>")
    for page in ("sub/includes", "inherits"):
        with pytest.raises(TemplateError) as caught:
            renderer.render(page, {"name": f"../{name}" if page.startswith("sub") else name})
        assert isinstance(caught.value.__cause__, TemplateNotFound)


def test_an_absolute_path_is_no_name(renderer: Renderer, views: Path) -> None:
    with pytest.raises(TemplateNotFound):
        renderer.render(str(views / "sub/page.mako"))


def test_a_link_out_of_the_directory_is_refused_unless_wanted(views: Path, write: Write) -> None:
    outside = write("../secret.mako", "secret")
    (views / "link.mako").symlink_to(outside)
    (views / "folder").symlink_to(outside.parent)
    renderer = Renderer(views)
    for name in ("link", "folder/secret"):
        with pytest.raises(TemplateNotFound) as caught:
            renderer.render(name)
        assert "did you mean" not in str(caught.value) or "folder" not in str(caught.value)
        assert Renderer(views, symlinks=True).render(name) == "secret"


def test_a_link_inside_the_directory_is_followed(views: Path, write: Write) -> None:
    (views / "link.mako").symlink_to(write("home.mako", "home"))
    assert Renderer(views).render("link") == "home"


def test_folders_pipes_and_circles_of_links_are_no_templates(views: Path) -> None:
    (views / "folder.mako").mkdir()
    os.mkfifo(views / "pipe.mako")
    (views / "circle.mako").symlink_to(views / "circle.mako")
    for name in ("folder", "pipe", "circle"):
        with pytest.raises(TemplateNotFound):
            Renderer(views).render(name)


def test_a_suffix_of_no_engine_belongs_to_the_name(views: Path, write: Write) -> None:
    write("v1.2.mako", "version")
    write("app.fs", "code")
    renderer = Renderer(views)
    assert renderer.render("v1.2") == "version"
    with pytest.raises(TemplateNotFound) as caught:
        renderer.render("app.fs")
    assert caught.value.tried[:3] == ("app.fs.mako", "app.fs.html.mako", "app.fs.pug")
    assert "app.fs" not in caught.value.tried


def test_a_name_with_an_engines_suffix_binds_to_that_engine(views: Path, write: Write) -> None:
    write("home.mako", "${1 + 1} {v}")
    write("home.tmpl", "${{1 + 1}} {v}")
    renderer = Renderer(views, ["format", "mako"])
    assert renderer.render("home.mako") == "2 {v}"
    assert renderer.render("home.tmpl", {"v": "x"}) == "${1 + 1} x"


def test_engines_are_asked_in_order(views: Path, write: Write) -> None:
    write("home.mako", "mako")
    write("home.tmpl", "format")
    assert Renderer(views, ["mako", "format"]).render("home") == "mako"
    assert Renderer(views, ["format", "mako"]).render("home") == "format"


def test_directories_come_before_engines(views: Path, write: Write) -> None:
    write("../theme/home.tmpl", "theme")
    write("home.mako", "views")
    assert Renderer([views.parent / "theme", views], ["mako", "format"]).render("home") == "theme"


def test_includes_see_all_directories(views: Path, write: Write) -> None:
    write("../theme/layout.mako", "theme:${next.body()}")
    write("layout.mako", "views:${next.body()}")
    write("home.mako", '<%inherit file="layout.mako"/>home')
    assert Renderer([views.parent / "theme", views]).render("home") == "theme:home"


def test_includes_stay_with_their_engine(views: Path, write: Write) -> None:
    write("part.mako", "mako")
    write("part.tmpl", "format")
    write("home.mako", '<%include file="part"/>')
    assert Renderer(views, ["format", "mako"]).render("home.mako") == "mako"


def test_near_is_what_is_a_template_and_called_nearly_so(views: Path, write: Write) -> None:
    for name in ("home.mako", "homer.html.tmpl", "home.key", "other.mako"):
        write(name)
    with pytest.raises(TemplateNotFound) as caught:
        Renderer(views).render("hom")
    assert str(caught.value).endswith("; did you mean home.mako or homer.html.tmpl?")
    with pytest.raises(TemplateNotFound) as caught:
        Renderer(views).render("nothing")
    assert "did you mean" not in str(caught.value)


def test_what_is_near_is_found_among_thousands(views: Path, write: Write) -> None:
    for number in range(3000):
        (views / f"page_{number}.mako").touch()
    write("homepage.mako")
    with pytest.raises(TemplateNotFound) as caught:
        Renderer(views, reload=True).render("hompage")
    assert caught.value.near[0] == "homepage.mako"


def test_not_found_tells_what_was_tried_and_what_is_near(views: Path, write: Write) -> None:
    write("blog/homepage.mako")
    with pytest.raises(TemplateNotFound) as caught:
        Renderer(views).render("blog/hompage")
    message = str(caught.value)
    assert message.startswith(
        "no template 'blog/hompage': there is no such file with .mako, .html.mako, .pug, "
    )
    assert str(views) in message
    assert message.endswith("did you mean blog/homepage.mako?")


def test_a_file_that_is_there_without_an_engines_ending_is_told(views: Path, write: Write) -> None:
    write("home.html", "<p>")
    with pytest.raises(TemplateNotFound) as caught:
        Renderer(views, "mako").render("home.html")
    assert "the file 'home.html' has no ending that an engine goes by" in str(caught.value)
    with pytest.raises(TemplateNotFound) as caught:
        Renderer(views, "mako").render("nowhere.html")
    assert "no ending" not in str(caught.value)


def test_a_name_from_outside_writes_no_line_of_its_own_into_the_log(views: Path, write: Write) -> None:
    for name in ("x\nERROR growler: forged", "x\r\n", "\x1b[2J", "q" * 999):
        with pytest.raises(TemplateNotFound) as caught:
            Renderer(views).render(name)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 600 + len(str(views))


def test_of_two_templates_with_one_name_the_first_is_taken_and_the_log_says_so(
    views: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write("home.mako", "mako")
    write("home.pug", "| pug")
    write("../theme/page.pug", "| theme")
    write("page.mako", "views")
    renderer = Renderer([views.parent / "theme", views], ["mako", "pug"])
    assert [renderer.render("home"), renderer.render("home"), renderer.render("home.pug")] == [
        "mako",
        "mako",
        "pug",
    ]
    assert caplog.messages == ["'home' is home.mako, and never home.pug beside it: name the one you mean"]
    # A file in an earlier directory is there to win.
    assert renderer.render("page") == "theme"
    assert len(caplog.messages) == 1


def test_unknown_names_and_spellings_take_no_memory(views: Path, write: Write) -> None:
    write("home.mako", "home")
    renderer = Renderer(views, reload=False)
    for number in range(50):
        assert renderer.render("./" * number + "home") == "home"
        with pytest.raises(TemplateNotFound):
            renderer.render(f"unknown{number}")
    assert len(renderer.templates(in_development=False)._kept) == 1


def test_a_file_of_another_encoding_is_an_error_with_its_line(views: Path, write: Write) -> None:
    write("home.mako", b"\xef\xbb\xbfone\ntwo \xe9\n")
    with pytest.raises(TemplateError, match=r"home\.mako:2: byte 0xe9 is not UTF-8"):
        Renderer(views).render("home")


@pytest.mark.parametrize("suffix", ["mako", "tmpl"])
def test_a_byte_order_mark_is_dropped_and_line_ends_are_kept(views: Path, write: Write, suffix: str) -> None:
    write(f"home.{suffix}", b"\xef\xbb\xbfone\r\ntwo\n")
    assert Renderer(views).render("home") == "one\r\ntwo\n"


@pytest.mark.parametrize("suffix", ["mako", "tmpl"])
@pytest.mark.parametrize("inner", ["js", "json", "css"])
def test_templates_of_code_are_refused(views: Path, write: Write, suffix: str, inner: str) -> None:
    write(f"app.{inner}.{suffix}", "x")
    with pytest.raises(TemplateError, match=rf"app\.{inner}\.{suffix}: no engine escapes for \.{inner}"):
        Renderer(views).render(f"app.{inner}")


def test_a_file_that_may_not_be_read_is_not_passed_over(
    views: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    write("home.mako", "home")
    monkeypatch.setattr(
        "growler.paths.open_parts", refuse
    )  # root, as whom tests may run, may read everything
    with pytest.raises(PermissionError):
        Renderer(views).render("home")
