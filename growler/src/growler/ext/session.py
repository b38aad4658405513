from growler_ext.session import *  # noqa: F403 - never run: it shows type checkers what growler.ext.session holds
