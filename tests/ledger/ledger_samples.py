"""Conversations and steps to try a ledger with: each step counts, owes what it is told to, and answers its count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from msgspec import structs

from pointsman.ledger.ledger import Commit, Lease, Outcome, Step, Submission
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation, Wait
from pointsman.model.decision import Answer, Owed, Record, ToComponent
from pointsman.model.identity import Address, derived_id

T = TypeVar("T")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: int = 1_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def address(name: str, channel: str = "WhatsApp") -> Address:
    return Address("shop", channel, name, "business")


def key(name: str, channel: str = "WhatsApp") -> str:
    return address(name, channel).conversation_id


def step(
    name: str,
    *to: str,
    event_id: str = "",
    waits: dict[str, Wait | None] | None = None,
    channel: str = "WhatsApp",
    seen: list[int] | None = None,
) -> Step:
    """Owe one text to each of `to`; the text is the revision and the destination."""

    def run(recall: Conversation | None, now: int) -> Commit:
        before = recall or Conversation(address(name, channel))
        armed = before.waits | (waits or {})
        after = structs.replace(
            before,
            revision=before.revision + 1,
            latest=now,
            waits={wait: value for wait, value in armed.items() if value is not None},
        )
        if seen is not None:
            seen.append(now)
        answer = Answer("accepted", reason=f"revision {after.revision}")
        conversation = before.address.conversation_id
        owed = tuple(
            Owed(
                id=derived_id(f"{conversation}/{event_id or after.revision}", str(place)),
                conversation=conversation,
                address=before.address,
                session_id="session",
                effect=ToComponent(component, Message(Text(f"{after.revision} to {component}"))),
                connection="gateway",
                generation="hash",
                at=now,
            )
            for place, component in enumerate(to)
        )
        record = Record(
            conversation, after.revision, now, before.address, "from customer", event_id, "hash", (), answer
        )
        return Commit(after, owed, record, answer)

    return run


def event(name: str, *to: str, id_: str | None = None, source: str = "gateway", **more: Any) -> Submission:
    conversation = key(name, more.get("channel", "WhatsApp"))
    return Submission(conversation, source, id_, step(name, *to, event_id=id_ or "", **more))


def failing(name: str, id_: str | None = None) -> Submission:
    def run(recall: Conversation | None, now: int) -> Commit:
        raise ValueError("a step that fails")

    return Submission(key(name), "gateway", id_, run)


def words(lease: Lease) -> str:
    assert isinstance(lease.owed.effect, ToComponent)
    content = lease.owed.effect.message.content
    assert isinstance(content, Text)
    return content.text


class Hand:
    """Collects the leases that a ledger hands out."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self.leases: list[Lease] = []
        self.ledger = ledger
        ledger.on_lease(self.receive)

    def receive(self, leases: Sequence[Lease]) -> None:
        self.leases += leases

    def take(self) -> list[Lease]:
        taken, self.leases = self.leases, []
        return taken

    def take_words(self) -> list[str]:
        return [words(lease) for lease in self.take()]


def using(
    path: Path, body: Callable[[SqliteLedger], Coroutine[Any, Any, T]], clock: Callable[[], int] | None = None
) -> T:
    """Run `body` on the ledger at `path` and close it."""

    async def run() -> T:
        ledger = open_sqlite(path, clock or Clock())
        try:
            return await body(ledger)
        finally:
            await ledger.close()

    return asyncio.run(run())


async def submit_all(ledger: SqliteLedger, *submissions: Submission) -> list[Outcome | BaseException]:
    """Submit at once, so that what arrives while the first is committed makes one batch."""
    return await asyncio.gather(*(ledger.submit(each) for each in submissions), return_exceptions=True)
