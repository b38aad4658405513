"""Growler, session in memory."""

from _session_growler import run

from growler_ext.session import DictStore

if __name__ == "__main__":
    run(DictStore())
