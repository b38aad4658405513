"""Growler, session in a signed cookie."""

from _session_growler import run

from growler_ext.session import CookieStore

if __name__ == "__main__":
    run(CookieStore("a secret of the benchmark"))
