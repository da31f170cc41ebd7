"""One worker process: serves requests, delivers what is owed, fires timers, follows the generation in force.

Started by `crew` as `python -m pointsman.server.worker FD`, where FD is its end of the link to the main process. It has
one event loop; granian serves each listen address on it. Law: it ends when the main process ends, however that ends,
and drains when it is told to (SIGTERM).
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
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
from pointsman.config import ConfigError
from pointsman.delivery.clock import Clock, SystemClock
from pointsman.delivery.passing import Passing
from pointsman.delivery.transport import HttpTransport
from pointsman.delivery.worker import Worker as DeliveryWorker
from pointsman.journey import load_live
from pointsman.ledger.ledger import Ledger, LedgerError
from pointsman.ledger.sqlite import open_sqlite
from pointsman.server import logs
from pointsman.server.asgi import AsgiRouter
from pointsman.server.control import Begin, Link, Ready
from pointsman.server.deliveries import fire, ports
from pointsman.server.follower import Follower
from pointsman.server.listen import Address
from pointsman.server.metrics import Metrics
from pointsman.server.routes import OPERATOR, PUBLIC, SHARED, Responder
from pointsman.server.routing import Tree
from pointsman.server.rsgi import RsgiRouter
from pointsman.server.service import Access, Service, serving

log = structlog.get_logger()
BACKLOG = 1_024


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
        passing = Passing(transport)
        stack.push_async_callback(passing.close)
        service, follower = await _service(begin, link, ledger, clock, passing)
        link.follow(loop, follower.hear)
        delivery = DeliveryWorker(ports(service, transport, clock), partial(fire, service))
        delivery.start()
        stack.push_async_callback(delivery.stop)
        following = asyncio.create_task(follower.run())
        gc.collect()
        gc.freeze()
        await follower.report()
        servers = [_server(service, begin, address, tree) for address, tree in _addresses(begin)]
        running = [asyncio.create_task(server.serve()) for server in servers]
        link.send(Ready())
        await _until(ended, running)
        service.draining = True
        following.cancel()
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call]  # granian types it not
        # Together, so that a sender who never ends its request takes no time from deliveries under way.
        ending = asyncio.wait(running, timeout=limits.DRAIN_MS_MAX / 1000)
        await asyncio.gather(ending, delivery.drain(), service.waiting.drain())


async def _until(ended: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Wait for the end; a server that ends before is a fault."""
    ending = asyncio.create_task(ended.wait())
    await asyncio.wait([ending, *running], return_when=asyncio.FIRST_COMPLETED)
    for server in running:
        if server.done() and not ended.is_set():
            server.result()
            raise RuntimeError("the HTTP server ended by itself")


async def _service(
    begin: Begin, link: Link, ledger: Ledger, clock: Clock, passing: Passing
) -> tuple[Service, Follower]:
    generation = await ledger.current()
    if generation is None:
        raise LedgerError(f"{begin.ledger_path}: no generation is in force")
    load = partial(load_live, base=Path(begin.config_path).parent, env=os.environ)
    now = serving(load(generation))
    addresses = (begin.listen,) if begin.admin is None else (begin.admin,)
    service = Service(
        ledger, now, Access(begin.admin_token, addresses), link, Metrics(), clock=clock, pass_on=passing.make
    )
    return service, Follower(service, load)


def _addresses(begin: Begin) -> list[tuple[Address, Tree]]:
    if begin.admin is None:
        return [(begin.listen, SHARED)]
    return [(begin.listen, PUBLIC), (begin.admin, OPERATOR)]


def _server(service: Service, begin: Begin, address: Address, tree: Tree) -> Server:
    respond = Responder(service, tree)
    rsgi = begin.interface == "rsgi"
    return Server(
        RsgiRouter(respond) if rsgi else AsgiRouter(respond),
        address=address.ip,
        port=address.port,
        interface=Interfaces.RSGI if rsgi else Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        log_enabled=False,
    )


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
    except (ConfigError, LedgerError, OSError) as fault:
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
    try:
        factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        return None
    return factory


if __name__ == "__main__":
    main()
