"""One message, top to bottom, without a socket: the step the ledger runs, and what is owed on its way to the wire."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from pointsman.engine.scenario import CLOCK
from pointsman.journey import (
    Live,
    Undeliverable,
    classify,
    due_submission,
    encode,
    load_live,
    submission,
    takes_over,
    wanted,
)
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import encode as artefact
from pointsman.ledger.ledger import Arming, Commit, Generation
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Notify
from pointsman.model.event import Event, FromComponent, FromCustomer
from pointsman.model.identity import Address
from pointsman.protocols.wire import Response

RULES = """
component CmBot is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled
start with CmBot

policy handover on message from customer
rule "person" when text mentions "person" then disable CmBot  reply "One moment."
rule "bye" when text is "bye" then end conversation

policy quiet on silence for 5m
rule "quiet" otherwise then enable CmBot
"""
CONFIG = """
rules = "policy.rules"
[accounts.shop]
id = "e17acdef-c918-423d-a01b-1000cd084f6a"
[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp", "SMS"]
secret = "env:SECRET"
send_url = "http://127.0.0.1:9100/v1.0/message"
product_token = "env:PRODUCT"
[channels.other]
protocol = "cm"
account = "shop"
carries = ["RCS"]
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


@pytest.fixture(scope="module")
def live() -> Live:
    compiled = compile_rules({"policy.rules": RULES})
    assert compiled.program is not None, compiled.diagnostics
    program = compiled.program
    return load_live(Generation(3, program.hash, artefact(program), CONFIG, CLOCK), Path("/nowhere"), ENV)


def said(text: str, connection: str = "gateway") -> FromCustomer:
    return FromCustomer(Message(Text(text)), {"name": "Ada"}, connection)


def commit(live: Live, event: Event, state: Conversation | None = None, event_id: str | None = "m1") -> Commit:
    return submission(live, WHATSAPP, event, source="gateway", event_id=event_id).step(state, CLOCK)


def test_a_step_may_be_called_again_and_owes_the_same_under_the_same_ids(live: Live) -> None:
    step = submission(live, WHATSAPP, said("a person"), source="gateway", event_id="m1").step
    once, again = step(None, CLOCK), step(None, CLOCK)
    assert msgspec.msgpack.encode(once.owed) == msgspec.msgpack.encode(again.owed)
    assert len({owed.id for owed in once.owed}) == len(once.owed) == 4


def test_ids_follow_the_event_not_the_moment_it_is_handled(live: Live) -> None:
    first = commit(live, said("a person"))
    later = commit(
        live, said("a person"), structs.replace(first.conversation, revision=9, enabled=frozenset({"CmBot"}))
    )
    assert {owed.id for owed in first.owed} == {owed.id for owed in later.owed}
    nameless = commit(live, said("a person"), first.conversation, event_id=None)
    assert {owed.id for owed in nameless.owed}.isdisjoint(owed.id for owed in first.owed)


def test_everything_names_the_generation_and_the_revision(live: Live) -> None:
    done = commit(live, said("a person"))
    assert {owed.generation for owed in done.owed} == {done.record.generation} == {live.hash}
    assert done.answer.generation == live.hash
    assert done.record.revision == done.conversation.revision == 1


def test_a_message_leaves_by_the_connection_the_customer_last_wrote_by(live: Live) -> None:
    state = commit(live, said("hello")).conversation
    (to_customer, _copy) = commit(live, FromComponent("CmBot", Message(Text("hi"))), state).owed
    assert to_customer.connection == "gateway"


def test_else_by_the_account_s_own_for_the_channel(live: Live) -> None:
    rcs = structs.replace(WHATSAPP, channel="RCS")
    step = submission(live, rcs, FromComponent("CmBot", Message(Text("hi"))), source="CmBot", event_id=None).step
    assert step(None, CLOCK).owed[0].connection == "other"


def test_what_ends_a_conversation_is_delivered_under_its_session(live: Live) -> None:
    begun = commit(live, said("hello")).conversation
    ended = commit(live, said("bye"), begun)
    assert not ended.conversation.open
    assert ended.owed[0].session_id == begun.session_id != ""


def test_each_delivery_is_written_for_its_receiver(live: Live) -> None:
    urls = [call.url for owed in commit(live, said("a person")).owed if (call := encode(live, owed)) is not None]
    assert urls == [
        "http://127.0.0.1:9100/v1.0/message",
        "http://127.0.0.1:9102/messages",
        "http://127.0.0.1:9102/messages",
        "http://127.0.0.1:9102/handover",
    ]


def test_what_is_owed_to_someone_no_longer_configured_says_so(live: Live) -> None:
    owed = commit(live, said("a person")).owed[0]
    with pytest.raises(Undeliverable, match=r"\[channels\.gone\] is not configured"):
        encode(live, structs.replace(owed, connection="gone"))


def test_a_gateway_s_rejection_is_told_from_its_http_status(live: Live) -> None:
    owed = commit(live, said("a person")).owed[0]
    rejected = b'{"messages":[{"status":"Rejected","messageErrorCode":402,"messageDetails":"no"}],"errorCode":201}'
    verdict = classify(live, owed, Response(200, {}, rejected))
    assert verdict is not None
    assert verdict.outcome == "refused"


def test_what_falls_due_is_decided_by_the_conversation_s_arming(live: Live) -> None:
    state = commit(live, said("a person")).conversation
    ((key, wait),) = state.waits.items()
    assert wait.due is not None
    arming = Arming(WHATSAPP.conversation_id, key, wait.number, wait.due)
    due = due_submission(live, arming, WHATSAPP)
    assert due.event_id == due_submission(live, arming, WHATSAPP).event_id
    fired = due.step(state, wait.due)
    assert fired.conversation.enabled == {"CmBot"}
    assert due.step(fired.conversation, wait.due).answer.outcome == "void"


def test_an_arming_fires_though_the_clock_was_set_back_meanwhile(live: Live) -> None:
    state = commit(live, said("a person")).conversation
    ((key, wait),) = state.waits.items()
    assert wait.due is not None
    arming = Arming(WHATSAPP.conversation_id, key, wait.number, wait.due)
    fired = due_submission(live, arming, WHATSAPP).step(state, wait.due - 60_000)
    assert fired.answer.outcome == "accepted"
    assert fired.conversation.latest == wait.due


def test_a_conversation_that_begins_anew_counts_armings_anew_without_meeting_its_old_ids(live: Live) -> None:
    armings = [Arming(WHATSAPP.conversation_id, "silence//300000", 1, due) for due in (CLOCK, CLOCK + 1)]
    assert len({due_submission(live, arming, WHATSAPP).event_id for arming in armings}) == 2


@pytest.mark.parametrize(
    ("component", "enabled", "changed", "expected"),
    [
        ("CmBot", ("CmBot",), {"CmBot": "enabled"}, True),
        ("CmBot", (), {"CmBot": "disabled"}, False),
        ("CmBot", ("CmBot", "Desk"), {"Desk": "enabled"}, False),
        ("Desk", (), {"CmBot": "disabled"}, True),
        ("Desk", ("CmBot",), {"CmBot": "enabled"}, False),
        ("Desk", (), {"Desk": "disabled"}, False),
    ],
)
def test_who_is_enabled_takes_over_and_so_does_who_may_speak_now_and_could_not_before(
    live: Live, component: str, enabled: tuple[str, ...], changed: dict[str, str], expected: bool
) -> None:
    effect = msgspec.convert(
        {"type": "notify", "component": component, "event": "handover", "enabled": enabled, "changed": changed}
        | {"context": {}},
        Notify,
    )
    assert takes_over(live, effect) is expected


def test_nothing_is_looked_up_for_who_wants_nothing(live: Live) -> None:
    assert [wanted(live, owed) for owed in commit(live, said("a person")).owed] == [None] * 4


def test_what_is_said_is_kept_under_an_id_of_its_own_the_same_each_time(live: Live) -> None:
    first, again = commit(live, said("a person")), commit(live, said("a person"))
    assert [turn.number for turn in first.turns] == [1, 2]
    assert len({turn.id for turn in first.turns}) == 2
    assert first.turns == again.turns
    assert first.session_id == first.conversation.session_id


BEGINNING = """
component CmBot is bot
component Desk is desk
start with Desk
policy handover on message from customer
rule "order"
  when text mentions "order"
  then hand over to CmBot
       set context.order to "7"
"""
ULTIMATE = CONFIG.replace(
    '[components.CmBot]\nprotocol = "cm"',
    '[components.CmBot]\nprotocol = "ultimate"\nbot_id = "b"\napi_key = "env:PRODUCT"',
).replace('token = "env:BOT"\nmessage_url', 'token = "env:BOT"\nbase_url')


@pytest.mark.parametrize(
    ("config", "heard"),
    [(ULTIMATE, ["Notify", "ToComponent"]), (CONFIG, ["ToComponent"])],
    ids=["a bot with sessions", "a bot without notifications"],
)
def test_a_bot_with_sessions_knows_the_context_before_it_hears_what_it_was_switched_on_for(
    config: str, heard: list[str]
) -> None:
    program = compile_rules({"policy.rules": BEGINNING}).program
    assert program is not None
    live = load_live(Generation(3, program.hash, artefact(program), config, CLOCK), Path("/nowhere"), ENV)
    done = commit(live, said("my order"))
    to_bot = [owed for owed in done.owed if owed.effect.to == "CmBot"]
    assert [type(owed.effect).__name__ for owed in to_bot] == heard
    calls = [encode(live, owed) for owed in to_bot]
    kinds = [msgspec.json.decode(call.body).get("eventType", "") for call in calls if call is not None]
    assert kinds == (["metadata", "message"] if len(heard) == 2 else [""])
