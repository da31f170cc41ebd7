"""Act three of a reload: a worker notices that the pointer has moved, loads the generation, and swaps.

Law: a generation that cannot be loaded changes nothing here; the live one serves on, and loading is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import anyio.to_thread
import structlog

from pointsman import limits
from pointsman.journey import Live
from pointsman.ledger.ledger import Generation
from pointsman.server.control import Health, Noticed
from pointsman.server.service import Service, serving

log = structlog.get_logger()


class Follower:
    """Keeps the service on the generation in force."""

    def __init__(self, service: Service, load: Callable[[Generation], Live]) -> None:
        self._service = service
        self._load = load
        self._moved = asyncio.Event()
        self._secrets = False
        self._complaint = ""

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
            with suppress(TimeoutError):
                async with asyncio.timeout(limits.NOTICE_MS / 1000):
                    await self._moved.wait()
            self._moved.clear()
            try:
                await self._catch_up()
            except Exception as fault:  # noqa: BLE001  # whatever a stored generation does, the live one serves on
                self._complain(str(fault))

    async def report(self) -> None:
        """Let all processes know what this one serves."""
        live = self._service.serving.live
        await self._service.ledger.report(live.activation, live.hash)

    async def _catch_up(self) -> None:
        after = 0 if self._secrets else self._service.serving.live.activation
        generation = await self._service.ledger.current(after)
        if generation is None:
            return
        live = await anyio.to_thread.run_sync(self._load, generation)
        self._secrets = False
        self._complaint = ""
        self._service.serving = serving(live)
        await self.report()

    def _complain(self, reason: str) -> None:
        if reason != self._complaint:
            log.error("the generation in force cannot be loaded; the earlier one serves on", reason=reason)
        self._complaint = reason
