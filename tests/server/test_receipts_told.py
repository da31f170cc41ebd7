"""What carriers and channels report reaches the component that sent, or who hears: owed to it, or told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from house import CONFIG, House, message, visit

from pointsman.ledger.ledger import Delivered, Lease
from pointsman.model.decision import Receipt, ToCustomer
from pointsman.protocols.wire import Call

TOLD = CONFIG.replace(
    'token = "env:BOT"\n', 'token = "env:BOT"\nevent_url = "http://127.0.0.1:1/bot-events"\n'
).replace('token = "env:DESK"\n', 'token = "env:DESK"\nevent_url = "http://127.0.0.1:1/desk-events"\n')


class Worker:
    """Takes every delivery and settles it, in place of one that calls."""

    def __init__(self, place: House) -> None:
        self.place = place
        self.leases: list[Lease] = []
        place.ledger.on_lease(self.leases.extend)

    async def work(self) -> list[Any]:
        """Settle all there is; return the effects, in order."""
        done = []
        while self.leases:
            lease = self.leases.pop(0)
            done.append(lease.owed)
            await self.place.ledger.settle(lease, Delivered())
        return done


async def report(place: House, reference: str, code: int, description: str = "") -> None:
    status = {"code": code, "errorCode": "", "errorDescription": description}
    body = {"messages": {"msg": {"to": "0031612345678", "reference": reference, "status": status}}}
    answer = await place.client.post("/hooks/gateway?token=gateway", json=body)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("code", "description", "told"),
    [
        (2, "", Receipt("CmBot", "delivered", "m1")),
        (4, "", Receipt("CmBot", "read", "m1")),
        (3, "validity expired", Receipt("CmBot", "failed", "m1", "expired")),
    ],
)
def test_a_status_report_is_owed_to_the_component_that_sent_in_a_queue_of_its_own(
    tmp_path: Path, code: int, description: str, told: Receipt
) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        await place.send(message(reference="m1"))
        worker = Worker(place)
        await place.ledger.claim()
        await worker.work()
        for _ in range(2):
            await report(place, "m1", code, description)
        (owed,) = await worker.work()
        assert owed.effect == told
        assert owed.conversation == chat
        assert owed.queue != told.component

    visit(tmp_path, play, config=TOLD)


def test_a_message_in_parts_has_arrived_with_its_last_one_and_failed_with_any(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.inbound(channel="SMS")
        await place.send(message("word " * 500, reference="m1", allowedChannels=["SMS"]))
        worker = Worker(place)
        await place.ledger.claim()
        first, second, last = [owed for owed in await worker.work() if isinstance(owed.effect, ToCustomer)]
        await report(place, first.reference, 2)
        assert await worker.work() == []
        await report(place, second.reference, 3, "gone")
        await report(place, last.reference, 2)
        assert [owed.effect for owed in await worker.work()] == [
            Receipt("CmBot", "failed", "m1", "failed"),
            Receipt("CmBot", "delivered", "m1"),
        ]

    visit(tmp_path, play, config=TOLD)


@pytest.mark.parametrize("config", [CONFIG, TOLD])
def test_who_has_not_asked_or_named_its_message_is_told_nothing(tmp_path: Path, config: str) -> None:
    async def play(place: House) -> None:
        await place.chat()
        await place.send(message(**({"reference": "m1"} if config == CONFIG else {})))
        worker = Worker(place)
        await place.ledger.claim()
        (sent,) = [owed for owed in await worker.work() if isinstance(owed.effect, ToCustomer)]
        await report(place, sent.reference, 2)
        assert await worker.work() == []

    visit(tmp_path, play, config=config)


@pytest.mark.parametrize("name", ["typing", "Typing", "typing_on", "TypingStarted"])
def test_typing_is_told_at_once_to_who_hears_and_nothing_is_kept(tmp_path: Path, name: str) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        calls: list[tuple[str, Call]] = []

        def pass_on(destination: str, call: Call) -> bool:
            calls.append((destination, call))
            return True

        place.service.pass_on = pass_on
        assert (await place.inbound(event=name, message=None, reference=None)).status_code == 200
        assert [(destination, call.url.rpartition("/")[2]) for destination, call in calls] == [
            ("CmBot", "bot-events"),
            ("Desk", "desk-events"),
        ]
        assert json.loads(calls[0][1].body)["conversationalRouter"]["chatId"] == chat
        state = await place.ledger.read(chat)
        assert state is not None
        assert state.revision == 1

    visit(tmp_path, play, config=TOLD)


@pytest.mark.parametrize(
    "members",
    [{"event": "MessageDelete"}, {"event": "typing", "channel": "RCS"}, {"event": "typing", "to": {"number": "1"}}],
)
def test_other_events_and_those_of_nobodys_conversation_are_taken_and_told_to_nobody(
    tmp_path: Path, members: dict[str, Any]
) -> None:
    async def play(place: House) -> None:
        await place.chat()

        def pass_on(_: str, call: Call) -> bool:
            raise AssertionError(call)

        place.service.pass_on = pass_on
        assert (await place.inbound(message=None, reference=None, **members)).status_code == 200

    visit(tmp_path, play, config=TOLD)
