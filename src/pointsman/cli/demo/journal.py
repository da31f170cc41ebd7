"""What travelled between the demo's parties, in the order in which it arrived, and waiting for what comes next.

Law: an entry is written by the party that received the bytes, or by the one that read the router's answer. Nothing here
is foretold.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, TypeAlias

from msgspec import Struct

What: TypeAlias = Literal["message", "copy", "handover", "position", "refusal"]


class Entry(Struct, frozen=True):
    """One thing that reached `target`. `text` is what a person reads; `what` is how it travelled."""

    source: str
    target: str
    what: What
    text: str


class Missed(Exception):
    """A step of the demo did not happen within its time."""


class Journal:
    """Entries, appended from any task of one event loop."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._arrived = asyncio.Condition()

    async def add(self, entry: Entry) -> None:
        async with self._arrived:
            self.entries.append(entry)
            self._arrived.notify_all()

    async def until(self, since: int, wanted: Callable[[Entry], bool], what: str, seconds: float) -> Entry:
        """Return the first entry from place `since` on that is `wanted`. Raises `Missed` after `seconds`."""
        try:
            async with asyncio.timeout(seconds), self._arrived:
                await self._arrived.wait_for(lambda: any(map(wanted, self.entries[since:])))
        except TimeoutError:
            raise Missed(f"{what} did not happen within {seconds:g} s") from None
        return next(filter(wanted, self.entries[since:]))
