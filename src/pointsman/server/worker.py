"""One worker process: serves requests, delivers what is owed, fires timers, follows the generation in force.

Started by `crew` as `python -m pointsman.server.worker FD`, where FD is its end of the link to the main process. It has
one event loop; granian serves each listen address on it. Laws:

- It ends when the main process ends, however that ends, and drains when it is told to (SIGTERM).
- A generation that cannot be loaded changes nothing here; it is tried again until it can.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.util
import os
import random
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from pointsman import limits
from pointsman.delivery.clock import Clock, SystemClock
from pointsman.delivery.dispatch import Ports
from pointsman.delivery.transport import HttpTransport
from pointsman.delivery.worker import Worker as DeliveryWorker
from pointsman.journey import Live, classify, due_submission, encode, load_live
from pointsman.ledger.ledger import Again, Arming, Delivered, Generation, Ledger, LedgerError, Settlement
from pointsman.ledger.sqlite import open_sqlite
from pointsman.model.decision import Owed
from pointsman.protocols.wire import Call, Response, Verdict
from pointsman.server import logs
from pointsman.server.asgi import AsgiRouter
from pointsman.server.control import Begin, Health, Link, Noticed, Ready
from pointsman.server.listen import Address
from pointsman.server.metrics import Metrics
from pointsman.server.routes import OPERATOR, PUBLIC, SHARED, Dispatch
from pointsman.server.routing import Tree
from pointsman.server.rsgi import RsgiRouter
from pointsman.server.service import Access, Service, serving

log = structlog.get_logger()
BACKLOG = 1_024


class Follower:
    """Keeps the service on the generation in force: act three of a reload."""

    def __init__(self, service: Service, ledger: Ledger, load: Callable[[Generation], Live]) -> None:
        self._service = service
        self._ledger = ledger
        self._load = load
        self._moved = asyncio.Event()
        self._secrets = False

    def hear(self, message: Noticed | Health) -> None:
        """Take what the main process says."""
        match message:
            case Noticed(_, secrets):
                self._secrets |= secrets
                self._moved.set()
            case Health(failure):
                self._service.failure = failure

    async def run(self) -> None:
        """Look whenever the main process says so, and now and then of itself."""
        while True:
            try:
                async with asyncio.timeout(limits.NOTICE_MS / 1000):
                    await self._moved.wait()
            except TimeoutError:
                pass
            self._moved.clear()
            try:
                await self._catch_up()
            except Exception as fault:  # noqa: BLE001  # whatever a stored generation does, the live one serves on
                log.error("the generation in force cannot be loaded; the earlier one serves on", reason=str(fault))

    async def _catch_up(self) -> None:
        generation = await self._ledger.current(0 if self._secrets else self._service.serving.live.activation)
        if generation is None:
            return
        live = await asyncio.to_thread(self._load, generation)
        self._secrets = False
        self._service.serving = serving(live)
        await _report(self._service)


async def serve(begin: Begin, link: Link) -> None:
    """Serve until SIGTERM, then drain. Raises `LedgerError`, or OSError for an address that cannot be had."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        ledger = open_sqlite(begin.ledger_path, clock.now)
        stack.push_async_callback(ledger.close)
        transport = HttpTransport()
        stack.push_async_callback(transport.close)
        service, follower = await _service(begin, link, ledger)
        link.follow(loop, follower.hear)
        delivery = DeliveryWorker(_ports(service, transport, clock), partial(_fire, service))
        delivery.start()
        stack.push_async_callback(delivery.stop)
        following = asyncio.create_task(follower.run())
        gc.collect()
        gc.freeze()
        await _report(service)
        servers = [_server(service, begin, address, tree) for address, tree in _addresses(begin)]
        running = [asyncio.create_task(server.serve()) for server in servers]
        link.send(Ready())
        await _until(ended, running)
        service.draining = True
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call]  # granian types it not
        await asyncio.wait(running, timeout=limits.DRAIN_MS_MAX / 1000)
        following.cancel()
        await delivery.drain()


async def _report(service: Service) -> None:
    live = service.serving.live
    await service.ledger.report(live.activation, live.hash)


async def _until(ended: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Wait for the end; a server that ends before is a fault."""
    ending = asyncio.create_task(ended.wait())
    await asyncio.wait([ending, *running], return_when=asyncio.FIRST_COMPLETED)
    for server in running:
        if server.done() and not ended.is_set():
            server.result()
            raise RuntimeError("the HTTP server ended by itself")


async def _service(begin: Begin, link: Link, ledger: Ledger) -> tuple[Service, Follower]:
    generation = await ledger.current()
    if generation is None:
        raise LedgerError(f"{begin.ledger_path}: no generation is in force")
    load = partial(load_live, base=Path(begin.config_path).parent, env=os.environ)
    now = serving(load(generation))
    addresses = (begin.listen,) if begin.admin is None else (begin.admin,)
    service = Service(ledger, now, Access(begin.admin_token, addresses), link, Metrics())
    return service, Follower(service, ledger, load)


def _addresses(begin: Begin) -> list[tuple[Address, Tree]]:
    if begin.admin is None:
        return [(begin.listen, SHARED)]
    return [(begin.listen, PUBLIC), (begin.admin, OPERATOR)]


def _server(service: Service, begin: Begin, address: Address, tree: Tree) -> Server:
    dispatch = Dispatch(service, tree)
    rsgi = begin.interface == "rsgi"
    return Server(
        RsgiRouter(dispatch) if rsgi else AsgiRouter(dispatch),
        address=address.host,
        port=address.port,
        interface=Interfaces.RSGI if rsgi else Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        log_enabled=False,
    )


# What the delivery worker needs ---------------------------------------------------------------------------------------


def _ports(service: Service, transport: HttpTransport, clock: Clock) -> Ports:
    def write(owed: Owed) -> Call | None:
        return encode(service.serving.live, owed)

    def judge(owed: Owed, response: Response) -> Verdict | None:
        return classify(service.serving.live, owed, response)

    def settled(owed: Owed, settlement: Settlement, took_ms: int) -> None:
        match settlement:
            case Delivered():
                service.metrics.delivery(owed.effect.to, "delivered", "", took_ms)
            case Again(_, reason):
                service.metrics.delivery(owed.effect.to, "again", reason, took_ms)
            case _:
                log.warning("a delivery was given up", to=owed.effect.to, id=owed.id, reason=settlement.reason)
                service.metrics.delivery(owed.effect.to, "dead", settlement.reason, took_ms)

    def failed(doing: str, fault: Exception) -> None:
        log.error("delivery", doing=doing, reason=str(fault), exc_info=fault)

    return Ports(
        ledger=service.ledger,
        transport=transport,
        encode=write,
        judge=judge,
        clock=clock,
        jitter=random.random,
        on_settled=settled,
        on_failure=failed,
    )


async def _fire(service: Service, arming: Arming) -> None:
    """Submit the event that an arming stands for."""
    conversation = await service.ledger.read(arming.conversation)
    if conversation is not None:
        await service.ledger.submit(due_submission(service.serving.live, arming, conversation.address))


# The process ----------------------------------------------------------------------------------------------------------


def main() -> None:
    """Run one worker and end with its status, without finalising: granian's threads outlive the event loop."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the main process decides what these mean
    link = Link(int(sys.argv[1]))
    begin = link.begin()
    logs.configure(f"worker {os.getpid()}")
    status = 0
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(begin, link))
    except (LedgerError, OSError) as fault:
        log.error("a worker cannot serve", reason=str(fault))
        status = 1
    except Exception:
        log.exception("a worker failed")
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed: it serves a fifth more requests."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


if __name__ == "__main__":
    main()
