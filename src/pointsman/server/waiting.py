"""Requests that wait for what a customer is told in their response.

A request sits here from the commit of the customer's message until its response is made. Laws:

- What the customer is told is in the ledger, whoever commits it; a request takes it from there at one moment, in one
  transaction, and not before. So nothing is lost with a process, and no process needs to know who waits in another.
- A response is given ahead of its time once there is something to say, components are owed nothing more but copies, and
  it has been quiet; at once where nobody has heard the message and nobody is about to; else when its time is over.
- Two requests that wait for one conversation: whoever is ready first takes what is there, and the other waits on.
- A response is settled once it is written; of a caller who hung up before, nothing is taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from msgspec import Struct

from pointsman import limits
from pointsman.delivery.clock import Clock
from pointsman.ledger.ledger import Asked, Full, Ledger, LedgerError, Responded, Standing
from pointsman.model.decision import Owed
from pointsman.server.logs import Recurring

_NOTHING = Standing(stored=False, messages=0, busy=True)


class Wait(Struct, frozen=True):
    """What a request waits for: until `deadline` (ms), `heard` says whether anybody heard the customer's message.

    `write` makes the response's body of the messages in it.
    """

    asked: Asked
    deadline: int
    heard: bool
    write: Callable[[Sequence[Owed]], bytes]


class _Seat:
    """A request that waits, and how it stands since when (ms)."""

    def __init__(self, wait: Wait) -> None:
        self.wait = wait
        self.standing = _NOTHING
        self.since = 0
        self.news = asyncio.Event()


def answer_at(wait: Wait, standing: Standing, since: int) -> int:
    """Say at which moment (ms) a request is to be answered that stands so `since`; 0: at once."""
    if standing.stored:
        return 0
    if standing.busy:
        return wait.deadline
    if not wait.heard:
        return 0
    return min(since + limits.RESPONSE_QUIET_MS, wait.deadline) if standing.messages else wait.deadline


class Waiting:
    """The requests of this process. Use it on one event loop."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._seats: list[_Seat] = []
        self._unsettled = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._changes = -1
        self._looking: asyncio.Task[None] | None = None
        self._unusable = Recurring("requests wait for the ledger")

    def make_room(self) -> None:
        """Raise `Full` where no further request may wait."""
        if len(self._seats) >= limits.REQUESTS_WAITING_MAX:
            raise Full(f"{limits.REQUESTS_WAITING_MAX} requests wait to be answered")

    async def response(self, wait: Wait, gone: Callable[[], Awaitable[object]]) -> Responded | None:
        """Wait for what is to be told, then take it; None where the caller hung up. Raises `LedgerError`."""
        with self._seat(wait) as seat:
            hung_up = asyncio.ensure_future(gone())
            hung_up.add_done_callback(lambda _: seat.news.set())
            try:
                await self._look([seat])
                while not hung_up.done():
                    response = await self._answered(seat)
                    if response is not None:
                        self._unsettled += 1
                        return response
            finally:
                hung_up.cancel()
        return None

    async def settle(self, it: Responded, *, written: bool) -> None:
        """Record what became of a response, as soon as the ledger takes it."""
        try:
            while not await self._settled(it, written):
                await self._clock.wait(asyncio.Event(), self._clock.now() + limits.SWEEP_MS)
        finally:
            self._unsettled -= 1
            self._tell_idle()

    async def drain(self, within_ms: int = limits.DRAIN_MS_MAX) -> bool:
        """Wait for the requests that wait to be answered. Returns whether all were in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_ms / 1000):
                await self._idle.wait()
        return self._idle.is_set()

    async def _settled(self, it: Responded, written: bool) -> bool:
        try:
            await self._ledger.responded(it, written=written)
        except LedgerError as fault:
            self._unusable.say(str(fault))
            return False
        return True

    async def _answered(self, seat: _Seat) -> Responded | None:
        """Answer a request if its moment has come, else wait for it or for news."""
        seat.news.clear()
        wait, now = seat.wait, self._clock.now()
        at = answer_at(wait, seat.standing, seat.since)
        if at > now:
            await self._clock.wait(seat.news, at)
            return None
        least = 1 if wait.heard and now < wait.deadline and not seat.standing.stored else 0
        response = await self._ledger.respond(wait.asked, wait.write, least=least)
        if response is None:  # another request took it
            await self._look([seat])
        return response

    # What is new ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _seat(self, wait: Wait) -> Iterator[_Seat]:
        seat = _Seat(wait)
        self._seats.append(seat)
        self._idle.clear()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking())
        try:
            yield seat
        finally:
            self._seats.remove(seat)
            self._tell_idle()

    def _tell_idle(self) -> None:
        if not self._seats and not self._unsettled:
            self._idle.set()

    async def _keep_looking(self) -> None:
        """Look for news as long as a request waits."""
        while self._seats:
            await asyncio.sleep(limits.RESPONSE_LOOK_MS / 1000)
            try:
                changes = self._ledger.changes()
                if changes != self._changes:
                    await self._look(list(self._seats))
                    self._changes = changes
            except LedgerError as fault:
                self._unusable.say(str(fault))

    async def _look(self, seats: list[_Seat]) -> None:
        standings = await self._ledger.standing([seat.wait.asked for seat in seats])
        now = self._clock.now()
        for seat, standing in zip(seats, standings, strict=True):
            if standing != seat.standing:
                seat.standing, seat.since = standing, now
                seat.news.set()
