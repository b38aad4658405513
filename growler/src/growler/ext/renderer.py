from growler_ext.renderer import *  # noqa: F403 - never run: it shows type checkers what growler.ext.renderer holds
