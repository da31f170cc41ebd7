"""A conversation over two channels, without a socket: by which address and connection its messages leave, and what it
joins."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from pointsman.engine.scenario import CLOCK
from pointsman.journey import (
    Live,
    encode,
    event_of,
    failure_of,
    failure_submission,
    load_live,
    report_submission,
    submission,
)
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import encode as artefact
from pointsman.ledger.ledger import Commit, Dead, Generation, Lease, Progress, Sent
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER, DeliveryFailed, Event, FromComponent, FromCustomer, Reported
from pointsman.model.identity import Address
from pointsman.protocols.wire import Receipt

RULES = """
component CmBot is bot
component Desk is desk
start with CmBot, Desk

policy ways on message from CmBot
rule "urgent" when text contains "urgent" then fall back to SMS after 10m
rule "secret" when text contains "secret" then prefer channel SMS

policy goodbyes on message from customer
rule "bye" when text is "bye" then end conversation

policy lost on delivery failed to CmBot
rule "nobody" otherwise then reply "We will be back."  tell Desk "CmBot is down"
"""
CONFIG = """
rules = "policy.rules"
[accounts.shop]
id = "e17acdef-c918-423d-a01b-1000cd084f6a"
senders = {{ "Shop" = "+31100000000"{senders} }}
[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp"]
secret = "env:SECRET"
send_url = "http://127.0.0.1:9100/v1.0/message"
product_token = "env:PRODUCT"
[channels.texts]
protocol = "cm"
account = "shop"
carries = ["SMS"]
secret = "env:OTHER"
send_url = "http://127.0.0.1:9109/v1.0/message"
product_token = "env:PRODUCT"
[components.CmBot]
protocol = "cm"
account = "shop"
token = "env:BOT"
message_url = "http://127.0.0.1:9101/messages"
[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK"
message_url = "http://127.0.0.1:9102/messages"
handover_url = "http://127.0.0.1:9102/handover"
"""
ENV = {"SECRET": "s1", "OTHER": "s2", "PRODUCT": "p", "BOT": "b", "DESK": "d"}
WHATSAPP = Address("shop", "WhatsApp", "+31612345678", "+31100000000")
SMS = structs.replace(WHATSAPP, channel="SMS")


def served(senders: str = "") -> Live:
    compiled = compile_rules({"policy.rules": RULES})
    assert compiled.program is not None, compiled.diagnostics
    stored = Generation(3, compiled.program.hash, artefact(compiled.program), CONFIG.format(senders=senders), CLOCK)
    return load_live(stored, Path("/nowhere"), ENV)


@pytest.fixture(scope="module")
def live() -> Live:
    return served()


def commit(
    live: Live, event: Event, state: Conversation | None = None, *, at: Address = WHATSAPP, now: int = CLOCK
) -> Commit:
    return submission(live, at, event, source="test", event_id=f"{now}").step(state, now)


def hello(live: Live, text: str = "hello", **more: str) -> FromCustomer:
    return FromCustomer(Message(Text(text)), {}, more.get("by", "gateway"))


def says(text: str, reference: str | None = None) -> FromComponent:
    return FromComponent("CmBot", Message(Text(text), reference=reference))


def begun(live: Live) -> Conversation:
    return commit(live, hello(live)).conversation


def lease(done: Commit, *, to: str = CUSTOMER, row: int = 7) -> Lease:
    return Lease(1, row, next(owed for owed in done.owed if owed.effect.to == to), 0)


def test_a_message_over_another_channel_has_that_channel_s_address_and_connection(live: Live) -> None:
    done = commit(live, says("secret 123"), begun(live))
    (owed, copy) = done.owed
    assert (owed.address, owed.connection, owed.conversation) == (SMS, "texts", WHATSAPP.conversation_id)
    assert (copy.address, copy.connection) == (WHATSAPP, "")
    assert done.joins == (SMS,)
    call = encode(live, owed)
    assert call is not None
    assert call.url == "http://127.0.0.1:9109/v1.0/message"
    assert b'"allowedChannels":["SMS"]' in call.body


def test_the_account_s_sender_that_is_named_as_the_channel_stands_for_the_business_there() -> None:
    live = served(', "SMS" = "+31200000000"')
    done = commit(live, says("secret 123"), begun(live))
    there = structs.replace(SMS, business="+31200000000")
    assert (done.owed[0].address, done.joins) == (there, (there,))


def test_a_failure_is_answered_by_the_other_channel_under_a_reference_of_its_own(live: Live) -> None:
    sent = commit(live, says("urgent", "order17"), begun(live))
    assert (sent.owed[0].reference, sent.joins) == ("order17", ())
    failed = failure_of(lease(sent), Dead("refused (rejected)", "rejected"))
    send = sent.conversation.sends
    assert failed == DeliveryFailed(CUSTOMER, "rejected", 1, send, author="CmBot", reference="order17")
    done = failure_submission(live, lease(sent), failed, WHATSAPP).step(sent.conversation, CLOCK)
    again = done.owed[0]
    assert isinstance(again.effect, ToCustomer)
    assert (again.address, again.connection, again.effect.author) == (SMS, "texts", "CmBot")
    assert again.effect.send != failed.send
    assert again.reference == again.id.replace("-", ""), "a late report on the first must not be taken for this one's"
    assert (done.conversation.via, done.joins) == ("SMS", (SMS,))


def test_what_comes_by_the_joined_channel_is_of_the_conversation_and_answered_there(live: Live) -> None:
    sent = commit(live, says("secret 123"), begun(live))
    answered = commit(live, hello(live, "thanks", by="texts"), sent.conversation, at=SMS)
    assert answered.conversation.address == WHATSAPP
    assert (answered.conversation.via, answered.conversation.connection) == ("SMS", "texts")
    assert {owed.address for owed in answered.owed} == {SMS}, "its components see where it came from"
    assert {owed.conversation for owed in answered.owed} == {WHATSAPP.conversation_id}
    assert answered.joins == (), "nothing new"
    reply = commit(live, says("you are welcome"), answered.conversation)
    assert (reply.owed[0].address, reply.owed[0].connection, reply.joins) == (SMS, "texts", (SMS,))
    back = commit(live, hello(live), reply.conversation)
    assert (back.conversation.via, {owed.address for owed in back.owed}) == ("", {WHATSAPP})


def test_the_end_of_the_session_parts_from_what_was_joined(live: Live) -> None:
    sent = commit(live, says("secret 123"), begun(live))
    ended = commit(live, hello(live, "bye", by="texts"), sent.conversation, at=SMS)
    assert not ended.conversation.open
    assert (ended.joins, ended.parts_from) == ((), (SMS,))
    assert [owed.address for owed in ended.owed if isinstance(owed.effect, ToComponent)] == [SMS, SMS]


def test_people_and_components_are_followed_to_the_conversation_and_nothing_else_is(live: Live) -> None:
    def follows(event: Event) -> bool:
        return submission(live, SMS, event, source="test", event_id=None).follows

    assert [follows(hello(live)), follows(says("hi"))] == [True, True]
    assert [follows(DeliveryFailed(CUSTOMER, "404")), follows(Reported(1, "read"))] == [False, False]


def test_a_failure_of_a_component_names_it_and_all_that_is_owed_then_is_quiet(live: Live) -> None:
    said = commit(live, hello(live))
    failed = failure_of(lease(said, to="CmBot"), Dead("gave up (timeout)", "timeout"))
    asked = failure_submission(live, lease(said, to="CmBot"), failed, WHATSAPP)
    assert (failed.to, failed.send, asked.progress) == ("CmBot", 0, None)
    assert (asked.source, asked.event_id) == ("deliveries", lease(said, to="CmBot").owed.id)
    done = asked.step(said.conversation, CLOCK)
    assert {owed.effect.to for owed in done.owed} == {CUSTOMER, "Desk"}
    assert all(owed.effect.quiet for owed in done.owed), "so that no failure leads to itself"


def test_a_report_is_an_event_that_moves_what_is_known_of_its_message(live: Live) -> None:
    state = begun(live)
    it = Sent(9, WHATSAPP.conversation_id, None, CLOCK, "id", "gateway", "order17", 4, 1, "CmBot", "order17", False)
    failed, read = event_of(it, Receipt("failed", "expired")), event_of(it, Receipt("read"))
    assert failed == DeliveryFailed(CUSTOMER, "expired", send=4, author="CmBot", reference="order17")
    assert read == Reported(4, "read", 1, author="CmBot", reference="order17")
    asked = [report_submission(live, it, event, WHATSAPP, received=CLOCK) for event in (failed, read)]
    assert [one.progress for one in asked] == [Progress(9, "failed"), Progress(9, "read")]
    assert asked[1].step(state, CLOCK).answer.outcome == "accepted"


def test_the_reference_of_a_long_message_goes_with_its_last_part(live: Live) -> None:
    sms = commit(live, hello(live, by="texts"), at=SMS).conversation
    done = commit(live, says("word " * 500, "order17"), sms, at=SMS)
    parts = [owed for owed in done.owed if isinstance(owed.effect, ToCustomer)]
    assert len(parts) > 1
    assert [owed.reference == "order17" for owed in parts] == [False] * (len(parts) - 1) + [True]
    assert len({owed.reference for owed in parts}) == len(parts)
