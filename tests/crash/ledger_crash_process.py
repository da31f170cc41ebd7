"""A process to be killed: submits events of a plan, delivers what they owe into a file, and may kill itself.

    python ledger_crash_process.py DATABASE SINK FIRST STEP EVENTS CONVERSATIONS INSTANT NTH

It submits the events FIRST, FIRST + STEP … below EVENTS, sixteen at once, each under its own id, all from the start, as
a sender does that got no answer. It ends when all are answered and nothing is owed. INSTANT names when it kills itself:
at the NTH time that it is in a step, has a commit's answer, is about to send, has sent, or has settled; `never`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from msgspec import structs

from pointsman.delivery.clock import SystemClock
from pointsman.delivery.dispatch import Ports
from pointsman.delivery.worker import Worker
from pointsman.ledger.ledger import Arming, Commit, Settlement, Submission
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Owed, Record, ToComponent
from pointsman.model.identity import Address, derived_id
from pointsman.protocols.wire import Call, Response

DESTINATIONS = ("bot", "desk")


class Fate:
    """Kills this process at the n-th passing of the named instant."""

    def __init__(self, instant: str, nth: int) -> None:
        self._instant = instant
        self._left = nth

    def pass_(self, instant: str) -> None:
        if instant == self._instant:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class FileTransport:
    """Appends each call to the sink: one write, which another process's cannot split."""

    def __init__(self, sink: Path, fate: Fate) -> None:
        self._descriptor = os.open(sink, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._fate = fate

    async def send(self, call: Call) -> Response:
        self._fate.pass_("send")
        await asyncio.sleep(0.001)
        os.write(self._descriptor, call.body + b"\n")
        self._fate.pass_("sent")
        return Response(200)


def submission(number: int, conversations: int, fate: Fate) -> Submission:
    address = Address("shop", "WhatsApp", f"customer {number % conversations}", "business")
    key, event_id = address.conversation_id, f"event {number}"

    def run(recall: Conversation | None, now: int) -> Commit:
        fate.pass_("step")
        before = recall or Conversation(address)
        after = structs.replace(before, revision=before.revision + 1, latest=now)
        owed = tuple(
            Owed(
                id=derived_id(event_id, to),
                conversation=key,
                address=address,
                session_id="",
                effect=ToComponent(to, Message(Text(str(after.revision)))),
                connection="",
                generation="",
                at=now,
            )
            for to in DESTINATIONS
        )
        answer = Answer("accepted", reason=str(after.revision))
        return Commit(after, owed, Record(key, after.revision, now, address, "", event_id, "", (), answer), answer)

    return Submission(key, "gateway", event_id, run)


async def encode(owed: Owed) -> Call:
    assert isinstance(owed.effect, ToComponent)
    assert isinstance(owed.effect.message.content, Text)
    line = f"{owed.conversation} {owed.effect.to} {owed.effect.message.content.text} {owed.id}"
    return Call("http://sink", {}, line.encode())


async def submit_all(ledger: SqliteLedger, numbers: list[int], conversations: int, fate: Fate) -> None:
    async def submit() -> None:
        while numbers:
            await ledger.submit(submission(numbers.pop(), conversations, fate))
            fate.pass_("committed")

    numbers.reverse()
    await asyncio.gather(*(submit() for _ in range(16)))


async def main(database: str, sink: str, *plan: str) -> None:
    first, step, events, conversations = map(int, plan[:4])
    fate = Fate(plan[4], int(plan[5]))
    ledger = open_sqlite(database, lambda: time.time_ns() // 1_000_000)

    def on_settled(_: Owed, __: Settlement, ___: int) -> None:
        fate.pass_("settled")

    def on_failure(doing: str, error: Exception) -> None:
        raise SystemExit(f"{doing}: {error}")

    async def fire(_: Arming) -> None:
        raise AssertionError("nothing is armed")

    worker = Worker(
        Ports(
            ledger=ledger,
            transport=FileTransport(Path(sink), fate),
            encode=encode,
            clock=SystemClock(),
            jitter=lambda: 0.5,
            on_settled=on_settled,
            on_failure=on_failure,
        ),
        fire,
    )
    worker.start()
    await submit_all(ledger, list(range(first, events, step)), conversations, fate)
    while (await ledger.backlog())["owed"]:  # noqa: ASYNC110  # the other process may be the one that works it off
        await asyncio.sleep(0.02)
    await worker.drain()
    await worker.stop()
    await ledger.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
