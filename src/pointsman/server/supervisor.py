"""The main process of `pointsman serve`: everything but the traffic.

It reserves the addresses, opens the ledger, has the rules built, keeps the workers alive, watches the files, and ends
all of it in order. Laws:

- What is wrong with the configuration, the address or the ledger is said before anything starts.
- Rules that do not build at start leave the last good generation serving, and `readyz` says so; without one, nothing
  starts.
- SIGTERM and SIGINT drain and end with 0; SIGHUP reloads. Workers live and die with this process.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from pointsman import limits
from pointsman.delivery.clock import SystemClock
from pointsman.ledger.ledger import Generation, Ledger, LedgerError
from pointsman.server.builder import build_in_child
from pointsman.server.control import Answered, Asked, Begin, Health, Noticed, ToWorker
from pointsman.server.crew import Crew, NeverReady, Worker
from pointsman.server.listen import Address
from pointsman.server.reload import Activated, Built, Failed, Reloader, Result, Unchanged, Watched
from pointsman.server.watch import Watcher

log = structlog.get_logger()


class CannotServe(Exception):
    """Why the router does not start, and what to do about it."""


class Supervisor:
    """One running router, from the main process's side."""

    def __init__(self, ledger: Ledger, begin: Begin, workers: int, retention_ms: int) -> None:
        self._begin = begin
        self._ledger = ledger
        self._retention_ms = retention_ms
        self._failure: Failed | None = None
        self._serves = False
        self._watcher = Watcher(Watched((begin.config_path,)))
        self._reloader = Reloader(ledger, self._build, self._hear)
        self._crew = Crew(workers, begin, self._answer, self._news)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, started: Callable[[Generation], None]) -> None:
        """Serve until SIGTERM or SIGINT; call `started` once connections are accepted. Raises `CannotServe`."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        loop.add_signal_handler(signal.SIGHUP, partial(self._spawn, self._reload))
        generation = await self._first_generation()
        try:
            await self._crew.start()
            await _accepting(self._begin.listen)
            started(generation)
            self._spawn(self._follow_files)
            self._spawn(self._purge)
            await ended.wait()
            log.info("draining")
        except NeverReady as fault:
            raise CannotServe(f"{fault}; why stands above") from fault
        finally:
            self._reloader.stop()
            for task in self._tasks:
                task.cancel()
            await self._crew.drain()

    async def _first_generation(self) -> Generation:
        await self._look_for_others()
        result = await self._reloader.reload()
        generation = await self._ledger.current()
        if generation is None:
            why = result.summary if isinstance(result, Failed) else "the ledger holds no generation"
            raise CannotServe(f"{why}; there is no earlier generation to serve")
        if isinstance(result, Failed):
            log.error("an earlier generation serves", reason=result.summary, generation=generation.hash)
        self._serves = True
        return generation

    async def _look_for_others(self) -> None:
        """Warn of another router on this ledger: each would put its own files in force for both."""
        others = [worker.pid for worker in await self._ledger.workers()]
        if others:
            log.warning(
                "another router's workers serve from this ledger, and the two would overrule each other's rules;"
                " unless it is ending, give each a [ledger] url of its own",
                ledger=self._begin.ledger_path,
                workers=others,
            )

    async def _follow_files(self) -> None:
        while True:
            await self._watcher.changed()
            await self._reloader.reload()

    async def _purge(self) -> None:
        """Drop what has outlived `retention`, now and then."""
        while True:
            try:
                await self._ledger.purge(SystemClock().now(), self._retention_ms)
            except LedgerError as fault:
                log.error("old conversations could not be purged", reason=str(fault))
            await asyncio.sleep(limits.PURGE_MS / 1000)

    async def _reload(self) -> None:
        await self._reloader.reload()

    async def _build(self) -> Built | Failed:
        begun = self._watcher.begin()
        outcome = await build_in_child(Path(self._begin.config_path))
        self._watcher.finish(begun, outcome.watched)
        return outcome

    def _hear(self, result: Result) -> None:
        """Say what a reload came to, here and to the workers."""
        self._failure = result if isinstance(result, Failed) and result.at else None
        match result:
            case Activated(activation, hash_):
                log.info("a generation is in force", generation=hash_, activation=activation)
                self._crew.tell(Noticed(activation))
            case Unchanged(activation, hash_, rotated=True):
                log.info("new secrets are in force", generation=hash_, activation=activation)
                self._crew.tell(Noticed(activation, secrets=True))
            case Unchanged(activation, hash_, pinned):
                log.info("nothing has changed", generation=hash_, activation=activation, pinned=pinned)
            case Failed(summary, text):
                if self._serves:
                    log.error("not reloaded", reason=summary)
                sys.stderr.write(f"{text}\n")
                sys.stderr.flush()
        self._crew.tell(Health(self._failure))

    def _news(self) -> tuple[ToWorker, ...]:
        return (Health(self._failure),)

    def _answer(self, worker: Worker, asked: Asked) -> None:
        async def answer() -> None:
            work = self._reloader.reload if asked.what == "reload" else self._reloader.rollback
            worker.tell(Answered(asked.ticket, await work()))

        self._spawn(answer)

    def _spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("a task of the main process failed", exc_info=fault)


async def _accepting(address: Address) -> None:
    """Wait until somebody accepts connections at `address`: a worker binds a moment after it reports ready."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(address.nearby, address.port)
            writer.close()
            return
        await asyncio.sleep(0.01)
