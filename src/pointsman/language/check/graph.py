"""Walks over a small directed graph: circles and the longest way. Nothing here knows what the nodes are.

A graph maps each node to its successors, in an order that the results keep; a successor need not be a key. All walks
are loops, since a program may chain thousands of timers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def circles(graph: Mapping[Node, Collection[Node]]) -> list[list[Node]]:
    """One circle for each group of nodes that reach one another: a shortest one through the group's first node."""
    seen: set[Node] = set()
    found = []
    for start in graph:
        if start in seen:
            continue
        circle = circle_through(graph, start)
        if circle:
            found.append(circle)
            seen |= _mutual(graph, start)
    return found


def circle_through(graph: Mapping[Node, Collection[Node]], start: Node) -> list[Node]:
    """A shortest way from `start` back to itself, `start` once; empty where there is none."""
    came_from: dict[Node, Node] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for follower in graph.get(node, ()):
            if follower == start:
                return _trace(came_from, start, node)
            if follower not in came_from:
                came_from[follower] = node
                waiting.append(follower)
    return []


def longest_way(graph: Mapping[Node, Collection[Node]]) -> list[Node]:
    """A longest way through a graph without circles."""
    after: dict[Node, Node | None] = {}
    length: dict[Node, int] = {}
    for node in _leaves_first(graph):
        followers = graph.get(node, ())
        best = max(followers, key=lambda follower: length[follower], default=None)
        after[node] = best
        length[node] = 1 + (0 if best is None else length[best])
    if not length:
        return []
    way = [max(length, key=lambda node: length[node])]
    while (follower := after[way[-1]]) is not None:
        way.append(follower)
    return way


def _trace(came_from: Mapping[Node, Node], start: Node, end: Node) -> list[Node]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _reached(graph: Mapping[Node, Collection[Node]], start: Node) -> set[Node]:
    reached = {start}
    waiting = [start]
    while waiting:
        for follower in graph.get(waiting.pop(), ()):
            if follower not in reached:
                reached.add(follower)
                waiting.append(follower)
    return reached


def _mutual(graph: Mapping[Node, Collection[Node]], start: Node) -> set[Node]:
    """The nodes that `start` reaches and that reach `start`."""
    backwards: dict[Node, list[Node]] = {}
    for node, followers in graph.items():
        for follower in followers:
            backwards.setdefault(follower, []).append(node)
    ahead: set[Node] = _reached(graph, start)
    behind: set[Node] = _reached(backwards, start)
    return ahead & behind


def _leaves_first(graph: Mapping[Node, Collection[Node]]) -> list[Node]:
    """Each node after all its successors; the graph has no circle."""
    order: dict[Node, None] = {}
    for root in graph:
        stack = [root]
        while stack:
            node = stack[-1]
            open_followers = [follower for follower in graph.get(node, ()) if follower not in order]
            if open_followers:
                stack.extend(reversed(open_followers))
            else:
                order.setdefault(stack.pop())
    return list(order)
