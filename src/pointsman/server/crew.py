"""The worker processes: started, told, replaced when they die, drained at the end.

A worker that dies is replaced at once, or after a growing pause where it died young, so that a worker that cannot live
costs little and the router is back the moment its cause is gone.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

import structlog

from pointsman import limits
from pointsman.server.control import (
    LINE_BYTES_MAX,
    Asked,
    Begin,
    Ready,
    ToWorker,
    decode_from_worker,
    line,
)

log = structlog.get_logger()

AskedBy: TypeAlias = Callable[["Worker", Asked], None]


class NeverReady(Exception):
    """A worker ended before it could serve; what it said is on its standard error."""


class Worker:
    """One worker process and the main process's end of its link."""

    def __init__(self, process: asyncio.subprocess.Process, writer: asyncio.StreamWriter) -> None:
        self.process = process
        self.ready = asyncio.Event()
        self.born = time.monotonic()
        self.hearing: asyncio.Task[None] | None = None
        self._writer = writer

    def tell(self, message: ToWorker) -> None:
        """Send a line; a worker that is gone does not hear it, and its replacement reads the ledger."""
        if not self._writer.is_closing():
            self._writer.write(line(message))

    def close(self) -> None:
        self._writer.close()


class Crew:
    """Keeps `size` workers alive. `greet` is what each hears after `begin`, so that a replacement is up to date."""

    def __init__(self, size: int, begin: Begin, asked: AskedBy, greet: Callable[[], tuple[ToWorker, ...]]) -> None:
        self._size = size
        self._begin = begin
        self._asked = asked
        self._greet = greet
        self._workers: dict[int, Worker] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start all workers and wait until they serve. Raises `NeverReady`."""
        workers = [await self._spawn(place) for place in range(self._size)]
        for worker in workers:
            await _until_ready(worker)
        self._keepers = [asyncio.create_task(self._keep(place, worker)) for place, worker in enumerate(workers)]

    def tell(self, message: ToWorker) -> None:
        """Send a line to every worker."""
        for worker in self._workers.values():
            worker.tell(message)

    async def drain(self) -> None:
        """Ask all workers to finish what they do, and kill those that take longer than the bound."""
        for keeper in self._keepers:
            keeper.cancel()
        processes = [worker.process for worker in self._workers.values()]
        for process in processes:
            with suppress(ProcessLookupError):
                process.terminate()
        ends = [asyncio.create_task(process.wait()) for process in processes]
        if not ends:
            return
        _, late = await asyncio.wait(ends, timeout=(limits.DRAIN_MS_MAX + limits.STOP_MS_MAX) / 1000)
        for process in processes:
            if late and process.returncode is None:
                log.warning("a worker did not drain in time and is killed", pid=process.pid)
                with suppress(ProcessLookupError):
                    process.kill()
        await asyncio.gather(*ends)

    async def _keep(self, place: int, worker: Worker) -> None:
        pause = 0.0
        while True:
            code = await worker.process.wait()
            worker.close()
            died_young = time.monotonic() - worker.born < limits.WORKER_YOUNG_MS / 1000
            pause = min(max(pause * 2, 0.1), limits.RESPAWN_MS_MAX / 1000) if died_young else 0.0
            log.error("a worker died and is replaced", pid=worker.process.pid, status=code, pause_s=pause)
            await asyncio.sleep(pause)
            worker = await self._spawn(place)

    async def _spawn(self, place: int) -> Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "pointsman.server.worker", str(theirs.fileno())),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": self._begin.metrics_dir},
            )
        reader, writer = await asyncio.open_connection(sock=ours, limit=LINE_BYTES_MAX)
        worker = Worker(process, writer)
        self._workers[place] = worker
        for message in (self._begin, *self._greet()):
            worker.tell(message)
        worker.hearing = asyncio.create_task(self._hear(worker, reader))
        return worker

    async def _hear(self, worker: Worker, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            while text := await reader.readline():
                match decode_from_worker(text):
                    case Ready():
                        worker.ready.set()
                    case Asked() as asked:
                        self._asked(worker, asked)


async def _until_ready(worker: Worker) -> None:
    ready = asyncio.create_task(worker.ready.wait())
    ended = asyncio.create_task(worker.process.wait())
    await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not ready.done():
        ready.cancel()
        raise NeverReady(f"worker {worker.process.pid} ended with status {worker.process.returncode}")
