"""Which of several providers of one name is taken: GROWLER_EXT_<NAME> says it, and nothing guesses."""

import pytest

WHOSE = "from growler.ext import Session; print(Session.__module__)"


@pytest.fixture
def rivals(with_session):
    """growler-ext-session and two distributions of other people that provide the name Session as well."""
    with_session.install("Acme.Sessions", {"acme.py": "class Session: ..."}, Session="acme:Session")
    return with_session


def test_two_providers_are_an_error_that_names_both_and_the_variable(rivals):
    expected = (
        "ImportError: growler.ext.Session is provided by Acme.Sessions and by growler-ext-session: "
        "set the environment variable GROWLER_EXT_SESSION to one of these names"
    )
    assert rivals.error("from growler.ext import Session") == expected
    assert rivals.error("import growler.ext.Session") == expected
    assert rivals.error("import growler.ext; hasattr(growler.ext, 'Session')") == expected


@pytest.mark.parametrize(
    ("choice", "module"),
    [
        ("growler-ext-session", "growler_ext.session"),
        ("Growler_Ext.Session", "growler_ext.session"),
        ("acme-sessions", "acme"),
        ("ACME__sessions", "acme"),
    ],
)
def test_a_distribution_is_chosen_by_its_name_in_any_spelling(rivals, choice, module):
    assert rivals.run(WHOSE, GROWLER_EXT_SESSION=choice) == module


def test_an_object_is_chosen_by_its_module_and_name(with_session):
    with_session.install("plain", {"own.py": "class Shelf:\n    class Session: ..."})
    assert with_session.run(WHOSE, GROWLER_EXT_SESSION="own:Shelf.Session") == "own"


def test_an_object_can_be_chosen_for_a_name_that_nobody_provides(environment):
    environment.install("plain", {"own.py": "class Session: ..."})
    assert environment.run(WHOSE, GROWLER_EXT_SESSION="own:Session") == "own"


def test_an_empty_choice_is_none(with_session):
    assert with_session.run(WHOSE, GROWLER_EXT_SESSION="") == "growler_ext.session"


@pytest.mark.parametrize("choice", ["acme-sessions", "acme:Session", "nobody", "nobody:Session"])
def test_the_module_of_that_name_is_unaffected(rivals, choice):
    printed = rivals.run(
        """
        from growler.ext import session
        import growler.ext.session
        assert session is growler.ext.session
        print(session.__name__)
        """,
        GROWLER_EXT_SESSION=choice,
    )
    assert printed == "growler_ext.session"


def test_the_choice_comes_before_the_namespace(environment):
    environment.install("namespace", {"growler_ext/Shop.py": "owner = 'namespace'\n"})
    environment.install("rival", {"rival.py": "class Shop:\n    owner = 'rival'\n"})
    program = "from growler.ext import Shop; print(Shop.owner)"
    assert environment.run(program) == "namespace"
    assert environment.run(program, GROWLER_EXT_SHOP="rival:Shop") == "rival"


def test_an_entry_point_comes_before_the_namespace(environment):
    environment.install("namespace", {"growler_ext/Shop.py": "owner = 'namespace'\n"})
    environment.install("rival", {"rival.py": "owner = 'rival'\n"}, Shop="rival")
    assert environment.run("from growler.ext import Shop; print(Shop.owner)") == "rival"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (
            "nobody",
            "ImportError: GROWLER_EXT_SESSION=nobody: no installed distribution of that name provides "
            "growler.ext.Session; those that do: Acme.Sessions, growler-ext-session",
        ),
        (
            "nobody:Session",
            "ModuleNotFoundError: No module named 'nobody' (GROWLER_EXT_SESSION chooses it)",
        ),
        (
            "acme:Sesion",
            "ImportError: acme:Sesion: module 'acme' has no attribute 'Sesion' "
            "(GROWLER_EXT_SESSION chooses it)",
        ),
        (
            "/srv/acme.py:Session",
            "ImportError: GROWLER_EXT_SESSION=/srv/acme.py:Session: write it as package.module:attribute",
        ),
    ],
)
def test_a_wrong_choice_is_an_error_that_names_the_variable(rivals, choice, expected):
    assert rivals.error("from growler.ext import Session", GROWLER_EXT_SESSION=choice) == expected


def test_a_choice_for_a_name_without_providers_lists_none(environment):
    assert environment.error("from growler.ext import Session", GROWLER_EXT_SESSION="nobody") == (
        "ImportError: GROWLER_EXT_SESSION=nobody: no installed distribution of that name provides "
        "growler.ext.Session; those that do: none"
    )
