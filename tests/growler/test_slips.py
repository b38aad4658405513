"""What people write who know another framework, or were in a hurry: it is refused where it stands, and the sentence
says what to write instead."""

import asyncio
import dataclasses
import datetime

import pytest

from growler import App, HTTPError, Limits
from growler.testing import TestClient


@pytest.mark.parametrize("verb", ["get", "post", "all"])
def test_a_verb_without_its_path_is_refused(verb):
    with pytest.raises(TypeError, match=rf'write @app\.{verb}\("/\.\.\."\) above it'):

        @getattr(App(), verb)
        def index(req, res): ...


@pytest.mark.parametrize(
    "path", ["/users/{id}", "/users/<id>", "/users/<int:id>", "/files/{name:path}", "/u/{id}.json"]
)
def test_parameters_of_other_frameworks_are_refused(path):
    with pytest.raises(ValueError, match="a parameter is a colon and a name, such as :id"):
        App().get(path, lambda req, res: None)


def test_a_misspelt_parameter_of_app_is_no_setting():
    with pytest.raises(
        TypeError, match=r"trust_proxies: did you mean trust_proxy\?.* app\['trust_proxies'\] = "
    ):
        App("shop", trust_proxies=["10.0.0.1"])


@pytest.mark.parametrize("setting", ["currency", "database", "debugger", "name_of_shop", "workers", "loop"])
def test_settings_with_names_of_their_own_are_kept(setting):
    assert App("shop", **{setting: None}).config[setting] is None


def test_limits_are_numbers():
    with pytest.raises(ValueError, match=r"numbers more than 0: max_body='10MB', idle_timeout=None$"):
        Limits(max_body="10MB", idle_timeout=None)


def test_the_limits_of_an_app_are_limits():
    with pytest.raises(TypeError, match=r"limits=\{'max_body': 10\}: write limits=Limits\(max_body=\.\.\.\)"):
        App(limits={"max_body": 10})


@pytest.mark.parametrize("make", [lambda: HTTPError(404)])
def test_an_error_by_a_number_in_parentheses_is_refused(make):
    with pytest.raises(TypeError, match=r'HTTPError\[404\]\("\.\.\."\)'):
        make()


def failing(handler):
    """What a handler raised."""
    raised = []
    app = App()
    app.get("/", handler)
    app.use(lambda req, res, error: raised.append(error) or res.send(500))
    with TestClient(app) as client:
        assert client.get("/").status == 500
    return raised[0]


@pytest.mark.parametrize("answer", ["stream", "sse"])
def test_only_async_iterators_are_streamed(answer):
    async def pieces():
        yield b"x"

    for wrong, fix in (([b"x"], "async def"), (pieces, r"pieces\(\)")):
        error = failing(lambda req, res, wrong=wrong: getattr(res, answer)(wrong))
        with pytest.raises(TypeError, match=f"res.{answer}.*{fix}"):
            raise error


def test_json_says_what_to_make_of_a_value_it_has_not():
    @dataclasses.dataclass
    class Page:
        title: str

    async def load(): ...

    waiting = load()
    for value, fix in (
        (datetime.date(2026, 11, 21), r"a date is not JSON: send value\.isoformat\(\)"),
        (Page("Home"), r"a Page is not JSON: send dataclasses\.asdict\(value\)"),
        ({1, 2}, r"a set is not JSON: send a list of it"),
        (waiting, "a coroutine is not JSON: await it first"),
        (object(), r"a object is not JSON: send a dict of what is to be known of it"),
    ):
        with pytest.raises(TypeError, match=fix):
            raise failing(lambda req, res, value=value: res.send_json({"value": value}))
    waiting.close()


def test_a_hook_of_another_name_is_refused_with_those_there_are():
    with pytest.raises(KeyError, match=r"res\.on\('finish'\): headers, after_headers or after_send"):
        raise failing(lambda req, res: res.on("finish", lambda: None))


def test_an_option_that_the_test_client_has_not_is_refused():
    with TestClient(App()) as client:
        with pytest.raises(TypeError, match="data: a form is form="):
            client.post("/", data={"a": "1"})
        with pytest.raises(TypeError, match="params: a query is part of the target"):
            client.get("/", params={"a": "1"})
        with pytest.raises(TypeError, match="timeout: there are headers=, body=, json=, form= and files="):
            client.get("/", timeout=1)


def test_the_test_client_in_a_running_loop_names_the_way():
    client = TestClient(App())

    async def enter():
        with client:
            pass

    async def ask():
        client.get("/")

    for use in (enter, ask):
        with pytest.raises(RuntimeError, match=r"await client\.request_async"):
            asyncio.run(use())
