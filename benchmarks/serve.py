"""Requests per second of the served router against an empty granian application, in one interleaved run.

    python benchmarks/serve.py [--seconds 2] [--rounds 5] [--connections 64] [--workers 1]

Every request is a customer's message in CM's format with a reference of its own, answered 200 once the conversation's
new state is on disk. *accepted* owes nobody anything, so that only the accept path is measured; *delivered* owes each
message to a bot, another granian process, which the same worker calls meanwhile. The empty applications read the same
body and answer as much. Medians of rounds; the ratios are what to trust. Everything is on loopback, and the load
generator, this process, takes a core of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen

START_SECONDS_MAX = 30.0
CUSTOMERS = 1_000
SECRETS = {"GATEWAY_SECRET": "gateway", "PRODUCT_TOKEN": "product", "BOT_TOKEN": "bot", "ADMIN_TOKEN": "admin"}

EMPTY = """
BODY = b'{"status":"accepted","chatId":"00000000-0000-0000-0000-000000000000"}'
GENERATION = "0" * 64

async def rsgi(scope, protocol):
    await protocol()
    protocol.response_bytes(200, [("content-type", "application/json"), ("x-pointsman-generation", GENERATION)], BODY)

HEADERS = [(b"content-type", b"application/json"), (b"x-pointsman-generation", GENERATION.encode())]

async def asgi(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
"""

RULES = """
component CmBot is bot
  hears HEARS
start with CmBot
list people = "agent", "human", "real person"
policy words on message from customer
rule "asks for a person"
  when text mentions any people
  then reply "One moment."
rule "says stop"
  when text is "stop"
  then tag "stop"
"""

CONFIG = """
rules = "policy.rules"
[server]
listen = "127.0.0.1:{port}"
workers = {workers}
admin_token = "env:ADMIN_TOKEN"
[accounts.shop]
id = "e17acdef-c918-423d-a01b-1000cd084f6a"
[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp"]
secret = "env:GATEWAY_SECRET"
send_url = "http://127.0.0.1:1/"
product_token = "env:PRODUCT_TOKEN"
[components.CmBot]
protocol = "cm"
account = "shop"
token = "env:BOT_TOKEN"
message_url = "http://127.0.0.1:{sink}/messages"
"""

_references = itertools.count()


def message() -> bytes:
    number = next(_references)
    body = (
        b'{"reference":"bench-%d","messageContext":"","from":{"number":"00316%08d","name":"Ada Lovelace"},'
        b'"to":{"number":"0031100000000"},"message":{"text":"Hello, where is the parcel that I ordered on Monday?"},'
        b'"groupings":["","",""],"timeUtc":"2026-11-20T10:00:00Z","channel":"WhatsApp"}' % (number, number % CUSTOMERS)
    )
    return (
        b"POST /hooks/gateway?token=gateway HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\n\r\n%b" % (len(body), body)
    )


class Connection(asyncio.Protocol):
    """One request after another on one connection, until it is told to end."""

    def __init__(self) -> None:
        self.answered = 0
        self.failed = 0
        self.going = True
        self.ended = asyncio.get_running_loop().create_future()
        self._missing = 0
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._transport.write(message())

    def data_received(self, data: bytes) -> None:
        if not self._missing:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            at = self._head.lower().index(b"content-length: ") + 16
            self._missing = end + 4 + int(self._head[at : self._head.index(b"\r", at)]) - len(self._head)
            self.failed += not self._head.startswith(b"HTTP/1.1 200")
            self._head = b""
        else:
            self._missing -= len(data)
        if not self._missing:
            self.answered += 1
            if self.going:
                self._transport.write(message())
            else:
                self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        self.ended.set_result(None)


async def load(port: int, seconds: float, connections: int) -> float:
    """Return requests answered 200 per second."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    made = [await loop.create_connection(Connection, "127.0.0.1", port) for _ in range(connections)]
    protocols = [protocol for _, protocol in made]
    await asyncio.sleep(seconds)
    answered = sum(protocol.answered for protocol in protocols)
    took = time.perf_counter() - began
    for protocol in protocols:
        protocol.going = False
    await asyncio.wait([protocol.ended for protocol in protocols], timeout=10)
    if failed := sum(protocol.failed for protocol in protocols):
        raise SystemExit(f"{failed} requests were not answered 200")
    return answered / took


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(folder: Path, port: int, *arguments: str) -> Iterator[int]:
    """A server as a process of its own, on `port`, once it accepts connections."""
    environment = os.environ | SECRETS
    started = Popen([sys.executable, *arguments], cwd=folder, env=environment, stdout=DEVNULL, stderr=DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS_MAX
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if started.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{arguments} does not serve")
            time.sleep(0.05)
        yield port
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(20)


@contextmanager
def empty(folder: Path, interface: str, workers: int) -> Iterator[int]:
    """An application that does nothing, under granian as it comes."""
    (folder / "empty.py").write_text(EMPTY, encoding="utf-8")
    port = free_port()
    names = {"rsgi": "rsgi", "asgi": "asginl"}
    granian = ("-m", "granian", "--interface", names[interface], "--http", "1", "--no-ws", "--workers", str(workers))
    with process(folder, port, *granian, "--port", str(port), f"empty:{interface}"):
        yield port


@contextmanager
def router(folder: Path, interface: str, workers: int, *, sink: int, hears: str) -> Iterator[int]:
    """`pointsman serve` on a folder of its own."""
    folder.mkdir()
    port = free_port()
    (folder / "policy.rules").write_text(RULES.replace("HEARS", hears), encoding="utf-8")
    (folder / "pointsman.toml").write_text(CONFIG.format(port=port, workers=workers, sink=sink), encoding="utf-8")
    with process(folder, port, "-P", "-m", "pointsman", "serve", "--interface", interface):
        yield port


async def measure(ports: dict[str, int], arguments: argparse.Namespace) -> dict[str, list[float]]:
    figures: dict[str, list[float]] = {name: [] for name in ports}
    for port in ports.values():
        await load(port, 0.5, arguments.connections)
    for _ in range(arguments.rounds):
        for name, port in ports.items():
            figures[name].append(await load(port, arguments.seconds, arguments.connections))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None, help="where the ledgers are written")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pointsman-bench-", dir=arguments.folder)))
        begin, workers = stack.enter_context, arguments.workers
        sink = begin(empty(folder, "rsgi", 1))
        ports = {f"empty {kind}": begin(empty(folder, kind, workers)) for kind in ("asgi", "rsgi")}
        for name, kind, hears in (
            ("accepted, asgi", "asgi", "never"),
            ("accepted, rsgi", "rsgi", "never"),
            ("delivered, rsgi", "rsgi", "always"),
        ):
            ports[name] = begin(router(folder / name.replace(", ", "-"), kind, workers, sink=sink, hears=hears))
        figures = {name: statistics.median(found) for name, found in asyncio.run(measure(ports, arguments)).items()}
    print(f"{'':<16} {'requests/s':>10} {'of empty asgi':>14} {'of empty rsgi':>14}")
    for name, figure in figures.items():
        ratios = (figure / figures[f"empty {kind}"] for kind in ("asgi", "rsgi"))
        print(f"{name:<16} {figure:>10,.0f} {next(ratios):>14.2f} {next(ratios):>14.2f}")


if __name__ == "__main__":
    main()
