"""Routes and middleware: `router` and `routerify` register, `pattern` reads paths, `table` and `plan` find."""

from growler.router.router import Router
from growler.router.routerify import RouterMeta, get_routing_attributes, routerclass, routerify

__all__ = ["Router", "RouterMeta", "get_routing_attributes", "routerclass", "routerify"]
