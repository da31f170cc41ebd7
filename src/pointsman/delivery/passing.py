"""Calls that are worth something only now, such as that somebody is typing: made once and at once, or not at all.

Laws:

- Nothing of them is kept and nobody waits for them. What fails is forgotten; what comes back is not looked at.
- At most `limits.PASSING_CALLS_MAX` are under way, and to one destination half of them; what finds no room is dropped.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from msgspec import structs

from pointsman import limits
from pointsman.delivery.transport import Fault, Transport
from pointsman.ledger.shares import Shares
from pointsman.protocols.wire import Call


class Passing:
    """The passing calls of this process."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._shares = Shares(limits.PASSING_CALLS_MAX, limits.PASSING_CALLS_MAX // 2)
        self._under_way: set[asyncio.Task[None]] = set()

    def make(self, destination: str, call: Call) -> bool:
        """Begin a call to `destination`. Returns whether there was room."""
        if not self._shares.take(destination):
            return False
        short = structs.replace(call, timeout_ms=min(call.timeout_ms, limits.PASSING_CALL_MS))
        task = asyncio.create_task(self._make(destination, short))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return True

    async def _make(self, destination: str, call: Call) -> None:
        try:
            with suppress(Fault):
                await self._transport.send(call)
        finally:
            self._shares.give(destination)

    async def close(self) -> None:
        """Break off what is under way."""
        broken_off = list(self._under_way)
        for task in broken_off:
            task.cancel()
        await asyncio.gather(*broken_off, return_exceptions=True)
