"""Status reports by `POST /hooks/{connection}`: what they do to the conversation, and what they leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from house import House, message, visit

from pointsman.ledger.ledger import Delivered, Full, Lease
from pointsman.model.decision import Record, ToCustomer

RULES = """
component CmBot is bot
component Desk is desk
component Stranger is bot
start with CmBot

policy lost on delivery failed to customer
rule "lost"
  otherwise
  then set context.why to "{reason}"
       reply "Sorry, once more."
"""
BULK = "campaign"


class Carrier:
    """The gateway's side of a house: what it was to carry, and what it says of it."""

    def __init__(self, place: House) -> None:
        self.place = place
        self.leases: list[Lease] = []
        place.ledger.on_lease(self._take)

    def _take(self, leases: Sequence[Lease]) -> None:
        self.leases += [lease for lease in leases if isinstance(lease.owed.effect, ToCustomer)]

    async def reports(self, *statuses: dict[str, Any], connection: str = "gateway") -> httpx.Response:
        body = {"messages": {"msg": statuses[0] if len(statuses) == 1 else list(statuses)}}
        return await self.place.client.post(f"/hooks/{connection}?token={connection}", json=body)

    async def results(self) -> dict[str, float]:
        """How many reports were counted, by result."""
        text = (await self.place.service.metrics.exposition(self.place.ledger)).decode()
        lines = [line for line in text.splitlines() if line.startswith("pointsman_reports_total{")]
        return {line.split('result="')[1].split('"')[0]: float(line.split()[-1]) for line in lines}


def told(reference: str, code: str | int, **members: Any) -> dict[str, Any]:
    status = {"code": code, "errorCode": "", "errorDescription": members.pop("description", "")}
    return {"received": "…", "to": "0031612345678", "reference": reference, "status": status} | members


async def decisions(place: House, chat: str, event: str) -> list[Record]:
    return [record for record in await place.ledger.records(chat, 100) if record.event == event]


async def context(place: House, chat: str) -> dict[str, str]:
    conversation = await place.ledger.read(chat)
    assert conversation is not None
    return conversation.context


def test_a_failure_is_handled_by_the_rules_once_however_often_it_is_told(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        for _ in range(3):
            assert (await carrier.reports(told("order17", "3", description="message expired"))).status_code == 200
        assert await context(place, chat) == {"why": "expired"}
        assert len(await decisions(place, chat, "delivery failed")) == 1
        assert await carrier.results() == {"taken": 1, "known": 2}

    visit(tmp_path, play, rules=RULES)


def test_a_receipt_is_recorded_and_nothing_that_comes_after_it_goes_back(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        codes = ["0", "2", "0", "2", "4", "2", "3", "1"]
        await carrier.reports(*(told("order17", code) for code in codes))
        records = await decisions(place, chat, "reported")
        assert [record.steps[-1].subject for record in records] == ["read", "delivered"], "newest first"
        assert await decisions(place, chat, "delivery failed") == []
        assert await carrier.results() == {"pending": 2, "taken": 2, "known": 4}

    visit(tmp_path, play, rules=RULES)


def test_a_report_names_a_message_without_a_reference_by_the_one_on_the_wire(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi"))
        (lease,) = carrier.leases
        await carrier.reports(told(lease.owed.reference, 1))
        assert await context(place, chat) == {"why": "rejected"}

    visit(tmp_path, play, rules=RULES)


def test_a_reply_made_in_a_failure_may_fail_in_silence(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        await place.ledger.settle(carrier.leases[0], Delivered())
        await carrier.reports(told("order17", "3"))
        sorry = carrier.leases[1].owed
        assert sorry.effect.quiet
        await carrier.reports(told(sorry.reference, "3"))
        assert await carrier.results() == {"taken": 2}
        assert len(await decisions(place, chat, "delivery failed")) == 1

    visit(tmp_path, play, rules=RULES)


def test_reports_of_a_message_to_many_are_told_apart_by_the_customer(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier = Carrier(place)
        to = [{"number": f"003160000000{n}"} for n in range(3)]
        body = message("Hi", reference=BULK, to=to, allowedChannels=["SMS"])
        answer = await place.send(body)
        assert [result["status"] for result in answer.json()["messages"]] == ["Accepted"] * 3
        await carrier.reports(told(BULK, "3", to="0031600000001"), told(BULK, "2", to="0031600000002"))
        failed = [lease.owed.conversation for lease in carrier.leases]
        assert [len(await decisions(place, chat, "delivery failed")) for chat in failed] == [0, 1, 0]
        assert [len(await decisions(place, chat, "reported")) for chat in failed] == [0, 0, 1]

    visit(tmp_path, play, rules=RULES)


@pytest.mark.parametrize(
    "status",
    [
        told("never-sent", "3"),
        told("order17", "3", to="0031600000000"),
        {"to": "0031612345678", "status": {"code": "3"}},
        told("", "3"),
    ],
)
def test_a_report_of_what_nobody_here_sent_is_counted_and_answered_200(tmp_path: Path, status: dict[str, Any]) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        assert (await carrier.reports(status)).status_code == 200
        assert await carrier.results() == {"unknown": 1}
        assert await context(place, chat) == {}

    visit(tmp_path, play, rules=RULES)


def test_a_connection_reports_on_what_it_carried_and_on_nothing_else(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        assert (await carrier.reports(told("order17", "3"), connection="telegram")).status_code == 200
        assert await carrier.results() == {"unknown": 1}
        assert await context(place, chat) == {}

    visit(tmp_path, play, rules=RULES)


def test_reports_after_the_end_of_the_session_change_nothing(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        end = {"ChatId": chat, "Mutations": [{"$type": "endConversation"}]}
        assert (await place.control("sessions/mutationrequests", end)).status_code == 200
        assert (await carrier.reports(told("order17", "2"), told("order17", "4"))).status_code == 200
        conversation = await place.ledger.read(chat)
        assert conversation is not None
        assert not conversation.open

    visit(tmp_path, play, rules=RULES)


def test_a_thousand_reports_come_in_one_call(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        statuses = [told("order17", "2") for _ in range(700)] + [told(f"other{n}", "2") for n in range(700)]
        assert (await carrier.reports(*statuses)).status_code == 200
        assert await carrier.results() == {"taken": 1, "known": 699, "unknown": 700}
        assert len(await decisions(place, chat, "reported")) == 1

    visit(tmp_path, play, rules=RULES)


def test_a_full_ledger_has_the_carrier_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(place: House) -> None:
        async def submit(_: object) -> None:
            raise Full("10000 wait")

        carrier, chat = Carrier(place), await place.chat()
        await place.send(message("Hi", reference="order17"))
        with monkeypatch.context() as patch:
            patch.setattr(place.ledger, "submit", submit)
            assert (await carrier.reports(told("order17", "3"))).status_code == 503
        assert (await carrier.reports(told("order17", "3"))).status_code == 200
        assert await context(place, chat) == {"why": "failed"}

    visit(tmp_path, play, rules=RULES)


def test_a_report_needs_the_connection_s_secret(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        body = {"messages": {"msg": told("order17", "3")}}
        assert (await place.client.post("/hooks/gateway?token=wrong", json=body)).status_code == 401

    visit(tmp_path, play, rules=RULES)
