"""Deliveries under way: from a lease to its settlement.

    lease -> encode -> send -> judge -> hear what came back, or that it is given up -> settle

Laws:

- A lease is settled whatever happens between: an encoder or a judge that raises is an outcome, not a crash. A ledger
  that cannot be written is asked again until it can; meanwhile nothing else of that queue may be sent anyway.
- At most `limits.QUEUES_IN_FLIGHT_MAX` are under way, and of one destination (a component, or a connection) at most
  `limits.QUEUES_IN_FLIGHT_PER_DESTINATION_MAX`, fewer while others want room; the rest waits in memory, each
  destination's own first leased, first sent.
- What came back is heard before the delivery is settled: a crash between the two sends again, under the same id.
- So is what is given up: a crash between the two tries once more, and is told again, under the same id.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar

from msgspec import Struct

from pointsman import limits
from pointsman.delivery import retry
from pointsman.delivery.clock import Clock
from pointsman.delivery.logins import NotLetIn
from pointsman.delivery.transport import Fault, Transport
from pointsman.ledger.ledger import Again, Dead, Full, Lease, Ledger, LedgerError, Settlement
from pointsman.ledger.shares import Shares, lease_shares
from pointsman.model.decision import Owed, ToCustomer
from pointsman.protocols.wire import Call, Response, Verdict

T = TypeVar("T")

Encode: TypeAlias = Callable[[Owed], Awaitable[Call | None]]
"""The call that delivers; None where nothing is to be sent. Where it raises `Fault`, `NotLetIn` or `LedgerError`, it is
asked again later, unless a refused login says never; `Late` and whatever else it raises is why the delivery is dead."""
Deadline: TypeAlias = Callable[[Owed], int | None]
"""When a delivery's time budget ends (ms); None: it has none."""
Expired: TypeAlias = Callable[[Owed, Call, Response], bool]
"""Whether a response says that the call's credential no longer holds: it is encoded anew and sent once more."""
Judge: TypeAlias = Callable[[Owed, Response], Verdict | None]
"""What a response means to its protocol; None: what its status means."""
Hear: TypeAlias = Callable[[Owed, Response], Awaitable[Verdict | None]]
"""Take in what a delivered message's response brought; a verdict where that is no answer at all. `LedgerError` and
`Full` are met by asking again; if it raises anything else, the message is sent again later."""
GiveUp: TypeAlias = Callable[[Lease, Dead], Awaitable[None]]
"""Take in that a delivery is given up. `LedgerError` and `Full` are met by asking again; whatever else it raises is
reported, and the delivery is dead all the same."""
Settled: TypeAlias = Callable[[Owed, Settlement, int], None]
"""Told of every delivery once it is settled, with the milliseconds that it took."""
Failed: TypeAlias = Callable[[str, Exception], None]
"""Told of a failure of our own: what was being done, and why it failed."""


LATE = "late"
"""Why a message was given up that could leave only in a response, and nobody waited for one in time."""
UNSENDABLE = "unsendable"
"""Why a message was given up that cannot be written, most often since whom it is for is no longer configured."""
INTERNAL = "internal"
"""Why a message waits for a fault of ours."""
EVERYBODY = ""
"""No destination's name: there is no room for any."""


class Late(Exception):
    """It is too late for a message that could leave only in a response."""


def destination_of(owed: Owed) -> str:
    """Who is slow if this is: the connection by which a customer is reached, or the component, or where it hears of
    receipts."""
    return owed.connection if isinstance(owed.effect, ToCustomer) else owed.queue


def no_deadline(_: Owed) -> None:
    """Try as often as there are attempts."""


def never_expired(_: Owed, __: Call, ___: Response) -> bool:
    """Whatever a response says, it is about the message."""
    return False


def by_status(_: Owed, __: Response) -> None:
    """Leave the judgement to the HTTP status."""


async def hear_nothing(_: Owed, __: Response) -> None:
    """Take no notice of what came back."""


async def tell_nobody(_: Lease, __: Dead) -> None:
    """Let it rest among the dead letters."""


class Ports(Struct, frozen=True, kw_only=True):
    """All that deliveries need from those above and beside them. `jitter` is in [0, 1)."""

    ledger: Ledger
    transport: Transport
    encode: Encode
    clock: Clock
    jitter: Callable[[], float]
    on_settled: Settled
    on_failure: Failed
    deadline: Deadline = no_deadline
    expired: Expired = never_expired
    judge: Judge = by_status
    hear: Hear = hear_nothing
    give_up: GiveUp = tell_nobody


class Dispatch:
    """The deliveries of this process.

    `on_again` hears when one is to be tried again; `on_room` that of a destination of which this process held as many
    leases as it may none waits any more: others may lie in the ledger.
    """

    def __init__(self, ports: Ports, on_again: Callable[[int], None], on_room: Callable[[], None]) -> None:
        self._ports = ports
        self._on_again = on_again
        self._on_room = on_room
        self._leased = lease_shares()
        self._full: set[str] = set()
        self._waiting: defaultdict[str, deque[Lease]] = defaultdict(deque)
        self._shares = Shares(limits.QUEUES_IN_FLIGHT_MAX, limits.QUEUES_IN_FLIGHT_PER_DESTINATION_MAX)
        self._under_way: set[asyncio.Task[None]] = set()

    def take(self, leases: Sequence[Lease]) -> None:
        """Deliver `leases`, at once as far as there is room."""
        for lease in leases:
            self._waiting[destination_of(lease.owed)].append(lease)
            self._leased.add(lease.owed.queue)
            if not self._leased.has_room(lease.owed.queue):
                self._full.add(lease.owed.queue if self._leased.free > 0 else EVERYBODY)
        self._begin()

    def give_back(self) -> list[Lease]:
        """Stop beginning deliveries; return the leases not begun."""
        waiting = [lease for leases in self._waiting.values() for lease in leases]
        self._waiting.clear()
        return waiting

    async def finish(self, within_ms: int) -> bool:
        """Wait for the deliveries under way. Returns whether all have ended in time."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within_ms / 1000)
        return not self._under_way

    async def abandon(self) -> None:
        """Break off the deliveries under way; they will be made again by whoever leases them next."""
        broken_off = list(self._under_way)
        for task in broken_off:
            task.cancel()
        await asyncio.gather(*broken_off, return_exceptions=True)

    def _begin(self) -> None:
        """Begin all that waits and finds room."""
        for destination in list(self._waiting):
            while (lease := self._first(destination)) is not None:
                task = asyncio.create_task(self._work_off(destination, lease))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    def _first(self, destination: str) -> Lease | None:
        """The next lease to be delivered there, with a place taken for it; None if none waits or none may be begun."""
        waiting = self._waiting.get(destination)
        if not waiting or not self._shares.take(destination):
            return None
        lease = waiting.popleft()
        if not waiting:
            del self._waiting[destination]
        return lease

    async def _work_off(self, destination: str, first: Lease) -> None:
        recipient = first.owed.queue
        lease: Lease | None = first
        while lease is not None:
            try:
                await self._deliver(lease)
            except Exception as error:  # noqa: BLE001  # an observer's fault; others wait for this task
                self._ports.on_failure(f"after delivering {lease.owed.id}", error)
            self._leased.give(recipient)
            self._shares.give(destination)
            lease = self._first(destination)
        self._begin()
        if self._full and destination not in self._waiting and not self._full.isdisjoint((recipient, EVERYBODY)):
            self._full -= {recipient, EVERYBODY}
            self._on_room()

    async def _deliver(self, lease: Lease) -> None:
        began = self._ports.clock.now()
        settlement = await self._attempt(lease)
        ended = self._ports.clock.now()
        if isinstance(settlement, Dead):
            await self._give_up(lease, settlement)
        await self._settle(lease, settlement)
        self._ports.on_settled(lease.owed, settlement, ended - began)
        if isinstance(settlement, Again):
            self._on_again(settlement.at)

    async def _attempt(self, lease: Lease) -> Settlement:
        owed, ports = lease.owed, self._ports
        try:
            call = await ports.encode(owed)
            verdict = Verdict("delivered") if call is None else await self._exchange(owed, call)
        except Fault as fault:
            verdict = Verdict("again", fault.reason)
        except NotLetIn as fault:
            verdict = fault.verdict
        except Late as fault:
            return Dead(f"{LATE}: {fault}", LATE)
        except LedgerError as error:
            ports.on_failure(f"writing {owed.id}", error)
            verdict = Verdict("again", INTERNAL)
        except Exception as error:  # noqa: BLE001  # one message that cannot be written must not stop the others
            return Dead(f"cannot be sent: {error}", UNSENDABLE)
        return retry.settle(verdict, lease.attempts, ports.clock.now(), ports.jitter(), ports.deadline(owed))

    async def _exchange(self, owed: Owed, call: Call) -> Verdict:
        try:
            response = await self._answered(owed, call)
            verdict = self._ports.judge(owed, response) or retry.judge(response, self._ports.clock.now())
            if verdict.outcome == "delivered" and self._ports.hear is not hear_nothing:
                doing = f"hearing the answer to {owed.id}"
                return await self._insist(doing, lambda: self._ports.hear(owed, response)) or verdict
        except (Fault, NotLetIn):
            raise
        except Exception as error:  # noqa: BLE001  # ours, not the destination's; what was sent stays owed
            self._ports.on_failure(f"delivering {owed.id} to {owed.effect.to}", error)
            return Verdict("again", INTERNAL)
        return verdict

    async def _answered(self, owed: Owed, call: Call) -> Response:
        """The answer to a call; where its credential had ended, to the same with a new one."""
        response = await self._ports.transport.send(call)
        if not self._ports.expired(owed, call, response):
            return response
        again = await self._ports.encode(owed)
        return response if again is None else await self._ports.transport.send(again)

    async def _give_up(self, lease: Lease, dead: Dead) -> None:
        doing = f"giving up {lease.owed.id}"
        try:
            await self._insist(doing, lambda: self._ports.give_up(lease, dead))
        except Exception as error:  # noqa: BLE001  # an event that cannot be handled must not hold back the queue
            self._ports.on_failure(doing, error)

    async def _settle(self, lease: Lease, settlement: Settlement) -> None:
        await self._insist(f"settling {lease.owed.id}", lambda: self._ports.ledger.settle(lease, settlement))

    async def _insist(self, doing: str, act: Callable[[], Awaitable[T]]) -> T:
        """Do what needs the ledger, as often as it takes."""
        clock = self._ports.clock
        while True:
            try:
                return await act()
            except (LedgerError, Full) as error:
                self._ports.on_failure(doing, error)
                await clock.wait(asyncio.Event(), clock.now() + limits.SWEEP_MS)
