"""Timers and waits that have run out, handed to whoever makes events of them.

Law: an arming is fired again only after `limits.SWEEP_MS`, even if it is still due: a step that fails must not make a
busy loop. What two processes fire at once, the ledger tells apart as one event and its repetition.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from pointsman import limits
from pointsman.delivery.clock import Clock
from pointsman.delivery.dispatch import Failed
from pointsman.ledger.ledger import Arming, Ledger, LedgerError

Fire: TypeAlias = Callable[[Arming], Awaitable[object]]
"""Submit the event that an arming stands for. May raise: it is fired again later."""


FOREVER = 2**63
"""Later than any moment: while it is being looked, every moment that turns up is worth another look."""


class Timers:
    """Fires what is due, and sleeps until the next is."""

    def __init__(self, ledger: Ledger, fire: Fire, clock: Clock, on_failure: Failed) -> None:
        self._ledger = ledger
        self._fire = fire
        self._clock = clock
        self._on_failure = on_failure
        self._wake = asyncio.Event()
        self._until = FOREVER
        self._fired: dict[Arming, int] = {}

    def on_armed(self, due: int) -> None:
        """Wake up if `due` comes before what is waited for."""
        if due < self._until:
            self._wake.set()

    async def run(self) -> None:
        """Fire until cancelled."""
        while True:
            self._wake.clear()
            self._until = FOREVER
            try:
                self._until = await self._round()
            except LedgerError as error:
                self._on_failure("looking for due timers", error)
                self._until = self._clock.now() + limits.SWEEP_MS
            await self._clock.wait(self._wake, self._until)

    async def _round(self) -> int:
        """Fire all that is due and was not fired a moment ago; return when to look again."""
        now = self._clock.now()
        self._fired = {arming: at for arming, at in self._fired.items() if at + limits.SWEEP_MS > now}
        due = await self._ledger.due(now, limits.TIMERS_PER_SWEEP_MAX + len(self._fired))
        armings = [arming for arming in due if arming not in self._fired]
        for arming, failure in zip(armings, await self._fire_all(armings), strict=True):
            self._fired[arming] = now
            if isinstance(failure, Exception):
                self._on_failure(f"firing {arming.key} of {arming.conversation}", failure)
        if armings:
            return now
        following = await self._ledger.next_due()
        latest = now + limits.SWEEP_MS
        return latest if following is None or following <= now else min(following, latest)

    async def _fire_all(self, armings: list[Arming]) -> list[object]:
        # All at once, so that they are committed together.
        return await asyncio.gather(*(self._fire(arming) for arming in armings), return_exceptions=True)
