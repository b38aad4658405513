"""The routing table: all routers of an app flattened, a dict for static paths and a tree of segments for the rest.

Every handler has a position: its place in the order of registration, sub-routers unrolled where they stand.
The nodes of the tree hold positions; a request walks the tree, collects positions and sorts them. The result
depends only on which nodes were passed, so plans are kept per combination and made once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from growler.exchange import RequestHead
from growler.http.errors import HTTPErrorBadRequest, HTTPErrorNotImplemented
from growler.http.methods import METHODS, HTTPMethod
from growler.http.request import decode_path, split_mount
from growler.router.pattern import Param, Pattern
from growler.router.plan import Handler, Plan, Step
from growler.router.segments import resolved, split

# Paths that are remembered, up to this length.
_REMEMBERED = 1024
_SHORT = 256


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered handler, as seen from the app's root.

    Parameters:
        pattern: its whole path.
        exact: a route matches the whole path; a middleware also everything below it.
        depth: how many segments of a path are its mount point and are cut off for it.
        mask: the methods it answers.
        handles_errors: takes `(req, res, error)`.
    """

    pattern: Pattern
    exact: bool
    depth: int
    mask: HTTPMethod
    handler: Handler
    handles_errors: bool


class _Node:
    """A place in the tree: what lies below, what matches here and what matches here and below.

    `plans` and `plans_beyond` keep, per method, what runs for a path that ends here, and for one that leaves the
    tree here - if there was no other way through the tree for it.
    """

    __slots__ = ("below", "children", "here", "param", "plans", "plans_beyond", "regexes")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.param: _Node | None = None
        self.here: list[int] = []
        self.below: list[int] = []
        self.regexes: list[int] = []
        self.plans: dict[str, Plan] = {}
        self.plans_beyond: dict[str, Plan] = {}


class Table:
    """Finds the plan of a request.

    Plans are kept per method and matching positions: as many as there are kinds of paths, never one per path. Paths are
    remembered, but no more than a thousand short ones.
    """

    def __init__(self, entries: Iterable[Entry], missing: Handler) -> None:
        """`missing` is what runs when nothing before it has answered."""
        self._entries = list(entries)
        self._missing = missing
        self._root = _Node()
        self._plans: dict[tuple[str, tuple[int, ...]], Plan] = {}
        self._has_regexes = any(entry.pattern.regex is not None for entry in self._entries)
        for position, entry in enumerate(self._entries):
            self._insert(position, entry)
        # One look-up for what most requests ask for: the paths of routes without parameters.
        self._static: dict[bytes, dict[str, Plan]] = {}
        # And for the paths asked for lately, with their segments.
        self._recent: dict[bytes, tuple[list[str], dict[str, Plan]]] = {}
        for entry in self._entries:
            if entry.exact and entry.pattern.regex is None and not entry.pattern.params:
                path = str(entry.pattern).encode()
                if b"%" in path:
                    continue  # such a literal is asked for in its encoded form
                for form in {path, path.removesuffix(b"/") + b"/"}:
                    self._static[form] = {name: self._plan_for(name, form, split(form)) for name in METHODS}

    def plan(self, head: RequestHead) -> Plan:
        """The plan for a request head, from whose path `.` and `..` are taken.

        Raises HTTPErrorNotImplemented for a method nobody knows, HTTPErrorBadRequest for a target that is no path.
        """
        path, method = head.path, head.method
        plans = self._static.get(path)
        plan = plans.get(method) if plans is not None else None
        if plan is None:
            recent = self._recent.get(path)
            if recent is None:
                return self._plan_anew(head)
            head.segments, plans = recent
            plan = plans.get(method)
            if plan is None:
                plan = plans[method] = self._plan_for(method, path, recent[0])
        return plan

    def _plan_anew(self, head: RequestHead) -> Plan:
        path, method = head.path, head.method
        head.segments = segments = split(path)
        if "." in segments or ".." in segments:
            head.path = path = resolved(path, segments)
            head.segments = segments = split(path)
            return self._plan_for(method, path, segments)
        if path[:1] != b"/" and not (path == b"*" and method == "OPTIONS"):
            raise HTTPErrorBadRequest("the target is no path")  # RFC 9112 3.2
        plan = self._plan_for(method, path, segments)
        if len(path) <= _SHORT and path != b"*":  # which is a path for one method only
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent[path] = segments, {method: plan}
        return plan

    def _plan_for(self, method: str, path: bytes, segments: list[str]) -> Plan:
        if not segments[-1]:
            # RFC 3986 sees /a and /a/ as two paths; a route answers both, as it always did.
            segments = segments[:-1]
        kept = None if self._has_regexes else self._only_way(segments)
        plan = kept.get(method) if kept is not None else None
        if plan is None:
            plan = self._find(method, path, segments)
            if kept is not None:
                kept[method] = plan
        return plan

    def _insert(self, position: int, entry: Entry) -> None:
        node = self._root
        for segment in entry.pattern.segments:
            if isinstance(segment, Param):
                node.param = node = node.param or _Node()
            else:
                node = node.children.setdefault(segment, _Node())
        if entry.pattern.regex is not None:
            node.regexes.append(position)
        else:
            (node.here if entry.exact else node.below).append(position)

    def _find(self, method: str, path: bytes, segments: list[str]) -> Plan:
        matching = tuple(sorted(self._walk(segments, path)))
        plan = self._plans.get((method, matching))
        if plan is None:
            plan = self._plans[method, matching] = self._make(method, matching)
        return plan

    def _only_way(self, segments: list[str]) -> dict[str, Plan] | None:
        """The plans kept for where a path leads if there is one way only; None where a literal and a parameter
        both go on."""
        node = self._root
        for part in segments:
            child = node.children.get(part)
            param = node.param
            if param is not None and part:
                if child is not None:
                    return None
                node = param
            elif child is None:
                return node.plans_beyond
            else:
                node = child
        return node.plans

    def _walk(self, segments: list[str], path: bytes) -> list[int]:
        """Positions of all entries whose pattern matches, whatever their methods."""
        found: list[int] = []
        # Literal and parameter may both go on, so the walk keeps every place it has reached: at most as many
        # as there are patterns, whatever the path.
        reached = [self._root]
        for depth in range(len(segments) + 1):
            for node in reached:
                found += node.below
                if depth == len(segments):
                    found += node.here
                if node.regexes:
                    found += self._match_regexes(node, path, depth)
            if depth < len(segments):
                part = segments[depth]
                reached = [
                    below
                    for node in reached
                    for below in (node.children.get(part), node.param if part else None)
                    if below is not None
                ]
        return found

    def _match_regexes(self, node: _Node, path: bytes, depth: int) -> list[int]:
        rest = decode_path(split_mount(path, depth)[1])
        found = []
        for position in node.regexes:
            entry = self._entries[position]
            match = entry.pattern.regex.match(rest) if entry.pattern.regex is not None else None
            if match is not None and (not entry.exact or rest[match.end() :] in ("", "/")):
                found.append(position)
        return found

    def _make(self, method: str, matching: tuple[int, ...]) -> Plan:
        flag = METHODS.get(method)
        if flag is None:
            raise HTTPErrorNotImplemented(f"the method {method} is not known here")  # RFC 9110 9.1
        steps: list[Step] = []
        error_steps: list[Step] = []
        others = HTTPMethod(0)
        answered = False
        for position in matching:
            entry = self._entries[position]
            if not entry.mask & _asked(flag, entry.exact):
                if entry.exact:
                    others |= entry.mask
                continue
            answered = answered or entry.exact
            step = Step(entry.handler, position, entry.depth, entry.pattern.params)
            (error_steps if entry.handles_errors else steps).append(step)
        steps.append(Step(self._missing, len(self._entries), 0, ()))
        # Steps run in order, so only a step whose view differs from the one before it has to be given its own.
        view: tuple[int, tuple[tuple[str, int], ...]] = (0, ())
        for step in steps:
            step.places = (step.depth, step.params) != view
            view = (step.depth, step.params)
        for step in error_steps:
            step.places = True
        return Plan(tuple(steps), tuple(error_steps), () if answered else _names(others))


def _asked(method: HTTPMethod, exact: bool) -> HTTPMethod:
    """RFC 9110 9.3.2: HEAD asks what GET would answer, so routes for GET answer it too."""
    return method | HTTPMethod.GET if exact and method is HTTPMethod.HEAD else method


def _names(mask: HTTPMethod) -> tuple[str, ...]:
    if not mask:
        return ()
    if mask & HTTPMethod.GET:
        mask |= HTTPMethod.HEAD
    return tuple(sorted(name for name, method in METHODS.items() if method & (mask | HTTPMethod.OPTIONS)))
