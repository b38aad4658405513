"""The table of `python -m growler ext`."""

import textwrap

TABLE = "from growler.command.extensions import table; print(table())"


def test_the_table_names_every_extension_and_where_it_comes_from(with_session):
    with_session.install("growler-sass", {"growler_ext/SassMiddleware.py": "1 / 0\n"}, version="0.1.0")
    with_session.install("acme", {"acme.py": "1 / 0\n"}, version="3.2", Session="acme:Session")
    (with_session.folder / "growler_ext" / "stray.py").write_text("1 / 0\n")
    assert with_session.run(TABLE) == textwrap.dedent("""\
        name            distribution         version  module
        SassMiddleware  growler-sass         0.1.0    growler_ext.SassMiddleware
        Session         acme                 3.2      acme
        Session         growler-ext-session  1.0      growler_ext.session
        stray           -                    -        growler_ext.stray""")


def test_a_choice_in_the_environment_stands_below_the_table(with_session):
    lines = with_session.run(TABLE, GROWLER_EXT_SESSION="acme", GROWLER_EXT_OTHER="x").splitlines()
    assert lines[2:] == ["", "GROWLER_EXT_SESSION=acme"]


def test_without_extensions_the_table_says_how_to_get_them(environment):
    assert environment.run(TABLE) == "No extension is installed. All of ours: pip install growler-ext"
