"""Who sent a response is told whether it was written, by either way in which the server hands requests over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from pointsman.server.asgi import AsgiRouter
from pointsman.server.http import Request, Response
from pointsman.server.rsgi import RsgiRouter

Respond = Callable[[Request], Awaitable[Response]]
SCOPE = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}


class Protocol:
    """Granian's, as far as it is used."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.breaks = breaks
        self.hung_up = asyncio.Event()

    async def __call__(self) -> bytes:
        return b""

    async def client_disconnect(self) -> None:
        await self.hung_up.wait()

    def response_bytes(self, _status: int, _headers: list[tuple[str, str]], _body: bytes) -> None:
        if self.breaks:
            raise RuntimeError("closed")


class Scope:
    method, path, query_string = "POST", "/", ""

    class headers:  # noqa: N801  # granian's name of it
        @staticmethod
        def get(_: str) -> str | None:
            return None


async def by_rsgi(respond: Respond, *, breaks: bool = False, hang_up: asyncio.Event | None = None) -> None:
    protocol: Any = Protocol(breaks=breaks)
    protocol.hung_up = hang_up or protocol.hung_up
    await RsgiRouter(respond).__rsgi__(Scope(), protocol)


async def by_asgi(respond: Respond, *, breaks: bool = False, hang_up: asyncio.Event | None = None) -> None:
    messages = [{"type": "http.request", "body": b"", "more_body": False}]
    gone = hang_up or asyncio.Event()

    async def receive() -> MutableMapping[str, Any]:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(_: MutableMapping[str, Any]) -> None:
        if breaks:
            raise RuntimeError("closed")

    await AsgiRouter(respond)(dict(SCOPE), receive, send)


both = pytest.mark.parametrize("exchange", [by_rsgi, by_asgi])


@both
@pytest.mark.parametrize("breaks", [False, True])
def test_it_is_told_once_whether_the_response_was_written(exchange: Any, breaks: bool) -> None:
    told: list[bool] = []

    async def after(written: bool) -> None:
        told.append(written)

    async def respond(_: Request) -> Response:
        return Response(200, (), b"{}", after)

    async def main() -> None:
        if breaks:
            with pytest.raises(RuntimeError, match="closed"):
                await exchange(respond, breaks=True)
        else:
            await exchange(respond)

    asyncio.run(main())
    assert told == [not breaks]


@both
def test_a_handler_can_wait_for_the_caller_to_hang_up(exchange: Any) -> None:
    async def main() -> None:
        hang_up = asyncio.Event()

        async def respond(request: Request) -> Response:
            waiting = asyncio.ensure_future(request.gone())
            await asyncio.sleep(0)
            assert not waiting.done()
            hang_up.set()
            await waiting
            return Response(499)

        await exchange(respond, hang_up=hang_up)

    asyncio.run(main())
