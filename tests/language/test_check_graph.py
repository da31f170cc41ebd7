"""Walks over small graphs, against a plain search on random ones."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from pointsman.language.check.graph import circle_through, circles, longest_way

graphs = st.dictionaries(st.integers(0, 5), st.lists(st.integers(0, 5), unique=True, max_size=3), max_size=6)


def is_way(graph: dict[int, list[int]], way: tuple[int, ...]) -> bool:
    return all(after in graph.get(before, ()) for before, after in pairwise(way))


def ways(graph: dict[int, list[int]]) -> list[tuple[int, ...]]:
    """Every way that visits no node twice."""
    nodes = {*graph, *(node for followers in graph.values() for node in followers)}
    return [way for size in range(1, len(nodes) + 1) for way in permutations(nodes, size) if is_way(graph, way)]


def closed(graph: dict[int, list[int]]) -> list[tuple[int, ...]]:
    return [way for way in ways(graph) if is_way(graph, (*way, way[0]))]


def test_a_circle_is_shown_from_its_first_node() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["d"]}) == [["b", "c"], ["d"]]


def test_nodes_that_reach_one_another_give_one_circle() -> None:
    assert circles({"a": ["b", "c"], "b": ["a"], "c": ["a"]}) == [["a", "b"]]


@given(graphs)
def test_a_circle_is_found_where_there_is_one_and_is_shortest(graph: dict[int, list[int]]) -> None:
    all_closed = closed(graph)
    assert bool(circles(graph)) == bool(all_closed)
    for circle in circles(graph):
        assert tuple(circle) in all_closed
    for node in graph:
        through = [way for way in all_closed if way[0] == node]
        assert len(circle_through(graph, node)) == min(map(len, through), default=0)


@given(graphs)
def test_the_longest_way_is_as_long_as_any(graph: dict[int, list[int]]) -> None:
    if graph and not closed(graph):
        way = longest_way(graph)
        assert is_way(graph, tuple(way))
        assert len(way) == max(map(len, ways(graph)))


def test_nothing_has_no_way() -> None:
    assert longest_way({}) == []
    assert circles({}) == []
