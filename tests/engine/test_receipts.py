"""What became of a component's messages, as the component hears it: when, under which name, and when not."""

from __future__ import annotations

import pytest

from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.receipts import receipts_of_typing
from pointsman.engine.scenario import CLOCK
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, Receipt, ToCustomer
from pointsman.model.event import (
    CUSTOMER,
    DeliveryFailed,
    Disable,
    End,
    Event,
    FromComponent,
    FromCustomer,
    Reported,
    Requested,
)
from pointsman.model.identity import Address
from pointsman.model.wiring import Seat, Wiring

RULES = """
component Bot is bot
component Desk is desk
  hears always
  speaks when Bot is disabled
start with Bot
policy failures on delivery failed to customer
rule "tell the customer"
  otherwise
  then reply "Something went wrong."
policy leaving on message to customer
rule "urgent"
  when text contains "urgent"
  then fall back to SMS after 5m
"""
WIRING = Wiring("test", {"Bot": Seat(copies=False, receipts=True), "Desk": Seat(copies=True, receipts=True)})
WHATSAPP = Address("test", "WhatsApp", "+31612345678", "+31100000000")


def program() -> Loaded:
    compiled = compile_rules({"policy.rules": RULES})
    assert compiled.program is not None, compiled.diagnostics
    return load(compiled.program)


def played(*events: Event, wiring: Wiring = WIRING, address: Address = WHATSAPP) -> list[Decision]:
    loaded, decisions = program(), []
    state: Conversation | None = None
    for number, event in enumerate((FromCustomer(Message(Text("hello"))), *events)):
        decisions.append(decide(loaded, wiring, state, event, CLOCK + number, address=address))
        state = decisions[-1].conversation
    return decisions


def says(text: str, reference: str | None = "m-1") -> FromComponent:
    return FromComponent("Bot", Message(Text(text), reference=reference))


def receipts(decision: Decision) -> list[Receipt]:
    return [effect for effect in decision.effects if isinstance(effect, Receipt)]


@pytest.mark.parametrize("status", ["delivered", "read"])
def test_the_author_hears_what_became_of_its_message_under_its_own_name(status: str) -> None:
    reported = Reported(1, status, author="Bot", reference="m-1")  # type: ignore[arg-type]  # a table's text
    last = played(says("Hi"), reported)[-1]
    assert last.effects == (Receipt("Bot", status, "m-1"),)  # type: ignore[arg-type]  # as above
    assert [(step.what, step.subject, step.detail) for step in last.steps][-1] == ("notified", "Bot", status)


def test_a_failure_is_told_with_its_reason_beside_what_rules_do_about_it() -> None:
    failed = DeliveryFailed(CUSTOMER, "expired", send=1, author="Bot", reference="m-1")
    last = played(says("Hi"), failed)[-1]
    assert receipts(last) == [Receipt("Bot", "failed", "m-1", "expired")]
    assert [effect.message.content for effect in last.effects if isinstance(effect, ToCustomer)] == [
        Text("Something went wrong.")
    ]


@pytest.mark.parametrize(
    "reported",
    [
        Reported(1, "delivered"),
        Reported(1, "delivered", author="Bot"),
        Reported(1, "delivered", author="Stranger", reference="m-1"),
        DeliveryFailed("Desk", "500", author="", reference=""),
    ],
)
def test_what_nobody_could_tell_from_others_is_told_to_nobody(reported: Event) -> None:
    assert receipts(played(says("Hi"), reported)[-1]) == []


def test_who_has_no_address_for_it_hears_nothing() -> None:
    deaf = Wiring("test", {"Bot": Seat(copies=False), "Desk": Seat(copies=True, receipts=True)})
    assert receipts(played(says("Hi"), Reported(1, "read", author="Bot", reference="m-1"), wiring=deaf)[-1]) == []


def test_a_receipt_reaches_the_author_after_the_session_too() -> None:
    ended = Requested("Bot", (End(),))
    last = played(says("Bye"), ended, Reported(1, "delivered", author="Bot", reference="m-1"))[-1]
    assert (last.answer.outcome, receipts(last)) == ("void", [Receipt("Bot", "delivered", "m-1")])
    assert not last.conversation.open


def test_a_message_that_goes_out_again_has_not_failed() -> None:
    failed = DeliveryFailed(CUSTOMER, "expired", send=1, author="Bot", reference="m-1")
    again, second = played(
        says("urgent"), failed, DeliveryFailed(CUSTOMER, "gone", send=2, author="Bot", reference="m-1")
    )[-2:]
    assert receipts(again) == []
    assert [(effect.channel, effect.reference) for effect in again.effects if isinstance(effect, ToCustomer)] == [
        ("SMS", "m-1")
    ]
    assert receipts(second) == [Receipt("Bot", "failed", "m-1", "gone")]


def test_every_part_of_a_message_knows_the_whole_messages_name_and_whether_another_follows() -> None:
    sms = Address("test", "SMS", "+31612345678", "+31100000000")
    parts = [it for it in played(says("word " * 300), address=sms)[-1].effects if isinstance(it, ToCustomer)]
    assert len(parts) > 1
    assert {part.reference for part in parts} == {"m-1"}
    assert [part.more for part in parts] == [True] * (len(parts) - 1) + [False]


def test_a_receipts_own_failure_is_told_to_nobody() -> None:
    assert Receipt("Bot", "read", "m-1").quiet


def test_typing_is_for_those_who_hear_and_have_asked_while_a_session_is_open() -> None:
    def told(wiring: Wiring, *events: Event) -> list[str]:
        conversation = played(*events)[-1].conversation
        found = receipts_of_typing(program(), wiring, conversation)
        assert {receipt.status for receipt in found} <= {"typing"}
        return [receipt.component for receipt in found]

    assert told(WIRING) == ["Bot", "Desk"]
    assert told(WIRING, Requested("Bot", (Disable("Bot"),))) == ["Desk"]
    assert told(Wiring("test", WIRING.seats | {"Bot": Seat(copies=False)})) == ["Desk"]
    assert told(Wiring("test", {"Desk": WIRING.seats["Desk"]})) == ["Desk"]
    assert told(WIRING, Requested("Bot", (End(),))) == []
