"""Choices on the channels of the standard library, from the message that offers them to the press that comes back."""

from __future__ import annotations

import pytest
from msgspec import structs

from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import Card, Carousel, Choice, Message, Reply, Text, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, ToComponent, ToCustomer
from pointsman.model.event import Event, FromComponent, FromCustomer
from pointsman.model.wiring import Seat, Wiring

ALONE = Wiring("test", {"CmBot": Seat(copies=False)})


RULES = """
component CmBot is bot
start with CmBot

downgrade carousel on SMS
  to text "{n}. {title}: {description}" for each card
     remember choices for 24h
"""
COMPILED = compile_rules({"a.rules": RULES})
assert COMPILED.program is not None, COMPILED.diagnostics
BOTH = [load(COMPILED.program), load_plain(COMPILED.program)]


def play(loaded: Loaded, channel: str, *events: Event) -> list[Decision]:
    state: Conversation | None = None
    decisions = []
    for number, event in enumerate(events):
        address = structs.replace(ADDRESS, channel=channel)
        decisions.append(decide(loaded, ALONE, state, event, CLOCK + number, address=address))
        state = decisions[-1].conversation
    return decisions


def says(*buttons: Reply) -> FromComponent:
    return FromComponent("CmBot", Message(Text("Well?"), buttons))


def typed(text: str) -> FromCustomer:
    return FromCustomer(Message(Text(text)))


def shown(decision: Decision) -> list[Message]:
    return [it.message for it in decision.effects if isinstance(it, ToCustomer)]


def chosen(decision: Decision) -> Choice | None:
    return next(it.message.choice for it in decision.effects if isinstance(it, ToComponent))


TEAS = Carousel(
    tuple(
        Card(title=name, description=f"A pot of {name.lower()}", buttons=(Reply("Buy", f"buy {name}"),))
        for name in ("Green tea", "Black tea", "Mint tea")
    )
)


@pytest.mark.parametrize("loaded", BOTH, ids=["fast", "plain"])
@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("3", Choice("Buy", "buy Mint tea", 3)),
        ("black TEA", Choice("Buy", "buy Black tea", 2)),
        ("Buy", None),
        ("tea", None),
    ],
)
def test_a_card_of_a_carousel_is_chosen_by_its_number_or_its_title(
    loaded: Loaded, text: str, choice: Choice | None
) -> None:
    _, answer = play(loaded, "SMS", FromComponent("CmBot", Message(TEAS)), typed(text))
    assert chosen(answer) == choice


@pytest.mark.parametrize("loaded", BOTH, ids=["fast", "plain"])
def test_a_postback_that_is_too_long_for_its_channel_comes_back_whole(loaded: Loaded) -> None:
    postback = "take me to the flow of returns, and skip its first step; " * 10
    asked, _ = play(loaded, "Telegram", says(Reply("Return it", postback)), typed("hm"))
    (button,) = shown(asked)[0].buttons
    assert isinstance(button, Reply)
    assert button.postback is not None
    assert len(button.postback) <= 64
    pressed = FromCustomer(Message(Text(button.label), choice=Choice(button.label, button.postback)))
    answer = play(loaded, "Telegram", says(Reply("Return it", postback)), pressed)[-1]
    assert chosen(answer) == Choice("Return it", postback, 1)


@pytest.mark.parametrize("loaded", BOTH, ids=["fast", "plain"])
@pytest.mark.parametrize("postback", ["y", None])
def test_a_label_that_was_cut_comes_back_whole(loaded: Loaded, postback: str | None) -> None:
    label = "Yes, I would like that very much"
    events = [says(Reply(label, postback), Reply("No", "n"))]
    (button, _) = shown(play(loaded, "WhatsApp", *events)[0])[0].buttons
    assert button.label.endswith("…")
    assert isinstance(button, Reply)
    pressed = FromCustomer(Message(Text(button.label), choice=Choice(button.label, button.postback)))
    answer = play(loaded, "WhatsApp", *events, pressed)[-1]
    assert chosen(answer) == Choice(label, postback, 1)


@pytest.mark.parametrize("loaded", BOTH, ids=["fast", "plain"])
def test_more_replies_than_a_channel_shows_are_numbered_and_chosen_by_words(loaded: Loaded) -> None:
    replies = tuple(Reply(f"Option {number}", f"p{number}") for number in range(1, 15))
    asked, answer = play(loaded, "WhatsApp", says(*replies), typed("12."))
    assert "12. Option 12" in (text_of(shown(asked)[-1]) or "")
    assert chosen(answer) == Choice("Option 12", "p12", 12)
