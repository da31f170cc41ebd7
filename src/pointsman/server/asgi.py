"""The router as an ASGI 3 application: thin, no task and no time-out scope a request.

Source: the ASGI specification, HTTP message format 2.3 (asgi.readthedocs.io).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache, partial
from typing import Any, TypeAlias

from pointsman import limits
from pointsman.server.http import CUT_SHORT, TOO_LARGE, Headers, Request, Response

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Respond: TypeAlias = Callable[[Request], Awaitable[Response]]


class AsgiRouter:
    """Carries requests to `respond`. Starting and stopping are the worker's; `lifespan` is only acknowledged."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._exchange(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _acknowledge(receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        header = _lookup(scope["headers"])
        body = await _read(receive, header("content-length"))
        if isinstance(body, Response):
            response = body
        else:
            query = scope["query_string"].decode("latin-1")
            request = Request(scope["method"], scope["path"], query, header, body, partial(_hung_up, receive))
            response = await self._respond(request)
        written = False
        try:
            await send({"type": "http.response.start", "status": response.status, "headers": _wire(response)})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.body})
            written = True
        finally:
            if response.after is not None:
                await response.after(written)


async def _hung_up(receive: Receive) -> None:
    """Wait until the caller has hung up: nothing else follows a whole body."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(receive: Receive, declared: str | None) -> bytes | Response:
    """Read the body whole, or say why it cannot be: it is over the bound, whatever length it declares, or cut short."""
    if declared is not None and declared.isdecimal() and int(declared) > limits.BODY_BYTES_MAX:
        return TOO_LARGE
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return CUT_SHORT
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limits.BODY_BYTES_MAX:
            return TOO_LARGE
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _lookup(pairs: list[tuple[bytes, bytes]]) -> Callable[[str], str | None]:
    """Look headers up by name; the last of several counts."""
    table = dict(pairs)

    def header(name: str) -> str | None:
        value = table.get(name.encode("latin-1"))
        return None if value is None else value.decode("latin-1")

    return header


def _wire(response: Response) -> list[tuple[bytes, bytes]]:
    return [*_encoded(response.headers), (b"content-length", str(len(response.body)).encode("ascii"))]


@lru_cache(maxsize=256)
def _encoded(headers: Headers) -> tuple[tuple[bytes, bytes], ...]:
    """Most responses of a generation share their headers, so their bytes are kept."""
    return tuple((name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers)


async def _acknowledge(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
