"""The one error of command lines."""


class UsageError(Exception):
    """The command line asks for what cannot be; the text says why in one sentence."""
