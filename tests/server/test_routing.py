"""The tree of routes: what is found, what is not, and which methods a path allows."""

from __future__ import annotations

import pytest

from pointsman.server.http import Request, Response
from pointsman.server.routes import OPERATOR, PUBLIC, ROUTES, SHARED
from pointsman.server.routing import Found, Route, Tree, compile_routes, find


def request(method: str, path: str) -> Request:
    return Request(method, path, "", lambda _: None)


async def handler(*_: object) -> Response:
    return Response(200)


def test_every_route_of_the_table_is_found_by_its_own_pattern() -> None:
    for route in ROUTES:
        found = find(SHARED, request(route.method, route.pattern))
        assert isinstance(found, Found)
        assert found.route == route


def test_names_in_a_path_are_handed_over_in_order_and_as_they_stand() -> None:
    found = find(SHARED, request("GET", "/conversational/control/v1/accounts/a%2Db/chats/c1/"))
    assert isinstance(found, Found)
    assert found.values == ("a%2Db", "c1")


def test_a_literal_segment_wins_over_a_name() -> None:
    tree = compile_routes([Route("GET", "/a/{x}", handler, "open"), Route("GET", "/a/b", handler, "vendor")])
    found = find(tree, request("GET", "/a/b"))
    assert isinstance(found, Found)
    assert found.route.audience == "vendor"


@pytest.mark.parametrize("path", ["/", "/hooks", "/hooks/", "/hooks//", "/hooks/a/b", "/admin", "/nothing"])
def test_an_unknown_path_is_nothing(path: str) -> None:
    assert find(SHARED, request("POST", path)) is None


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/hooks/gateway", {"POST"}),
        ("POST", "/healthz", {"GET", "HEAD"}),
        ("PUT", "/admin/conversations/c1", {"GET", "HEAD", "DELETE"}),
    ],
)
def test_a_wrong_method_learns_which_are_allowed(method: str, path: str, allowed: set[str]) -> None:
    assert find(SHARED, request(method, path)) == allowed


def test_head_is_answered_where_get_is() -> None:
    assert isinstance(find(SHARED, request("HEAD", "/readyz")), Found)


@pytest.mark.parametrize(
    ("tree", "path", "there"),
    [
        (PUBLIC, "/metrics", False),
        (PUBLIC, "/admin/generation", False),
        (PUBLIC, "/healthz", True),
        (OPERATOR, "/metrics", True),
        (OPERATOR, "/healthz", True),
        (OPERATOR, "/conversational/control/v1/accounts/a/chats/c", False),
    ],
)
def test_two_addresses_share_only_what_is_open(tree: Tree, path: str, there: bool) -> None:
    assert isinstance(find(tree, request("GET", path)), Found) == there


def test_two_routes_for_one_path_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two routes for GET /a"):
        compile_routes([Route("GET", "/a", handler, "open"), Route("GET", "/a", handler, "open")])
