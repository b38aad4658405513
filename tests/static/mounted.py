"""An app that has a `Static` and nothing else."""

from __future__ import annotations

from growler import App
from growler_ext.static import Static


def app_of(static: Static, mount: str = "/") -> App:
    app = App()
    app.use(mount, static)
    return app
