"""What was said, as components are told of it later: every message that was let through, once and in order."""

from __future__ import annotations

from pointsman.engine.decide import decide
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import Message, Text, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, Notify, ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER, Event, FromComponent, FromCustomer
from pointsman.model.wiring import Seat, Wiring

RULES = """
component Bot is bot
component Desk is desk
  hears always
  speaks when Bot is disabled
start with Bot, Desk

policy questions on message from customer
rule "a secret"
  when text contains "secret"
  then redact /secret/ with "***"
rule "a person"
  when text is "agent"
  then disable Bot
       reply "One moment."
rule "spam"
  when text is "spam"
  then withhold
rule "over"
  when text is "bye"
  then end conversation

policy answers on message from Bot
rule "first things first"
  when text is "wait"
  then reply "It takes a moment."
rule "for the desk"
  when text is "psst"
  then send to Desk only

policy leaving on message to customer
rule "polite"
  when text is "damn"
  then replace text with "dear me"
"""
WIRING = Wiring("test", {"Bot": Seat(copies=False), "Desk": Seat(copies=True)})


def played(*events: Event) -> list[Decision]:
    compiled = compile_rules({"policy.rules": RULES})
    assert compiled.program is not None, compiled.diagnostics
    program = load(compiled.program)
    state: Conversation | None = None
    decisions = []
    for number, event in enumerate(events):
        decisions.append(decide(program, WIRING, state, event, CLOCK + number, address=ADDRESS))
        state = decisions[-1].conversation
    return decisions


def says(text: str) -> FromCustomer:
    return FromCustomer(Message(Text(text), reference=f"id of {text}"))


def answers(text: str, component: str = "Bot") -> FromComponent:
    return FromComponent(component, Message(Text(text)))


def said(*decisions: Decision) -> list[tuple[int, str, str | None]]:
    return [(turn.number, turn.author, text_of(turn.message)) for it in decisions for turn in it.turns]


def test_turns_are_what_each_party_said_in_the_order_in_which_the_customer_saw_it() -> None:
    assert said(*played(says("hello"), answers("wait"), says("agent"), answers("Kim here", "Desk"))) == [
        (1, CUSTOMER, "hello"),
        (2, "", "It takes a moment."),
        (3, "Bot", "wait"),
        (4, CUSTOMER, "agent"),
        (5, "", "One moment."),
        (6, "Desk", "Kim here"),
    ]


def test_a_turn_is_as_the_rules_left_it_and_what_was_redacted_stands_nowhere() -> None:
    assert said(*played(says("a secret"), answers("damn"))) == [(1, CUSTOMER, "a ***"), (2, "Bot", "dear me")]


def test_what_did_not_reach_the_other_side_is_no_turn() -> None:
    assert said(*played(says("hello"), says("spam"), answers("psst"), answers("hi", "Desk"))) == [
        (1, CUSTOMER, "hello")
    ]


def test_a_turn_knows_when_by_which_channel_and_under_which_id_of_its_sender() -> None:
    ((turn,), (reply,)) = (it.turns for it in played(says("hello"), answers("hi")))
    assert (turn.at, turn.channel, turn.id) == (CLOCK, ADDRESS.channel, "id of hello")
    assert (reply.at, reply.channel, reply.id) == (CLOCK + 1, ADDRESS.channel, "")


def test_a_message_for_a_component_has_the_number_of_its_turn_and_a_change_that_of_the_next() -> None:
    decisions = played(says("hello"), answers("hi"), says("agent"))
    turns = [
        (effect.to, effect.turn)
        for it in decisions
        for effect in it.effects
        if isinstance(effect, ToComponent | Notify)
    ]
    assert turns == [
        *(("Bot", 1), ("Desk", 1), ("Desk", 2)),
        *(("Desk", 4), ("Desk", 3), ("Bot", 5), ("Desk", 5)),
    ]


def test_a_copy_of_what_was_withheld_comes_after_all_that_was_said() -> None:
    *_, refused = played(says("hello"), says("agent"), answers("too late"))
    (copy,) = (effect for effect in refused.effects if isinstance(effect, ToComponent))
    assert (copy.withheld, copy.turn, refused.conversation.turns) == ("Bot may not speak", 4, 3)


def test_numbers_go_on_through_sessions() -> None:
    *_, ended, begun = played(says("hello"), says("bye"), says("hello again"))
    assert said(ended, begun) == [(2, CUSTOMER, "bye"), (3, CUSTOMER, "hello again")]
    assert ended.session_id != begun.session_id


def test_a_message_that_goes_out_in_several_parts_is_one_turn() -> None:
    *_, decision = played(says("hello"), answers("word " * 2_000))
    parts = [effect for effect in decision.effects if isinstance(effect, ToCustomer)]
    assert len(parts) > 1
    assert said(decision) == [(2, "Bot", "word " * 2_000)]
