"""By which connection a message leaves, and when there is none for it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from pointsman.engine.decide import decide
from pointsman.engine.loading import load
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import (
    Card,
    Carousel,
    Content,
    Message,
    Native,
    NativeButton,
    Template,
    Text,
)
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, ToCustomer
from pointsman.model.event import Event, FromComponent, FromCustomer
from pointsman.model.identity import Address
from pointsman.model.wiring import Carrier, Seat, Wiring

RULES = """
component Bot is bot
start with Bot
policy opening on conversation starts
rule "welcome"
  otherwise
  then reply "Welcome!"
policy words on message from customer
rule "hello"
  when text is "hello"
  then reply "Hello!"
policy urgency on message to customer
rule "also by SMS"
  when text contains "urgent"
  then fall back to SMS after 1h
"""
compiled = compile_rules({"exits.rules": RULES})
assert compiled.program is not None, compiled.diagnostics
LOADED = load(compiled.program)

ADDRESS = Address("shop", "WhatsApp", "+31612345678", "+31100000000")
DIALOG = Carrier(frozenset({"WhatsApp", "Viber"}), answers_within=8_000, confined_to="horisen")
GATEWAY = Carrier(frozenset({"WhatsApp", "SMS"}))
SECOND = Carrier(frozenset({"WhatsApp", "Telegram"}), default=True)


def wired(**carriers: Carrier) -> Wiring:
    every = frozenset(channel for it in carriers.values() for channel in it.channels)
    return Wiring("shop", {"Bot": Seat(copies=False)}, every, carriers)


def run(wiring: Wiring, before: Conversation | None, event: Event, now: int = 1_000) -> Decision:
    return decide(LOADED, wiring, before, event, now, address=ADDRESS)


def wrote(connection: str, text: str = "hm", channel: str = "") -> FromCustomer:
    return FromCustomer(Message(Text(text)), connection=connection, channel=channel)


def says(content: Content | str, **members: Any) -> FromComponent:
    return FromComponent("Bot", Message(Text(content) if isinstance(content, str) else content, **members))


def after(wiring: Wiring, connection: str) -> Conversation:
    return run(wiring, None, wrote(connection)).conversation


def exits(decision: Decision) -> list[tuple[str, int]]:
    return [(effect.connection, effect.until) for effect in decision.effects if isinstance(effect, ToCustomer)]


@pytest.mark.parametrize(
    ("last", "carriers", "connection"),
    [
        ("gateway", {"gateway": GATEWAY, "second": SECOND}, "gateway"),
        ("second", {"gateway": GATEWAY, "second": SECOND}, "second"),
        ("gone", {"gateway": GATEWAY, "second": SECOND}, "second"),
        ("gone", {"gateway": GATEWAY}, "gateway"),
        ("telegram", {"gateway": GATEWAY, "telegram": Carrier(frozenset({"Telegram"}))}, "gateway"),
        ("", {"telegram": Carrier(frozenset({"Telegram"}))}, ""),
    ],
    ids=["the last", "the last, a default", "the default", "the only one", "one that carries it", "nobody carries it"],
)
def test_a_message_leaves_by_the_last_connection_else_the_default_else_any_that_carries_the_channel(
    last: str, carriers: dict[str, Carrier], connection: str
) -> None:
    wiring = wired(**carriers)
    assert exits(run(wiring, after(wiring, last), says("hi"))) == [(connection, 0)]


def test_nothing_is_chosen_where_nothing_is_known_of_connections() -> None:
    wiring = Wiring("shop", {"Bot": Seat(copies=False)})
    assert exits(run(wiring, after(wiring, "gateway"), says("hi"))) == [("", 0)]


@pytest.mark.parametrize("late", [0, 1], ids=["in time", "a moment later"])
def test_a_connection_that_is_answered_in_its_response_is_open_for_so_long(late: int) -> None:
    wiring = wired(dialog=DIALOG)
    decision = run(wiring, after(wiring, "dialog"), says("hi"), 9_000 + late)
    if late:
        assert decision.effects == ()
        assert decision.answer.outcome == "withheld"
        assert decision.answer.reason == "dialog is answered within 8s only"
    else:
        assert exits(decision) == [("dialog", 9_000)]


def test_each_message_of_the_customer_opens_it_again() -> None:
    wiring = wired(dialog=DIALOG)
    again = run(wiring, after(wiring, "dialog"), wrote("dialog", "hello"), 50_000)
    assert exits(again) == [("dialog", 58_000)]


def test_what_rules_say_as_a_conversation_starts_leaves_in_the_response() -> None:
    assert exits(run(wired(dialog=DIALOG), None, wrote("dialog"))) == [("dialog", 9_000)]


def test_another_connection_that_carries_the_channel_takes_what_comes_too_late() -> None:
    wiring = wired(dialog=DIALOG, gateway=GATEWAY)
    before = after(wiring, "dialog")
    assert exits(run(wiring, before, says("soon"), 2_000)) == [("dialog", 9_000)]
    assert exits(run(wiring, before, says("late"), 10_000)) == [("gateway", 0)]


def test_a_response_is_for_who_wrote_by_that_connection_and_that_channel() -> None:
    wiring = wired(dialog=DIALOG, gateway=Carrier(frozenset({"SMS"})))
    assert run(wiring, after(wiring, "gateway"), says("hi"), 2_000).answer.reason == "dialog is answered within 8s only"
    viber = run(wiring, after(wiring, "dialog"), wrote("dialog", "hello", "Viber"), 12_000)
    assert exits(viber) == [("dialog", 20_000)]


def test_what_comes_too_late_and_has_another_channel_to_fall_back_to_goes_there_at_once() -> None:
    wiring = wired(dialog=DIALOG, gateway=Carrier(frozenset({"SMS"})))
    decision = run(wiring, after(wiring, "dialog"), says("urgent!"), 10_000)
    [effect] = decision.effects
    assert isinstance(effect, ToCustomer)
    assert (effect.channel, effect.connection, effect.until) == ("SMS", "gateway", 0)


OURS = Native("horisen", "card", {"type": "card"})
THEIRS = Native("cm", "payment", {"type": "payment"})
BUTTON = NativeButton("Pay", "cm", {"action": "pay"})


@pytest.mark.parametrize(
    ("content", "buttons", "is_foreign"),
    [
        (OURS, (), False),
        (THEIRS, (), True),
        (Template("cm", {"whatsapp": {}}), (), True),
        (Text("Pay here"), (BUTTON,), True),
        (Text("Pay here"), (NativeButton("Pay", "horisen", {}),), False),
        (Card("A", buttons=(BUTTON,)), (), True),
        (Carousel((Card("A"), Card("B", buttons=(BUTTON,)))), (), True),
    ],
    ids=["its own", "another's", "a template", "another's button", "its own button", "in a card", "in a carousel"],
)
def test_what_the_protocol_has_no_model_for_leaves_by_another_connection_where_there_is_one(
    content: Content, buttons: tuple[NativeButton, ...], is_foreign: bool
) -> None:
    channel = "WhatsApp" if isinstance(content, Template) else "Viber"  # which has no templates, but cards
    here, dialog = replace(ADDRESS, channel=channel), replace(DIALOG, channels=frozenset({channel}))
    alone, both = wired(dialog=dialog), wired(dialog=dialog, gateway=replace(GATEWAY, channels=dialog.channels))

    def leaves_by(wiring: Wiring) -> set[tuple[str, int]]:
        before = decide(LOADED, wiring, None, wrote("dialog"), 1_000, address=here).conversation
        return set(exits(decide(LOADED, wiring, before, says(content, buttons=buttons), 2_000, address=here)))

    assert leaves_by(alone) == {("dialog", 9_000)}
    assert leaves_by(both) == {("gateway", 0) if is_foreign else ("dialog", 9_000)}


def test_what_the_protocol_has_no_model_for_is_too_late_like_anything_else() -> None:
    wiring = wired(dialog=DIALOG)
    late = run(wiring, after(wiring, "dialog"), says(THEIRS), 9_001)
    assert (late.answer.outcome, late.answer.reason) == ("withheld", "dialog is answered within 8s only")
