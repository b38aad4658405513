from growler_ext.auth import *  # noqa: F403 - never run: it shows type checkers what growler.ext.auth holds
