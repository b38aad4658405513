"""What a handler returns is no answer, as it is with other frameworks: the log says so, once."""

import pytest

from growler import App


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("value", ["hello", b"hello", {"a": 1}, ["a"], ("a", 201)])
def test_who_returns_an_answer_is_told_once_where_it_goes_instead(serve, caplog, value, is_async):
    app = App()

    def answer(req, res):
        return value

    async def answer_later(req, res):
        return value

    app.get("/", answer_later if is_async else answer)
    client = serve(app)
    assert [client.get("/").status for _ in range(3)] == [404] * 3
    (record,) = [record for record in caplog.records if record.name == "growler"]
    told = record.getMessage()
    assert "answer_later" in told if is_async else "answer returned" in told
    assert f"returned a {type(value).__name__}" in told
    assert "res.send_json" in told


def test_who_answers_may_return_what_it_likes(serve, caplog):
    app = App()

    def logs(req, res):
        return len(req.path)

    def answers(req, res):
        res.send_text("hello")
        return "done"

    async def answers_later(req, res):
        res.send_text("later")
        return {"done": True}

    app.use(logs)
    app.get("/", answers)
    app.get("/later", answers_later)
    client = serve(app)
    assert [client.get(path).text for path in ("/", "/later")] == ["hello", "later"]
    assert not [record for record in caplog.records if record.name == "growler"]
