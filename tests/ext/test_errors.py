"""The type and the text of every error, as the last line of the traceback shows them to a user."""

import pytest

INSTALL_SESSION = "is not installed: pip install growler-ext-session"
INSTALLED = "installed are: Session, session"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("from growler.ext import Session", f"ModuleNotFoundError: growler.ext.Session {INSTALL_SESSION}"),
        ("import growler.ext.Session", f"ModuleNotFoundError: growler.ext.Session {INSTALL_SESSION}"),
        ("from growler.ext import session", f"ModuleNotFoundError: growler.ext.session {INSTALL_SESSION}"),
        ("import growler.ext.session", f"ModuleNotFoundError: growler.ext.session {INSTALL_SESSION}"),
        ("import growler.mw.session", f"ModuleNotFoundError: growler.ext.session {INSTALL_SESSION}"),
        (
            "from growler.ext.session import RedisStore",
            f"ModuleNotFoundError: growler.ext.session {INSTALL_SESSION}",
        ),
        ("import growler.ext; growler.ext.Session", f"AttributeError: growler.ext.Session {INSTALL_SESSION}"),
        (
            "from growler.ext import CookieParser",
            "ModuleNotFoundError: growler.ext.CookieParser is not installed: "
            "pip install growler-ext-cookieparser",
        ),
        (
            "from growler.ext import Sesion",
            "ModuleNotFoundError: growler.ext.Sesion is not installed; installed are: none",
        ),
    ],
)
def test_without_extensions_only_our_own_names_come_with_a_command(environment, statement, expected):
    assert environment.error(statement) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "from growler.ext import Nope",
            f"ModuleNotFoundError: growler.ext.Nope is not installed; {INSTALLED}",
        ),
        ("import growler.ext.nope", f"ModuleNotFoundError: growler.ext.nope is not installed; {INSTALLED}"),
        (
            "import growler.ext; growler.ext.Nope",
            f"AttributeError: growler.ext.Nope is not installed; {INSTALLED}",
        ),
        (
            "from growler.ext import Session, Nope2",
            f"ModuleNotFoundError: growler.ext.Nope2 is not installed; {INSTALLED}",
        ),
        (
            "import growler.ext.session.nope",
            "ModuleNotFoundError: No module named 'growler_ext.session.nope'",
        ),
        (
            "import growler.ext.session.deep.nope",
            "ModuleNotFoundError: No module named 'growler.ext.session.deep.nope'; "
            "'growler.ext.session.deep' is not a package",
        ),
    ],
)
def test_beside_another_extension_the_error_lists_what_is_installed(with_session, statement, expected):
    assert with_session.error(statement) == expected


def test_a_name_that_a_module_lacks_is_the_usual_error(with_session):
    error = with_session.error("from growler.ext.session import Nope")
    assert error.startswith("ImportError: cannot import name 'Nope' from 'growler_ext.session' (")


@pytest.mark.parametrize(
    "statement",
    [
        "from growler.ext import Needy",
        "import growler.ext.Needy",
        "import growler.ext; growler.ext.Needy",
        "import growler.ext; hasattr(growler.ext, 'Needy')",
        "from growler.ext import needy",
        "import growler.ext.needy",
        "from growler.ext.needy import Needy",
    ],
)
@pytest.mark.parametrize("missing", ["hiredis_of_nobody", "growler_ext.nobody", "growler_ext.needy.part"])
def test_a_dependency_that_an_extension_misses_shows_itself(environment, statement, missing):
    files = {"growler_ext/needy/__init__.py": f"import {missing}\n"}
    environment.install("needy", files, Needy="growler_ext.needy:Needy")
    assert environment.error(statement) == f"ModuleNotFoundError: No module named '{missing}'"


def test_an_extension_that_breaks_on_import_does_not_read_as_absent(environment):
    environment.install("broken", {"growler_ext/broken.py": "import sys\nsys.nothing_of_that_name\n"})
    expected = "ImportError: growler_ext.broken: module 'sys' has no attribute 'nothing_of_that_name'"
    assert environment.error("import growler.ext; hasattr(growler.ext, 'broken')") == expected
    assert environment.error("from growler.ext import broken") == expected


def test_an_entry_point_without_its_object_names_the_distribution(environment):
    environment.install("half", {"growler_ext/half.py": ""}, Half="growler_ext.half:Half")
    assert environment.error("from growler.ext import Half") == (
        "ImportError: growler_ext.half:Half: module 'growler_ext.half' has no attribute 'Half' "
        "(half provides growler.ext.Half)"
    )


def test_an_entry_point_without_its_module_names_the_distribution(environment):
    environment.install("gone", {}, Gone="growler_ext.gone:Gone")
    assert environment.error("from growler.ext import Gone") == (
        "ModuleNotFoundError: No module named 'growler_ext' (gone provides growler.ext.Gone)"
    )
