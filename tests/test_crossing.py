"""What a protocol cannot carry is recorded with the decision, told to who sent it, and counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pointsman.engine.scenario import CLOCK
from pointsman.journey import Live, load_live, submission
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import encode as artefact
from pointsman.ledger.ledger import Commit, Generation, Outcome
from pointsman.model.content import Choice, Location, Media, Message, Native, NativeButton, Picture, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Step, ToComponent, ToCustomer
from pointsman.model.event import Event, FromComponent, FromCustomer
from pointsman.model.identity import Address
from pointsman.server.metrics import Metrics

RULES = """
component Model is bot
component Desk is desk
  hears always
  speaks always
component Shop is bot strict
  speaks always
start with Model
"""
CONFIG = """
rules = "policy.rules"
[accounts.shop]
id = "e17acdef-c918-423d-a01b-1000cd084f6a"
[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp", "RCS"]
secret = "env:KEY"
send_url = "http://127.0.0.1:9100/v1.0/message"
product_token = "env:KEY"
[components.Model]
protocol = "chat"
account = "shop"
base_url = "http://127.0.0.1:9101"
model = "m"
[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK"
message_url = "http://127.0.0.1:9102/messages"
[components.Shop]
protocol = "horisen"
account = "shop"
message_url = "http://127.0.0.1:9103/messages"
signature_key = "env:KEY"
"""
WHATSAPP = Address("shop", "WhatsApp", "+31612345678", "+31100000000")
PLACE = Location(52.3, 4.9, "Dam", "https://example.com/dam")
POLL = Native("horisen", "poll", {"type": "poll"})


@pytest.fixture(scope="module")
def live() -> Live:
    program = compile_rules({"policy.rules": RULES}).program
    assert program is not None
    env = {"KEY": "k", "DESK": "d"}
    return load_live(Generation(1, program.hash, artefact(program), CONFIG, CLOCK), Path("/nowhere"), env)


def commit(live: Live, event: Event, state: Conversation | None = None) -> Commit:
    return submission(live, WHATSAPP, event, source="test", event_id=None).step(state, CLOCK)


def said(live: Live, message: Message, by: str = "Desk") -> Commit:
    return commit(live, FromComponent(by, message), commit(live, FromCustomer(Message(Text("hello")))).conversation)


def steps(done: Commit, what: str = "loss") -> list[Step]:
    return [step for step in done.record.steps if step.what == what]


def effects(done: Commit, kind: type[Any]) -> list[Any]:
    return [owed.effect for owed in done.owed if isinstance(owed.effect, kind)]


def test_what_a_connection_cannot_carry_is_a_step_and_is_told_to_who_sent_it(live: Live) -> None:
    done = said(live, Message(PLACE))
    assert steps(done) == [Step("loss", "dropped", "location: without its url (protocol cm)", channel="gateway")]
    assert (done.answer.outcome, [loss.line for loss in done.answer.losses]) == (
        "accepted",
        ["dropped location: without its url (protocol cm)"],
    )
    assert [it.message.content for it in effects(done, ToCustomer)] == [PLACE]


def test_what_a_component_cannot_be_told_is_a_step_that_names_it_and_is_told_to_nobody(live: Live) -> None:
    picture = Message(Picture(Media("https://example.com/a.png", mime="image/png"), "Look"))
    done = commit(live, FromCustomer(picture))
    assert steps(done) == [Step("loss", "linked", "picture: text (protocol chat)", channel="Model")]
    assert done.answer.losses == ()
    assert {owed.effect.to for owed in done.owed} == {"Model", "Desk"}


def test_of_a_message_that_arrives_whole_nothing_is_told(live: Live) -> None:
    press = Message(Text("Yes"), choice=Choice("Yes", "Yes"))
    assert [steps(commit(live, FromCustomer(it))) for it in (Message(Text("hi")), press)] == [[], []]


def test_a_message_of_which_nothing_can_be_said_is_withheld_with_the_reason(live: Live) -> None:
    done = said(live, Message(POLL))
    why = "dropped poll of horisen: nothing could be said of it (protocol cm)"
    assert effects(done, ToCustomer) == []
    assert (done.answer.outcome, done.answer.reason, done.answer.losses) == ("withheld", why, ())
    assert steps(done, "withheld") == [Step("withheld", "Desk", why)]
    assert done.record.answer == done.answer


def test_who_gets_a_copy_of_it_is_told_that_the_customer_did_not(live: Live) -> None:
    copies = effects(said(live, Message(POLL), "Model"), ToComponent)
    assert [(copy.component, copy.withheld) for copy in copies] == [
        ("Desk", "dropped poll of horisen: nothing could be said of it (protocol cm)")
    ]


def test_its_fallback_is_said_in_its_place(live: Live) -> None:
    done = said(live, Message(POLL, fallback="Vote by mail."))
    assert done.answer.outcome == "accepted"
    assert [step.detail for step in steps(done)] == ["poll of horisen: text (protocol cm)"]


def test_strict_asks_nothing_of_a_protocol(live: Live) -> None:
    done = said(live, Message(PLACE), "Shop")
    assert (done.answer.outcome, len(effects(done, ToCustomer))) == ("accepted", 1)


def test_losses_are_counted_by_connection_or_component_and_kind(live: Live) -> None:
    metrics = Metrics()
    button = NativeButton("Pay", "viber", {})
    for done in (said(live, Message(PLACE)), said(live, Message(Text("Ready?"), (button,))), said(live, Message(POLL))):
        metrics.event(
            "shop", FromComponent("Desk", Message(Text(""))), Outcome(done.answer, repeated=False, record=done.record)
        )
    read = metrics._registry.get_sample_value  # no public reader beside the whole exposition
    counted = {
        kind: read("pointsman_losses_total", {"channel": "gateway", "kind": kind}) for kind in ("dropped", "emulated")
    }
    assert counted == {"dropped": 2.0, "emulated": 1.0}
    assert read("pointsman_withheld_total", {"account": "shop"}) == 1.0
