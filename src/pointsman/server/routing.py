"""Find the handler of a path: a table of routes, compiled once into a tree of path segments.

A pattern is literal segments and `{names}`; a literal segment wins over a name. A trailing slash means nothing. Paths
come decoded, by ASGI's law as by granian's doing: what stands in one is what is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from pointsman.server.http import Request, Response

Handler: TypeAlias = Callable[..., Coroutine[Any, Any, Response]]
"""(service, request, *path values) -> Response."""

Audience: TypeAlias = Literal["vendor", "open", "operator"]
"""Who may call: a channel or component (by its own credential), anybody, or the holder of the admin token."""


class Route(Struct, frozen=True):
    method: str
    pattern: str
    handler: Handler
    audience: Audience


class Found(Struct, frozen=True, gc=False):
    route: Route
    values: tuple[str, ...]


class Node:
    """One place in the tree: the segments that may follow, and the routes that end here, by method."""

    __slots__ = ("any", "literal", "routes")

    def __init__(self) -> None:
        self.literal: dict[str, Node] = {}
        self.any: Node | None = None
        self.routes: dict[str, Route] = {}


Tree: TypeAlias = Node


def compile_routes(routes: Iterable[Route]) -> Tree:
    """Build the tree. Raises ValueError where two routes claim one method and pattern."""
    root = Node()
    for route in routes:
        node = root
        for segment in _segments(route.pattern):
            node = _grow(node, segment)
        if route.method in node.routes:
            raise ValueError(f"two routes for {route.method} {route.pattern}")
        node.routes[route.method] = route
    return root


def find(tree: Tree, request: Request) -> Found | frozenset[str] | None:
    """Return the route, or the methods that the path does allow, or None where nothing is at that path."""
    ends = _walk(tree, _segments(request.path), ())
    if ends is None:
        return None
    node, values = ends
    method = "GET" if request.method == "HEAD" else request.method
    route = node.routes.get(method)
    return Found(route, values) if route is not None else _allowed(node)


def _allowed(node: Node) -> frozenset[str]:
    return frozenset(node.routes) | ({"HEAD"} if "GET" in node.routes else set())


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")


def _grow(node: Node, segment: str) -> Node:
    if segment.startswith("{"):
        node.any = node.any or Node()
        return node.any
    return node.literal.setdefault(segment, Node())


def _walk(node: Node, segments: list[str], values: tuple[str, ...]) -> tuple[Node, tuple[str, ...]] | None:
    """Follow literal segments, else names. No pattern needs to go back, so each segment is looked at once."""
    for segment in segments:
        literal = node.literal.get(segment)
        if literal is not None:
            node = literal
        elif node.any is not None and segment:
            node, values = node.any, (*values, segment)
        else:
            return None
    return (node, values) if node.routes else None
