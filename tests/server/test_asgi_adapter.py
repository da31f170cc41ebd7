"""The ASGI adapter: bodies in any pieces, their bound, hang-ups, HEAD and lifespan."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from pointsman import limits
from pointsman.server.asgi import AsgiRouter
from pointsman.server.http import Request, Response

SEEN: list[Request] = []


async def echo(request: Request) -> Response:
    SEEN.append(request)
    return Response(200, (("content-type", "text/plain"),), request.body)


def exchange(messages: Iterable[dict[str, Any]], *, method: str = "POST", headers: Any = ()) -> list[dict[str, Any]]:
    """Play the server's side: feed `messages`, return what the application sends."""
    SEEN.clear()
    feed, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(feed)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": "/p", "query_string": b"a=1", "headers": list(headers)}
    asyncio.run(AsgiRouter(echo)(scope, receive, send))
    return sent


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    "messages",
    [
        [part(b"hello")],
        [part(b"he", more=True), part(b"", more=True), part(b"llo")],
        [part(b"", more=True), part(b"hello")],
    ],
)
def test_a_body_is_whole_whatever_pieces_it_comes_in(messages: list[dict[str, Any]]) -> None:
    start, body = exchange(messages)
    assert (start["status"], body["body"]) == (200, b"hello")
    assert (b"content-length", b"5") in start["headers"]


def test_a_declared_length_over_the_bound_is_413_before_anything_is_read() -> None:
    start, _ = exchange([], headers=[(b"content-length", str(limits.BODY_BYTES_MAX + 1).encode())])
    assert start["status"] == 413
    assert (b"connection", b"close") in start["headers"]
    assert not SEEN


@pytest.mark.parametrize("declared", [(), ((b"content-length", b"3"),)])
@pytest.mark.parametrize("pieces", [1, 3])
def test_a_body_over_the_bound_is_413_whatever_length_it_declares(declared: Any, pieces: int) -> None:
    size = limits.BODY_BYTES_MAX // pieces + 1
    messages = [part(b"x" * size, more=number < pieces - 1) for number in range(pieces)]
    start, _ = exchange(messages, headers=declared)
    assert start["status"] == 413
    assert not SEEN


@pytest.mark.parametrize("messages", [[], [part(b"he", more=True)]])
def test_a_sender_that_hangs_up_is_not_heard(messages: list[dict[str, Any]]) -> None:
    start, _ = exchange([*messages, {"type": "http.disconnect"}])
    assert start["status"] == 400
    assert not SEEN


def test_head_has_headers_and_no_body() -> None:
    start, body = exchange([part(b"hello")], method="HEAD")
    assert (b"content-length", b"5") in start["headers"]
    assert body["body"] == b""


def test_headers_are_looked_up_by_name_and_the_last_of_several_counts() -> None:
    exchange([part(b"")], headers=[(b"x-a", b"1"), (b"x-a", b"2"), (b"x-b", b"\xff")])
    assert [SEEN[0].header(name) for name in ("x-a", "x-b", "x-c")] == ["2", "\xff", None]
    assert (SEEN[0].parameter("a"), SEEN[0].parameter("b")) == ("1", None)


def test_lifespan_is_acknowledged() -> None:
    sent: list[str] = []
    feed = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        return {"type": next(feed)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(AsgiRouter(echo)({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
