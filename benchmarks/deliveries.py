"""Deliveries per second: what is owed in a ledger file, sent to a granian sink in another process, settled durably.

    python benchmarks/deliveries.py [--deliveries 20000] [--folder DIR]

Two shapes: every message in a queue of its own, and ten to a queue, which must keep their order. Beside them, what the
transport alone does with as many calls in flight, which is the bar.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import socket
import tempfile
import time
from pathlib import Path
from typing import Any

from msgspec import structs

from ledger import now
from pointsman import limits
from pointsman.delivery.clock import SystemClock
from pointsman.delivery.dispatch import Ports
from pointsman.delivery.transport import HttpTransport
from pointsman.delivery.worker import Worker
from pointsman.ledger.ledger import Arming, Commit, Settlement, Submission
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Owed, Record, ToComponent
from pointsman.model.identity import Address
from pointsman.protocols.wire import Call

BODY = b'{"from":{"number":"+31612345678"},"to":{"number":"+31100000000"},"message":{"text":"Hello"},"channel":"SMS"}'
HEADERS = {"Content-Type": "application/json"}


async def sink(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The emptiest ASGI application that reads a body and answers 200."""
    if scope["type"] == "http":
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b"{}"})


def serve(port: int) -> None:
    from granian import Granian  # only the sink's process needs it
    from granian.constants import Interfaces

    Granian(f"{__file__}:sink", port=port, interface=Interfaces.ASGI, log_enabled=False, websockets=False).serve()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def reachable(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise SystemExit("the sink does not start")


def submission(number: int, to_a_queue: int) -> Submission:
    address = Address("shop", "SMS", f"+3161{number // to_a_queue:07}", "+31100000000")
    key, id_ = address.conversation_id, f"event {number}"

    def step(recall: Conversation | None, at: int) -> Commit:
        before = recall or Conversation(address)
        after = structs.replace(before, revision=before.revision + 1, latest=at)
        owed = Owed(id_, key, address, "session", ToComponent("CmBot", Message(Text("Hello"))), "gateway", "hash", at)
        answer = Answer("accepted")
        return Commit(after, (owed,), Record(key, after.revision, at, address, "", id_, "hash", (), answer), answer)

    return Submission(key, "gateway", id_, step)


async def work_off(ledger: SqliteLedger, url: str, deliveries: int) -> None:
    """Deliver all that is owed."""
    left, through = deliveries, asyncio.Event()
    transport = HttpTransport()

    def on_settled(_: Owed, __: Settlement, ___: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            through.set()

    def on_failure(doing: str, error: Exception) -> None:
        raise SystemExit(f"{doing}: {error}")

    async def fire(_: Arming) -> None:
        raise AssertionError("nothing is armed")

    async def written(_: Owed) -> Call:
        return Call(url, HEADERS, BODY)

    worker = Worker(
        Ports(
            ledger=ledger,
            transport=transport,
            encode=written,
            clock=SystemClock(),
            jitter=lambda: 0.5,
            on_settled=on_settled,
            on_failure=on_failure,
        ),
        fire,
    )
    worker.start()
    await asyncio.wait_for(through.wait(), 120)
    await worker.stop()
    await transport.close()


async def bare(url: str, deliveries: int) -> None:
    """Send as many calls over the transport alone."""
    transport, left = HttpTransport(), deliveries

    async def send() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await transport.send(Call(url, HEADERS, BODY))

    await asyncio.gather(*(send() for _ in range(limits.QUEUES_IN_FLIGHT_MAX)))
    await transport.close()


async def measure(folder: Path, port: int, deliveries: int) -> None:
    await reachable(port)
    url = f"http://127.0.0.1:{port}/"

    async def timed(name: str, work: Any) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        await work
        took, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"{name:<32}{deliveries / took:>10,.0f}/s{cpu / deliveries * 1e6:>10.1f} us CPU")

    await bare(url, 1_000)
    await timed("transport alone", bare(url, deliveries))
    for to_a_queue in (1, 10):
        ledger = open_sqlite(folder / f"{to_a_queue}.db", now)
        for first in range(0, deliveries, 5_000):
            numbers = range(first, min(first + 5_000, deliveries))
            await asyncio.gather(*(ledger.submit(submission(number, to_a_queue)) for number in numbers))
        await timed(f"delivered, {to_a_queue} to a queue", work_off(ledger, url, deliveries))
        await ledger.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deliveries", type=int, default=20_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    port = free_port()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(port,))
    server.start()
    try:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            asyncio.run(measure(Path(folder), port, options.deliveries))
    finally:
        assert server.pid is not None
        os.kill(server.pid, 15)
        server.join()


if __name__ == "__main__":
    main()
