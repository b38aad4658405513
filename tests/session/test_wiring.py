"""How a session gets its store: objects, URLs, entry points; worker processes; start and end of the app."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
from session.async_store import AsyncDictStore

import growler_ext.session as sessions
from growler import App
from growler.testing import TestClient
from growler_ext.session import DictStore, Session, by_url
from growler_ext.session.testing import ManualClock


def test_without_a_store_there_is_a_dict():
    assert isinstance(Session().store, DictStore)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("redis://localhost:6390/2", "RedisStore"),
        ("rediss://localhost", "RedisStore"),
        ("redis+sentinel://localhost:26379/mymaster", "RedisStore"),
        ("rediss+sentinel://localhost:26379/mymaster", "RedisStore"),
        ("unix:///run/redis.sock?db=1", "RedisStore"),
    ],
)
def test_redis_urls_make_a_redis_store(url, name):
    store = Session(url).store
    assert isinstance(store, getattr(sessions, name))


def test_a_sqlite_url_makes_a_sqlite_store(tmp_path):
    assert isinstance(Session(f"sqlite:///{tmp_path}/sessions.db").store, sessions.SqliteStore)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("mongodb://user:hidden@host", "no store is known for mongodb: URLs; there are redis:, rediss:"),
        ("sessions.db", "a store is an object or a URL"),
        ("", "a store is an object or a URL"),
    ],
)
def test_a_url_that_nobody_knows_names_those_that_are_known(url, named):
    with pytest.raises(ValueError, match=named) as caught:
        Session(url)
    assert "hidden" not in str(caught.value)


def test_a_library_that_is_missing_names_the_extra():
    program = (
        "import sys; sys.modules['redis'] = None; sys.modules['redis.asyncio'] = None\n"
        "from growler_ext.session import Session\n"
        "try: Session('redis://localhost', idle=0)\n"
        "except ValueError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "pip install growler-ext-session[redis]" in said
    assert "idle must be positive" in said


def test_an_error_within_a_store_is_not_taken_for_a_missing_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "growler_ext.session.stores.sqlite", None)
    with pytest.raises(ModuleNotFoundError):
        Session("sqlite:///x.db")


class Theirs(DictStore):
    """Somebody else's store."""

    @classmethod
    def from_url(cls, url):
        if "wrong" in url:
            raise ValueError("wrong is no database")
        return cls()


@pytest.fixture
def theirs(monkeypatch):
    point = EntryPoint("theirs", f"{__name__}:Theirs", by_url.GROUP)
    from importlib.metadata import EntryPoints

    monkeypatch.setattr(by_url, "entry_points", lambda **said: EntryPoints([point]).select(**said))
    monkeypatch.setitem(sys.modules, __name__, sys.modules[Theirs.__module__])


def test_other_distributions_bring_stores_by_entry_point(theirs):
    assert isinstance(Session("theirs://host").store, Theirs)
    with pytest.raises(ValueError, match="theirs:"):
        Session("unknown://host")
    with pytest.raises(ValueError, match="wrong is no database; idle must"):
        Session("theirs://wrong", idle=0)


def test_stores_are_imported_when_they_are_asked_for():
    program = (
        "import sys, growler_ext.session as s\n"
        "assert 'redis' not in sys.modules and 'sqlite3' not in sys.modules and 'itsdangerous' not in sys.modules\n"
        "for name in ('RedisStore', 'SqliteStore', 'CookieStore'): getattr(s, name)\n"
        "assert not hasattr(s, 'OtherStore')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# Processes


@pytest.mark.parametrize("store", [DictStore, lambda: AsyncDictStore(clock=ManualClock())])
def test_with_several_workers_a_store_of_one_process_is_refused(store):
    app = App(workers=4)
    app.use(Session(store()))
    with pytest.raises(ValueError, match="4 worker processes") as caught:
        app.wire()
    assert all(name in str(caught.value) for name in ("SqliteStore", "RedisStore", "CookieStore"))


def test_with_several_workers_a_shared_store_is_taken(tmp_path):
    app = App(workers=4)
    app.use(Session(f"sqlite:///{tmp_path}/sessions.db"))
    app.use("/cookie", Session(sessions.CookieStore("x" * 32)))
    app.wire()


def test_with_one_worker_any_store_is_taken():
    app = App(workers=1)
    app.use(Session())
    app.wire()


# The end


def test_the_store_is_closed_when_the_app_shuts_down_and_works_again_after():
    closed = []

    class Closing(DictStore):
        def close(self):
            closed.append("sync")

    class ClosingAsync(AsyncDictStore):
        async def close(self):
            closed.append("async")

    app = App()
    session = Session(Closing())
    app.use(session)
    app.use("/other", session)
    app.use("/async", Session(ClosingAsync(clock=ManualClock())))
    app.get("/", lambda req, res: res.send_text(""))
    for _ in range(2):
        with TestClient(app) as client:
            client.get("/")
    assert closed == ["async", "sync"] * 2
