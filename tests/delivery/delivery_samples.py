"""A clock that is moved by hand, a transport that answers by script, and a worker between a real ledger and both."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar

from msgspec import structs

from pointsman.delivery.dispatch import Ports
from pointsman.delivery.transport import Fault
from pointsman.delivery.worker import Worker
from pointsman.ledger.ledger import Arming, Commit, Settlement, Submission
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation, Wait
from pointsman.model.decision import Answer, Owed, Record, ToComponent
from pointsman.model.identity import Address
from pointsman.protocols.wire import Call, Response

T = TypeVar("T")
OK = Response(200)


class HandClock:
    """Stands until `advance` moves it, which wakes those whose moment has come."""

    def __init__(self, now: int = 1_000_000) -> None:
        self._now = now
        self.sleepers: list[tuple[int, asyncio.Event]] = []

    def now(self) -> int:
        return self._now

    async def wait(self, wake: asyncio.Event, until: int) -> None:
        if until <= self._now:
            await asyncio.sleep(0)
            return
        sleeper = (until, wake)
        self.sleepers.append(sleeper)
        try:
            await wake.wait()
        finally:
            self.sleepers.remove(sleeper)

    def advance(self, ms: int) -> None:
        self._now += ms
        for until, wake in self.sleepers:
            if until <= self._now:
                wake.set()


class Script:
    """Answers each destination by its own list of responses and faults; then with 200. Holds those that are held."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Response | Fault | Exception]] = defaultdict(list)
        self.held: dict[str, asyncio.Event] = {}
        self.sent: list[tuple[str, str]] = []
        self.under_way = 0
        self.most_under_way = 0
        self._news = asyncio.Event()

    async def send(self, call: Call) -> Response:
        body = json.loads(call.body)
        self.sent.append((body["to"], body["text"]))
        self._news.set()
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if body["to"] in self.held:
                await self.held[body["to"]].wait()
            answer = self.answers[body["to"]].pop(0) if self.answers[body["to"]] else OK
        finally:
            self.under_way -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until the calls made satisfy `is_true`."""
        while not is_true():
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 5)


async def encode(owed: Owed) -> Call:
    assert isinstance(owed.effect, ToComponent)
    assert isinstance(owed.effect.message.content, Text)
    return Call(
        "http://sink", {}, json.dumps({"to": owed.effect.to, "text": owed.effect.message.content.text}).encode()
    )


class House:
    """A worker with all that it needs, on a ledger of its own. `settled` is (destination, settlement)."""

    def __init__(self, path: Path, clock: HandClock | None = None, **ports: Any) -> None:
        self.clock = clock or HandClock()
        self.ledger = open_sqlite(path, self.clock.now)
        self.script = Script()
        self.settled: list[tuple[str, Settlement]] = []
        self.failures: list[str] = []
        self.fired: list[Arming] = []
        self._settlement = asyncio.Event()
        given = Ports(
            ledger=self.ledger,
            transport=self.script,
            encode=encode,
            clock=self.clock,
            jitter=lambda: 0.5,
            on_settled=self._on_settled,
            on_failure=lambda doing, error: self.failures.append(f"{doing}: {error}"),
        )
        self.worker = Worker(structs.replace(given, **ports), self.fire)

    def _on_settled(self, owed: Owed, settlement: Settlement, _: int) -> None:
        self.settled.append((owed.effect.to, settlement))
        self._settlement.set()

    async def fire(self, arming: Arming) -> None:
        self.fired.append(arming)
        await self.ledger.submit(event(arming.conversation, waits={arming.key: None}, key=arming.conversation))

    async def until_settled(self, count: int) -> None:
        while len(self.settled) < count:
            self._settlement.clear()
            await asyncio.wait_for(self._settlement.wait(), 5)

    async def quiet(self) -> None:
        """Let everything happen that can happen without the clock: two empty commits and the callbacks behind them."""
        for _ in range(3):
            await self.ledger.forget("nobody")
            await asyncio.sleep(0)

    async def close(self) -> None:
        for gate in self.script.held.values():
            gate.set()
        await self.worker.stop()
        await self.ledger.close()


def event(
    name: str,
    to: Iterable[str] = (),
    text: str = "",
    waits: dict[str, Wait | None] | None = None,
    key: str = "",
    id_: str | None = None,
) -> Submission:
    """Owe `text` to each of `to`; set or drop `waits`."""
    address = Address("shop", "SMS", name, "business")
    conversation = key or address.conversation_id

    def step(recall: Conversation | None, now: int) -> Commit:
        before = recall or Conversation(address)
        armed = {wait: value for wait, value in (before.waits | (waits or {})).items() if value is not None}
        after = structs.replace(before, revision=before.revision + 1, latest=now, waits=armed)
        owed = tuple(
            Owed(
                f"{name}/{after.revision}/{each}",
                conversation,
                before.address,
                "",
                ToComponent(each, Message(Text(text))),
                "",
                "",
                now,
            )
            for each in to
        )
        answer = Answer("accepted")
        return Commit(after, owed, Record(conversation, after.revision, now, address, "", "", "", (), answer), answer)

    return Submission(conversation, "test", id_, step)


def housed(
    path: Path, body: Callable[[House], Coroutine[Any, Any, T]], clock: HandClock | None = None, **ports: Any
) -> T:
    """Run `body` with a started worker."""

    async def run() -> T:
        house = House(path, clock, **ports)
        house.worker.start()
        try:
            return await body(house)
        finally:
            await house.close()

    return asyncio.run(run())


async def submit(ledger: SqliteLedger, *submissions: Submission) -> None:
    await asyncio.gather(*(ledger.submit(each) for each in submissions))
