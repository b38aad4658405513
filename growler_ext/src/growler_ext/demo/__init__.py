"""A members' file room: the six extensions at work in one small site.

`python -m growler_ext.demo` starts it; `growler_ext.demo.app` is the example to copy.
"""
