"""Makes the compressed forms that `Static` sends: `python -m growler_ext.static compress DIR`.

`plan` says which files there are and what is to be done, `work` does it, `progress` shows it, `command` is the command.
"""
