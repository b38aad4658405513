from growler_ext.cookieparser import *  # noqa: F403 - never run: it shows type checkers what growler.ext.cookieparser holds
