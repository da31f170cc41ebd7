"""The delivery worker of one process: begins, sweeps, fires, drains and stops.

Laws:

- Work is told, not looked for: the ledger hands over each lease right after its commit, and says when a timer was
  armed. The sweep is for retries and for what a dead process left behind; it sleeps until the earliest is due, at
  most `limits.SWEEP_MS`.
- Draining ends what is under way, begins nothing, and gives back at once what was not begun.
"""

from __future__ import annotations

import asyncio

from pointsman import limits
from pointsman.delivery.dispatch import Dispatch, Ports
from pointsman.delivery.timers import FOREVER, Fire, Timers
from pointsman.ledger.ledger import LedgerError


class Worker:
    """Use on one event loop: `start`, later `drain`, then `stop`. It closes neither the ledger nor the transport."""

    def __init__(self, ports: Ports, fire: Fire) -> None:
        self._ports = ports
        self._dispatch = Dispatch(ports, self._on_again, self._wake_up)
        self._timers = Timers(ports.ledger, fire, ports.clock, ports.on_failure)
        self._wake = asyncio.Event()
        self._until = FOREVER
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Take leases and fire timers from now on. Raises `LedgerError` if the ledger takes no owner."""
        self._ports.ledger.on_lease(self._dispatch.take)
        self._ports.ledger.on_armed(self._timers.on_armed)
        self._loops = [asyncio.create_task(self._sweep()), asyncio.create_task(self._timers.run())]

    async def drain(self, within_ms: int = limits.DRAIN_MS_MAX) -> bool:
        """Begin nothing more and let deliveries under way end. Returns whether all did within the time."""
        self._ports.ledger.on_lease(None)
        self._ports.ledger.on_armed(None)
        await self._end_loops()
        await self._give_back()
        return await self._dispatch.finish(within_ms)

    async def stop(self) -> None:
        """Break off what is still under way. The ledger keeps it; it is sent again by whoever leases it next."""
        await self.drain(within_ms=0)
        await self._dispatch.abandon()

    async def _sweep(self) -> None:
        while True:
            self._wake.clear()
            self._until = FOREVER
            try:
                self._until = await self._claim()
            except LedgerError as error:
                self._ports.on_failure("claiming deliveries", error)
                self._until = self._ports.clock.now() + limits.SWEEP_MS
            await self._ports.clock.wait(self._wake, self._until)

    async def _claim(self) -> int:
        """Claim what is due; return when to look again."""
        await self._ports.ledger.claim()
        following = await self._ports.ledger.next_retry()
        latest = self._ports.clock.now() + limits.SWEEP_MS
        return latest if following is None else min(following, latest)

    def _on_again(self, at: int) -> None:
        if at < self._until:
            self._wake.set()

    def _wake_up(self) -> None:
        self._wake.set()

    async def _end_loops(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._loops = []

    async def _give_back(self) -> None:
        waiting = self._dispatch.give_back()
        try:
            if waiting:
                await self._ports.ledger.release(waiting)
        except LedgerError as error:
            self._ports.on_failure("giving back deliveries", error)
