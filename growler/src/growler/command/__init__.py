"""The command line, a file for each command. Commands of extensions use `UsageError` and `certificate`."""

from growler.command.certificate import certificate
from growler.command.usage import UsageError

__all__ = ["UsageError", "certificate"]
