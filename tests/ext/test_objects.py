"""`growler.ext` hands out the real objects, loads them once, and leaves the import system's tools working."""

import pytest

MAKO = {
    "growler_ext/MakoRenderer.py": """
        import sys

        class MakoRenderer:
            pass

        sys.modules[__name__] = MakoRenderer
        """
}


def test_a_name_is_the_object_of_its_extension(with_session):
    with_session.run("""
        from growler.ext import Session
        import growler_ext.session
        assert Session is growler_ext.session.Session
        """)


def test_a_module_is_the_real_module_under_both_names(with_session):
    with_session.run("""
        import sys
        import growler.ext.session
        import growler_ext.session
        assert sys.modules["growler.ext.session"] is growler_ext.session is growler.ext.session
        assert growler_ext.session.__name__ == growler_ext.session.__spec__.name == "growler_ext.session"
        assert growler_ext.session.__package__ == "growler_ext.session"
        """)


def test_from_import_gives_the_module(with_session):
    with_session.run("""
        from growler.ext import session
        import growler_ext.session
        assert session is growler_ext.session
        """)


def test_names_inside_a_module_can_be_imported(with_session):
    with_session.run("""
        from growler.ext.session import RedisStore
        import growler_ext.session
        assert RedisStore is growler_ext.session.RedisStore
        """)


def test_a_submodule_is_the_real_submodule(with_session):
    with_session.run("""
        import sys
        import growler.ext.session.deep
        import growler_ext.session.deep
        assert growler.ext.session.deep is growler_ext.session.deep
        assert sys.modules["growler.ext.session.deep"] is growler_ext.session.deep
        assert growler_ext.session.deep.__name__ == "growler_ext.session.deep"
        """)


@pytest.mark.parametrize("first", ["growler.ext", "growler_ext"])
def test_each_module_is_loaded_once(with_session, first):
    printed = with_session.run(f"""
        import sys
        import {first}.session.deep
        import growler.ext.session.deep, growler_ext.session.deep, growler.mw.session.deep
        from growler.ext import Session, session
        from growler.ext.session import deep
        print(sys.session_loaded, sys.deep_loaded)
        """)
    assert printed == "1 1"


@pytest.mark.parametrize(
    "spelling",
    [
        "from growler import ext, mw",
        "import growler.ext as ext, growler.mw as mw",
        "import growler.mw as mw; from growler import ext",
    ],
)
def test_growler_mw_is_growler_ext(with_session, spelling):
    with_session.run(f"""
        {spelling}
        import growler
        assert mw is ext is growler.mw is growler.ext
        from growler.mw import Session
        from growler.mw.session import RedisStore
        import growler.mw.session.deep
        import growler_ext.session.deep
        assert Session is ext.Session is growler_ext.session.Session
        assert RedisStore is growler_ext.session.RedisStore
        assert growler.mw.session.deep is growler_ext.session.deep
        """)


@pytest.mark.parametrize(
    "spelling",
    [
        "from growler.ext import MakoRenderer as found",
        "import growler.ext.MakoRenderer; found = growler.ext.MakoRenderer",
        "import growler.ext.MakoRenderer as found",
        "from growler import ext; found = ext.MakoRenderer",
        "from growler.mw import MakoRenderer as found",
    ],
)
def test_a_module_that_replaced_itself_is_what_it_put_there(environment, spelling):
    environment.install("growler-mako", MAKO)
    environment.run(f"""
        {spelling}
        import growler_ext.MakoRenderer
        assert isinstance(found, type) and found.__name__ == "MakoRenderer"
        assert found is growler_ext.MakoRenderer
        """)


def test_an_extension_may_use_growler_ext_while_it_is_imported(with_session):
    with_session.install(
        "acme-auth", {"growler_ext/acme.py": "import growler.ext.acme\nfrom growler.ext import Session\n"}
    )
    with_session.run("""
        from growler.ext import acme
        import growler_ext.session
        assert acme.Session is growler_ext.session.Session
        """)


def test_a_module_of_a_rival_keeps_its_submodules(with_session):
    files = {"acme/sessions/__init__.py": "", "acme/sessions/deep.py": ""}
    with_session.install("acme-sessions", files, session="acme.sessions")
    with_session.run("""
        import sys
        import growler.ext.session.deep
        import acme.sessions.deep
        assert growler.ext.session is acme.sessions
        assert sys.modules["growler.ext.session.deep"] is acme.sessions.deep
        """)


def test_fifty_threads_get_one_object(with_session):
    printed = with_session.run("""
        import sys
        from concurrent.futures import ThreadPoolExecutor
        from threading import Barrier
        from importlib import import_module

        start = Barrier(50)

        def load(number):
            start.wait()
            if number % 2:
                from growler.ext import Session
                return Session
            return import_module("growler.ext.session").Session

        with ThreadPoolExecutor(50) as pool:
            found = set(pool.map(load, range(50)))
        print(len(found), sys.session_loaded)
        """)
    assert printed == "1 1"


def test_a_resolved_name_is_an_ordinary_global(with_session):
    with_session.run("""
        import growler.ext
        assert "Session" not in vars(growler.ext)
        assert growler.ext.Session is vars(growler.ext)["Session"]
        """)


def test_an_extension_survives_pickling_and_inspection(with_session):
    with_session.run("""
        import inspect, pickle
        from growler.ext import Session
        import growler_ext.session
        assert pickle.loads(pickle.dumps(Session("value"))).value == "value"
        assert inspect.getmodule(Session) is growler_ext.session
        """)


def test_package_data_is_found_through_the_alias(with_session):
    printed = with_session.run("""
        from importlib import resources
        print(resources.files("growler.ext.session").joinpath("data.txt").read_text())
        """)
    assert printed == "a file of the package"


def test_reload_loads_the_real_module_again(with_session):
    with_session.run("""
        import importlib
        import growler.ext.session, growler_ext.session
        assert importlib.reload(growler.ext.session) is growler_ext.session
        assert growler_ext.session.loaded == 2
        """)


def test_mock_patch_changes_the_real_module(with_session):
    with_session.run("""
        from unittest import mock
        with mock.patch("growler.ext.session.RedisStore", "replaced"):
            import growler_ext.session
            assert growler_ext.session.RedisStore == "replaced"
        assert isinstance(growler_ext.session.RedisStore, type)
        """)


def test_reloading_growler_ext_adds_no_second_finder(with_session):
    with_session.run("""
        import importlib, sys
        import growler.ext
        before = list(sys.meta_path)
        importlib.reload(growler.ext)
        assert sys.meta_path == before
        """)


def test_the_environment_of_development_has_the_six():
    from growler.ext import Auth, CookieParser, Indexer, Renderer, Session, Static

    found = [Auth, CookieParser, Indexer, Renderer, Session, Static]
    assert [value.__module__.split(".")[:2] for value in found] == [
        ["growler_ext", name] for name in ("auth", "cookieparser", "indexer", "renderer", "session", "static")
    ]
