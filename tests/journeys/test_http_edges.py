"""HTTP as strangers speak it, against both adapters: lengths that lie, bodies without an end, requests cut short."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from peers import Town, town

from pointsman import limits

pytestmark = pytest.mark.journey

BODY = b'{"from":{"number":"1"},"to":{"number":"2"},"message":{"text":"x"},"channel":"SMS"}'
HOOK = b"POST /hooks/gateway?token=gateway-secret HTTP/1.1\r\nHost: router\r\n"
BAD_TOKEN = b"POST /hooks/gateway HTTP/1.1\r\nHost: router\r\nX-Pointsman-Token: \xff\r\n"


async def exchange(place: Town, *parts: bytes, end: bool = False) -> bytes:
    """Send bytes as they are; return all that comes back until the router closes, or the first response."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place.router.port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if end:
            writer.write_eof()
        return await asyncio.wait_for(reader.read(65_536), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def length(size: int) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % size


def chunks(count: int, size: int) -> bytes:
    return (b"%x\r\n" % size + b"x" * size + b"\r\n") * count + b"0\r\n\r\n"


@pytest.mark.parametrize("interface", ["rsgi", "asgi"])
def test_every_request_is_answered_or_dropped_and_none_is_a_fault_of_ours(tmp_path: Path, interface: str) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            place.router.arguments = ["--interface", interface]
            await place.router.start()
            too_large = limits.BODY_BYTES_MAX + 1
            whole, chunked = HOOK + length(len(BODY)) + BODY, HOOK + b"Transfer-Encoding: chunked\r\n\r\n"
            for expected, parts, end in (
                (b"HTTP/1.1 200 ", [whole], False),
                (b"HTTP/1.1 200 ", [chunked, b"%x\r\n" % len(BODY), BODY, b"\r\n0\r\n\r\n"], False),
                (b"HTTP/1.1 200 ", [whole.replace(b"gateway?", b"g%61teway?")], False),
                (b"HTTP/1.1 404 ", [whole.replace(b"gateway?", b"g%2561teway?")], False),
                (b"HTTP/1.1 404 ", [whole.replace(b"gateway?", b"%2Fgateway?")], False),
                (b"HTTP/1.1 400 ", [HOOK + b"\r\n"], False),
                (b"HTTP/1.1 413 ", [HOOK + length(too_large)], False),
                (b"HTTP/1.1 413 ", [chunked, chunks(5, 1024 * 1024)], False),
                (b"HTTP/1.1 400 ", [HOOK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"], False),
                (b"HTTP/1.1 400 ", [HOOK + length(len(BODY) + 1) + BODY], True),
                (b"", [HOOK[:20]], True),
                (b"HTTP/1.1 405 ", [b"PUT /healthz HTTP/1.1\r\nHost: router\r\n\r\n"], False),
                (b"HTTP/1.1 404 ", [b"GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: router\r\n\r\n"], False),
                (b"HTTP/1.1 404 ", [b"GET /healthz/%ff%00 HTTP/1.1\r\nHost: router\r\n\r\n"], False),
                (b"HTTP/1.1 401 ", [HOOK.replace(b"?token=gateway-secret", b"?%ff&&=") + length(0)], False),
                (b"HTTP/1.1 401 ", [BAD_TOKEN + length(0)], False),
            ):
                answer = await exchange(place, *parts, end=end)
                assert answer.startswith(expected), (expected, parts[0], answer[:200])
            head = await exchange(place, b"HEAD /healthz HTTP/1.1\r\nHost: router\r\nConnection: close\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert head.endswith(b"\r\n\r\n")
            assert b"content-length: 18" in head
            assert await place.customer_says("still there") == 200
            assert "error" not in place.router.log
            assert "panicked" not in place.router.log

    asyncio.run(main())


def test_a_request_that_never_ends_does_not_hold_up_the_end_beyond_its_bound(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            _, writer = await asyncio.open_connection("127.0.0.1", place.router.port)
            writer.write(HOOK + length(10) + b"12345")
            await writer.drain()
            await place.customer_says("hello")
            await place.bot.heard_text("hello")
            loop = asyncio.get_running_loop()
            began = loop.time()
            assert await place.router.stop() == 0
            assert loop.time() - began < (limits.DRAIN_MS_MAX + limits.STOP_MS_MAX) / 1000
            assert "killed" not in place.router.log
            writer.close()

    asyncio.run(main())


def test_an_address_by_name_is_served_and_answers_to_that_name(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            path = tmp_path / "pointsman.toml"
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace('listen = "127.0.0.1:', 'listen = "localhost:'), encoding="utf-8")
            await place.router.start()
            port = place.router.port
            assert (await place.router.ask("GET", "/admin/generation", Host=f"localhost:{port}"))[0] == 200
            assert (await place.router.ask("GET", "/admin/generation", Host=f"evil.example:{port}"))[0] == 421

    asyncio.run(main())
