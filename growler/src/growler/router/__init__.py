"""Routes and middleware: `router` and `routerify` register, `pattern` reads paths, `table` and `plan` find.

`order_check` is for authors of guards: `guarding` refuses a handler that is a route already.
"""

from growler.router.order_check import GuardOrderError, guarding
from growler.router.router import Router
from growler.router.routerify import RouterMeta, get_routing_attributes, routerclass, routerify

__all__ = [
    "GuardOrderError",
    "Router",
    "RouterMeta",
    "get_routing_attributes",
    "guarding",
    "routerclass",
    "routerify",
]
