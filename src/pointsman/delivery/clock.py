"""Time as an argument: what the moment is, and waiting for one.

Moments are milliseconds since the epoch. The wall's clock is used throughout, since due moments outlive the process;
that it may jump costs at most one sweep, after which every wait is worked out anew.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """The moment."""
        ...

    async def wait(self, wake: asyncio.Event, until: int) -> None:
        """Return when `wake` is set, or at the moment `until`, whichever is first. Does not clear `wake`."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    async def wait(self, wake: asyncio.Event, until: int) -> None:
        # One more millisecond: `now` is rounded down, and waking before the moment would mean waking twice.
        handle = asyncio.get_running_loop().call_later(max(0, until - self.now() + 1) / 1000, wake.set)
        try:
            await wake.wait()
        finally:
            handle.cancel()
