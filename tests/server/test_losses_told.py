"""What a message lost and what rules tagged: in the answer to its sender and in metrics, once for each event."""

from __future__ import annotations

import asyncio
from pathlib import Path

from house import ADMIN, House, message, visit

from pointsman.ledger.ledger import Arming, Outcome
from pointsman.limits import METRIC_TAGS_MAX
from pointsman.model.content import Message, Text
from pointsman.model.decision import Answer, Record, Step
from pointsman.model.event import FromCustomer
from pointsman.model.identity import Address
from pointsman.server.deliveries import fire

RULES = """
component CmBot is bot
component Desk is desk
  hears always
component Stranger is bot
start with CmBot, Desk, Stranger

channel WhatsApp
  text 40 characters from "the manual"
channel SMS
  text 40 characters
  strict

policy tags on message from customer
rule "tags" otherwise then tag "hello" set timer later for 1s
policy later on timer later
rule "later" otherwise then tag "late" reply "We are open today. Tomorrow we are closed."
"""
LONG = "We are open today. Tomorrow we are closed."


async def counted(place: House, *names: str) -> list[str]:
    text = (await place.client.get("/metrics", headers=ADMIN)).text
    return [line for line in text.splitlines() if line.startswith(tuple(f"pointsman_{name}_total" for name in names))]


def test_the_sender_is_told_what_was_lost_first_time_and_every_time_after(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.inbound()
        for _ in range(2):
            answer = (await place.send(message(LONG, reference="r"))).json()["messages"][0]
            assert (answer["status"], answer["parts"]) == ("Accepted", 2)
            assert answer["messageDetails"] == "split text: 2 parts of at most 40 characters (the manual)"
        assert await counted(place, "losses") == ['pointsman_losses_total{channel="WhatsApp",kind="split"} 1.0']

    visit(tmp_path, play, rules=RULES)


def test_a_message_that_is_refused_for_what_it_would_lose_is_rejected_and_counted(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.inbound(channel="SMS")
        answer = (await place.send(message(LONG))).json()["messages"][0]
        assert (answer["status"], answer["messageErrorCode"]) == ("Rejected", 403)
        assert answer["messageDetails"] == "strict: split text: 2 parts of at most 40 characters"
        assert await counted(place, "losses", "withheld") == ['pointsman_withheld_total{account="shop"} 1.0']

    visit(tmp_path, play, rules=RULES)


def test_tags_are_counted_once_for_each_event_and_those_of_timers_too(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.inbound()
        await place.inbound()
        chat = await place.chat()
        assert await counted(place, "tags") == ['pointsman_tags_total{account="shop",tag="hello"} 1.0']
        state = await place.ledger.read(chat)
        assert state is not None
        ((key, wait),) = state.waits.items()
        assert wait.due is not None
        await asyncio.gather(*(fire(place.service, Arming(chat, key, wait.number, wait.due)) for _ in range(2)))
        assert await counted(place, "tags", "losses") == [
            'pointsman_losses_total{channel="WhatsApp",kind="split"} 1.0',
            'pointsman_tags_total{account="shop",tag="hello"} 1.0',
            'pointsman_tags_total{account="shop",tag="late"} 1.0',
        ]

    visit(tmp_path, play, rules=RULES)


def test_tags_beyond_the_bound_are_counted_as_one_and_losses_by_the_channel_that_they_happened_on(
    tmp_path: Path,
) -> None:
    address = Address("shop", "WhatsApp", "+31", "+32")
    tags = [Step("tag", str(number % (METRIC_TAGS_MAX + 2))) for number in range(METRIC_TAGS_MAX + 4)]
    losses = [Step("loss", "dropped"), Step("loss", "dropped", channel="SMS")]
    record = Record("c", 1, 0, address, "from customer", "", "", (*tags, *losses), Answer("accepted"))

    async def play(place: House) -> None:
        event, outcome = FromCustomer(Message(Text("hello"))), Outcome(Answer("accepted"), False, record=record)
        place.service.metrics.event("shop", event, outcome)
        lines = await counted(place, "tags")
        assert len(lines) == METRIC_TAGS_MAX + 1
        for tag, count in (("0", "2.0"), ("5", "1.0"), ("(other)", "2.0")):
            assert f'pointsman_tags_total{{account="shop",tag="{tag}"}} {count}' in lines
        assert await counted(place, "losses") == [
            'pointsman_losses_total{channel="WhatsApp",kind="dropped"} 1.0',
            'pointsman_losses_total{channel="SMS",kind="dropped"} 1.0',
        ]

    visit(tmp_path, play)
