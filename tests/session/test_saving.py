"""Saving by hand: `save`, `rollback`, awaited changes, and what a stream may still do behind its header fields."""

import pytest
from session.kept import on_the_server

ALL_IN_THE_COOKIE = "it can only be saved with the header fields"


def test_save_stores_at_once_and_the_answer_saves_what_comes_later(make_app, kept, serve):
    app, seen = make_app(), []

    @app.get("/work")
    async def work(req, res):
        req.session["first"] = 1
        seen.append(req.session.modified)
        await req.session.save()
        seen.extend([req.session.modified, req.session.new, kept.count() == (1 if kept.on_the_server else 0)])
        req.session["second"] = 2
        res.send_text("")

    client = serve(app)
    reply = client.get("/work")
    assert seen == [True, False, False, True]
    assert len(reply.getall("set-cookie")) == 1
    assert reply.headers["vary"] == "Cookie"
    assert client.get("/all").json() == {"first": 1, "second": 2}


@on_the_server(ALL_IN_THE_COOKIE)
def test_what_was_saved_by_hand_stays_when_the_answer_is_an_error_and_its_cookie_is_sent(make_app, serve):
    app = make_app()

    @app.get("/fail")
    async def fail(req, res):
        req.session["saved"] = 1
        await req.session.save()
        req.session["lost"] = 2
        raise RuntimeError("a bug")

    client = serve(app)
    reply = client.get("/fail")
    assert reply.status == 500
    assert len(reply.getall("set-cookie")) == 1
    assert client.get("/all").json() == {"saved": 1}


def test_saving_nothing_stores_nothing(make_app, kept, serve):
    app = make_app()

    @app.get("/")
    async def index(req, res):
        await req.session.save()
        res.send_text("")

    assert serve(app).get("/").getall("set-cookie") == []
    assert kept.count() == 0


def test_a_value_that_is_not_json_raises_where_it_is_saved(make_app, serve):
    app = make_app()

    @app.get("/")
    async def index(req, res):
        req.session["when"] = object()
        try:
            await req.session.save()
        except TypeError as error:
            res.send_text(str(error))
        del req.session["when"]

    text = serve(app).get("/").text
    assert text == "session['when'] cannot be stored as JSON: Object of type object is not JSON serializable"


@on_the_server(ALL_IN_THE_COOKIE)
@pytest.mark.parametrize("change", ["regenerate", "destroy", "bind"])
def test_awaited_changes_happen_at_once(make_app, kept, serve, change):
    app, meanwhile = make_app(), []

    @app.get("/work")
    async def work(req, res):
        session = req.session
        arguments = ["alice"] if change == "bind" else []
        await getattr(session, change)(*arguments)
        meanwhile.append(kept.count())
        session["after"] = 1
        res.send_json([session.user, session.modified])

    client = serve(app)
    client.get("/set?k=1")
    old = client.cookies["sid"]
    reply = client.get("/work")
    assert len(reply.getall("set-cookie")) == 1
    assert meanwhile == [0 if change == "destroy" else 1]
    assert reply.json() == ["alice" if change == "bind" else None, True]
    assert client.cookies["sid"] != old
    assert client.get("/all").json() == ({"after": 1} if change == "destroy" else {"k": "1", "after": 1})


def test_changes_that_are_not_awaited_warn_of_nothing(make_app, serve):
    app = make_app()

    @app.get("/work")
    def work(req, res):
        req.session.regenerate()
        req.session.bind("alice")
        req.session.regenerate(clear=True)
        req.session.destroy()
        res.send_text("")

    assert serve(app).get("/work").status == 200  # pytest makes any warning an error


# rollback


@pytest.mark.parametrize("work", [
    lambda session: session.update(k=2, new=1),
    lambda session: session.clear(),
    lambda session: session["nested"]["list"].append(1),
    lambda session: session.regenerate(),
    lambda session: session.bind("alice"),
    lambda session: session.destroy(),
    lambda session: (session.destroy(), session.update(after=1)),
    lambda session: session.flash("text"),
    lambda session: session.persist(False),
], ids=["set", "clear", "nested", "renew", "bind", "destroy", "destroy-and-set", "flash", "persist"])  # fmt: skip
def test_rollback_forgets_everything(make_app, kept, serve, work):
    app = make_app()

    @app.get("/begin")
    def begin(req, res):
        req.session.update(k=1, nested={"list": []})
        res.send_text("")

    @app.get("/work")
    def change(req, res):
        work(req.session)
        before = req.session.modified
        req.session.rollback()
        res.send_json([before, req.session.modified, req.session.user, list(req.session.flashes())])

    client = serve(app)
    client.get("/begin")
    reply = client.get("/work")
    assert reply.json() == [True, False, None, []]
    assert reply.getall("set-cookie") == []
    assert client.get("/all").json() == {"k": 1, "nested": {"list": []}}


def test_rollback_of_a_new_session_leaves_nothing(make_app, kept, serve):
    app = make_app()
    app.get("/", lambda req, res: (req.session.update(k=1), req.session.rollback(), res.send_text(""))[2])
    assert serve(app).get("/").getall("set-cookie") == []
    assert kept.count() == 0


# Behind the header fields


@on_the_server(ALL_IN_THE_COOKIE)
@pytest.mark.parametrize("save", [True, False])
def test_a_client_with_the_cookie_is_saved_from_within_a_stream(make_app, serve, save):
    app = make_app()

    @app.get("/stream")
    async def stream(req, res):
        async def pieces():
            for number in range(3):
                req.session["count"] = number
                if save:
                    await req.session.save()
                yield b"x"

        res.stream(pieces())

    client = serve(app)
    client.get("/set?k=1")
    assert client.get("/stream").text == "xxx"
    assert client.get("/all").json() == {"k": "1", "count": 2}


@on_the_server(ALL_IN_THE_COOKIE)
def test_what_a_stream_saves_is_there_before_it_ends(make_app, kept, serve):
    app, store = make_app(), kept.store

    @app.get("/stream")
    async def stream(req, res):
        await res.write("x")
        req.session["k"] = "late"
        await req.session.save()
        key = req.session._access.read().key
        record = store.load(key, touch=None)
        fields = (record if store.sync else await record).fields
        await res.write(fields["k"])

    client = serve(app)
    client.get("/set?k=1")
    assert client.get("/stream").text == 'x"late"'


@on_the_server(ALL_IN_THE_COOKIE)
def test_a_stream_may_end_the_session(make_app, kept, serve):
    app = make_app()

    @app.get("/stream")
    async def stream(req, res):
        await res.write("x")
        await req.session.destroy()
        await res.write("y")

    client = serve(app)
    client.get("/set?k=1")
    assert client.get("/stream").text == "xy"
    assert kept.count() == 0


@on_the_server(ALL_IN_THE_COOKIE)
def test_a_stream_that_ends_the_session_cannot_begin_another(make_app, kept, serve):
    app, outcomes = make_app(), []

    @app.get("/stream")
    async def stream(req, res):
        await res.write("x")
        req.session.destroy()
        req.session["after"] = 1
        try:
            await req.session.save()
        except RuntimeError as error:
            outcomes.append("before the first res.write()" in str(error))

    client = serve(app)
    client.get("/set?k=1")
    client.get("/stream")
    assert outcomes == [True]
    assert kept.count() == 0


def test_what_needs_a_cookie_raises_behind_the_header_fields_and_names_the_fix(make_app, serve):
    app, outcomes = make_app(), []

    @app.get("/late")
    async def late(req, res):
        len(req.session)
        await res.write("x")
        session = req.session
        for change in (session.regenerate, lambda: session.bind("alice"), session.persist):
            try:
                change()
            except RuntimeError as error:
                outcomes.append("before the first res.write()" in str(error))

    client = serve(app)
    client.get("/set?k=1")
    client.get("/late")
    assert outcomes == [True, True, True]


def test_a_new_session_cannot_begin_behind_the_header_fields(make_app, kept, serve):
    app, outcomes = make_app(), []

    @app.get("/late")
    async def late(req, res):
        await res.write("x")
        try:
            req.session["k"] = 1
        except RuntimeError as error:
            outcomes.append("before the first res.write()" in str(error))
        outcomes.append(dict(req.session))
        await req.session.save()

    client = serve(app)
    assert client.get("/late").text == "x"
    assert outcomes == [True, {}]
    assert kept.count() == 0
