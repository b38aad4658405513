"""What is answered without an import: hasattr, dir, dunders; and what `import growler.ext` leaves out."""

import pytest

NOISY = {"growler_ext/noisy.py": "raise RuntimeError('this module was imported')\n"}


def test_a_name_that_is_not_installed_reads_as_absent(with_session):
    with_session.run("""
        from growler import ext
        assert not hasattr(ext, "Nope")
        assert getattr(ext, "Nope", 1) == 1
        assert hasattr(ext, "Session")
        """)


def test_dir_lists_what_is_installed_and_imports_nothing(with_session):
    with_session.install("noisy", NOISY, Noisy="growler_ext.noisy:Noisy")
    printed = with_session.run("""
        import sys
        from growler import ext
        print(dir(ext))
        assert not any(name.startswith("growler_ext") for name in sys.modules)
        """)
    assert printed == "['Noisy', 'Session', 'noisy', 'session']"


def test_dir_is_empty_where_nothing_is_installed(environment):
    assert environment.run("from growler import ext; print(dir(ext))") == "[]"


@pytest.mark.parametrize("name", ["__wrapped__", "__path_hooks__", "_private"])
def test_underscored_names_are_refused_before_any_lookup(with_session, name):
    with_session.install("odd", {f"growler_ext/{name}.py": ""})
    with_session.run(f"""
        import sys
        from growler import ext
        assert not hasattr(ext, "{name}")
        assert "importlib.metadata" not in sys.modules
        try:
            import growler.ext.{name}
        except ModuleNotFoundError as error:
            assert error.name == "growler.ext.{name}", error.name
        else:
            raise AssertionError("an underscored name is no extension")
        """)


def test_importing_growler_ext_does_not_load_the_metadata_library(with_session):
    with_session.run("""
        import sys
        import growler.ext
        assert "importlib.metadata" not in sys.modules
        """)
