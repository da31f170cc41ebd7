"""Calls over real sockets on loopback: what comes back, what is refused, what each fault is called."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from pointsman import limits
from pointsman.delivery.transport import Fault, HttpTransport
from pointsman.protocols.wire import Call, Response

T = TypeVar("T")
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answering(raw: bytes) -> Answer:
    """Read one request's head and send `raw`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(raw)
        await writer.drain()

    return answer


requests: list[bytes] = []


def with_server(answer: Answer, use: Callable[[HttpTransport, str], Awaitable[T]]) -> T:
    """Serve `answer` on a free port while `use` runs."""

    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def run() -> T:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        transport = HttpTransport()
        try:
            return await use(transport, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        finally:
            await transport.close()
            server.close()
            await asyncio.gather(*(task for task in serving if task))

    requests.clear()
    return asyncio.run(run())


def send(answer: Answer, timeout_ms: int = 5_000, scheme: str = "http") -> Response:
    async def use(transport: HttpTransport, url: str) -> Response:
        return await transport.send(Call(url.replace("http", scheme), {"X-Token": "t"}, b"{}", timeout_ms))

    return with_server(answer, use)


def fault(answer: Answer, timeout_ms: int = 5_000, scheme: str = "http") -> str:
    with pytest.raises(Fault) as caught:
        send(answer, timeout_ms, scheme)
    assert caught.value.detail
    return caught.value.reason


def test_a_response_comes_back_with_its_headers_in_lower_case() -> None:
    response = send(answering(b"HTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\nok"))
    assert (response.status, response.body, response.headers["x-id"]) == (201, b"ok", "7")
    assert requests[0].startswith(b"POST / HTTP/1.1\r\n")
    assert b"X-Token: t\r\n" in requests[0]
    assert b"Accept-Encoding: identity\r\n" in requests[0]


def test_a_redirect_is_not_followed() -> None:
    response = send(answering(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"))
    assert (response.status, response.headers["location"]) == (302, "/elsewhere")
    assert len(requests) == 1


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert send(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).status == 200


def test_a_long_body_is_cut_and_what_is_left_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RESPONSE_BYTES_MAX", 1_000)
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
            await writer.drain()
            sent += 1024

    response = send(endless)
    assert (response.status, len(response.body)) == (200, 1_000)
    assert sent < 50_000_000


def test_a_compressed_body_is_not_blown_up() -> None:
    small = gzip.compress(b"\0" * 10_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(small)}\r\n\r\n"
    assert send(answering(head.encode() + small)).body == small


def test_each_fault_has_its_reason() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def stalled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await reader.read()

    async def no_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 plain HTTP spoken here\r\n\r\n")
        await writer.drain()
        await reader.read()

    assert fault(silent, timeout_ms=50) == "timeout"
    assert fault(stalled, timeout_ms=50) == "timeout"
    assert fault(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")) == "protocol"
    assert fault(answering(b"")) == "protocol"
    assert fault(answering(b"what?\r\n\r\n")) == "protocol"
    assert fault(no_handshake, scheme="https") == "tls"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://name.invalid/"])
def test_what_cannot_be_reached_is_a_connect_fault(url: str) -> None:
    async def run() -> None:
        transport = HttpTransport()
        try:
            await transport.send(Call(url, {}, b""))
        finally:
            await transport.close()

    with pytest.raises(Fault) as caught:
        asyncio.run(run())
    assert caught.value.reason == "connect"
