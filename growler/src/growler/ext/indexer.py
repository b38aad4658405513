from growler_ext.indexer import *  # noqa: F403 - never run: it shows type checkers what growler.ext.indexer holds
