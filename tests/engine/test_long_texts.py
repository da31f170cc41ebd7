"""What leaves for the customer in place of a message that the channel does not carry, and what is said to be lost."""

from __future__ import annotations

import msgspec
import pytest

from pointsman.engine.decide import decide
from pointsman.engine.downgrade import Rendered, rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.language import ir
from pointsman.language.program import Program, build
from pointsman.model.content import Media, Message, Picture, Reply, Text, text_of
from pointsman.model.decision import Decision, Loss, Step, ToComponent, ToCustomer
from pointsman.model.event import FromComponent, FromCustomer, Trigger
from pointsman.model.wiring import Seat, Wiring

HERE = ir.Span("a.rules", 0, 1, 1, 1)
PLAIN = ir.Limit("", "characters", 20, source="the vendor")
BUTTONED = ir.Limit("", "characters", 8, with_buttons=True, source="its manual")
CAPTION = ir.Limit("caption", "characters", 2)


def profile(*limits: ir.Limit, name: str = "WhatsApp") -> ir.Profile:
    messages = ir.Carried("text", "native", limits), ir.Carried("picture", "native")
    return ir.Profile(name, messages, (ir.Carried("reply", "native"),))


def parts_of(message: Message, *limits: ir.Limit) -> Rendered:
    return rendered(message, Ladder(profile(*limits), ()), lambda _condition, _message: False)


BOUNDS = PLAIN, BUTTONED, CAPTION
LONG = "One two three four. Five six."
YES = (Reply("Yes"),)
WHOLE = Message(Text(LONG), YES, fallback="press Yes", reference="r", meta={"k": "v"}, options={"validity": "1h"})


def test_only_the_last_part_has_what_belongs_to_the_message() -> None:
    assert parts_of(WHOLE, *BOUNDS).messages == (
        Message(Text("One two three four."), options={"validity": "1h"}),
        Message(Text("Five"), options={"validity": "1h"}),
        Message(Text("six."), YES, reference="r", meta={"k": "v"}, options={"validity": "1h"}),
    )


@pytest.mark.parametrize(
    ("message", "count", "limit", "source"),
    [
        (Message(Text(LONG)), 2, "20 characters", "the vendor"),
        (Message(Text(LONG), YES), 3, "20 characters, 8 characters with buttons", "the vendor; its manual"),
        (Message(Text("One. Two three."), YES), 2, "8 characters with buttons", "its manual"),
    ],
)
def test_a_loss_names_the_limits_that_were_exceeded(message: Message, count: int, limit: str, source: str) -> None:
    it = parts_of(message, *BOUNDS)
    assert len(it.messages) == count
    assert it.losses == (Loss("split", "text", f"{count} parts", limit, source),)


@pytest.mark.parametrize(
    "message",
    [
        Message(Text("One two three four."), fallback="one"),
        Message(Text("One two."), YES),
        Message(Picture(Media("https://x.example/a.png"), LONG)),
    ],
)
def test_what_fits_leaves_as_it_is(message: Message) -> None:
    it = parts_of(message, *BOUNDS)
    assert (it.messages[0] is message, len(it.messages), it.losses) == (True, 1, ())


def test_a_channel_without_a_profile_or_a_limit_carries_everything() -> None:
    assert rendered(WHOLE, None, lambda _condition, _message: False) == Rendered((WHOLE,))
    assert parts_of(WHOLE, CAPTION) == Rendered((WHOLE,))


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (Loss("split", "text", "3 parts", "918 gsm", "the vendor"), "text: 3 parts of at most 918 gsm (the vendor)"),
        (Loss("split", "text", "1 part", "918 gsm"), "text: 1 part of at most 918 gsm"),
        (Loss("emulated", "carousel", "3 cards", source="the vendor"), "carousel: 3 cards (the vendor)"),
    ],
)
def test_a_loss_is_told_in_one_line(loss: Loss, told: str) -> None:
    assert loss.told == told


def test_septets_are_told_with_their_bound_in_units() -> None:
    losses = parts_of(Message(Text("aaaa bbbb")), ir.Limit("", "gsm", 7, ucs2=3)).losses
    assert losses == (Loss("split", "text", "2 parts", "7 gsm with 3 ucs2"),)


# In the engine --------------------------------------------------------------------------------------------------------

BOTH = Wiring("test", {"CmBot": Seat(copies=False), "Desk": Seat(copies=True)})


def program(*profiles: ir.Profile) -> Program:
    clause = ir.Clause("enabled")
    components = ir.Component("CmBot", "bot", clause, clause, HERE), ir.Component("Desk", "desk", clause, clause, HERE)
    reply = ir.ReplyText((ir.Words(LONG),), (), HERE)
    rules = (ir.Rule("long", ir.TextTest("text", "is", False, ("long",), "", HERE), (reply,), HERE),)
    policy = ir.Policy("p", "first", False, (Trigger("from customer"),), rules, HERE)
    return build(ir.ProgramIR(1, components, ("CmBot", "Desk"), (), (), (policy,), (), (), profiles))


def said(loaded: Loaded, text: str) -> Decision:
    event = FromComponent("CmBot", Message(Text(text), YES, reference="r"))
    return decide(loaded, BOTH, None, event, CLOCK, address=ADDRESS)


def test_a_long_text_of_a_component_leaves_in_parts_and_is_copied_whole() -> None:
    decision = said(load(program(profile(PLAIN))), LONG)
    there = [effect.message for effect in decision.effects if isinstance(effect, ToCustomer)]
    assert there == [Message(Text("One two three four.")), Message(Text("Five six."), YES, reference="r")]
    copies = [effect.message for effect in decision.effects if isinstance(effect, ToComponent)]
    assert copies == [Message(Text(LONG), YES, reference="r")]
    assert decision.answer.parts == 2
    assert decision.steps[-3:] == (
        Step("delivered", "CmBot", f'"{LONG}"'),
        Step("loss", "split", "text: 2 parts of at most 20 characters (the vendor)"),
        Step("copied", "Desk"),
    )


def test_a_long_reply_names_its_rule_in_every_part_and_in_the_loss() -> None:
    decision = decide(
        load(program(profile(PLAIN))), BOTH, None, FromCustomer(Message(Text("long"))), CLOCK, address=ADDRESS
    )
    there = [effect for effect in decision.effects if isinstance(effect, ToCustomer)]
    assert [(effect.rule, text_of(effect.message)) for effect in there] == [
        ("long", "One two three four."),
        ("long", "Five six."),
    ]
    assert [step.rule for step in decision.steps if step.what in ("reply", "loss")] == ["long", "long"]
    assert decision.answer.parts == 1


@pytest.mark.parametrize("text", ["Short.", LONG])
def test_both_evaluators_decide_the_same_bytes(text: str) -> None:
    made = program(profile(PLAIN, BUTTONED))
    fast, plain = said(load(made), text), said(load_plain(made), text)
    assert msgspec.json.encode(fast) == msgspec.json.encode(plain)


def test_a_text_within_its_limits_is_decided_as_without_limits() -> None:
    bounded, free = said(load(program(profile(PLAIN))), "Short."), said(load(program()), "Short.")
    assert (bounded.effects, bounded.steps, bounded.answer.parts) == (free.effects, free.steps, free.answer.parts)


def test_another_channel_than_the_profiles_splits_nothing() -> None:
    decision = said(load(program(profile(PLAIN, name="SMS"))), LONG)
    assert [step.what for step in decision.steps[-2:]] == ["delivered", "copied"]
