from growler_ext.static import *  # noqa: F403 - never run: it shows type checkers what growler.ext.static holds
