"""Which button of an Ultimate bot the customer meant: the bot knows a press by its text, on a card by the card's index.

Source: `sources/ultimate-chat-api.txt` (Clicking a button). Ultimate's buttons have no postback, and the words of a
label may be cut on the way to a channel, or stand on several cards; so each button that goes out carries one of ours.

Laws:

- A press of such a button is told with the button's own text, whatever the channel made of its label.
- Typed words are a press only where they fit one button alone; else they go to the bot as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from pointsman.language.folding import fold, words_of
from pointsman.model.content import Button, Card, Carousel, Choice, Message, Reply
from pointsman.model.conversation import Offer

_POSTBACK = re.compile(r"ultimate:(?P<card>[0-9]{1,9})?:(?P<text>.+)", re.ASCII | re.DOTALL)
_NUMBER = re.compile(r"#?\s*(?P<number>[1-9][0-9]{0,3})\s*[.)]?", re.ASCII)


class Press(Struct, frozen=True):
    """What the bot is told: the button's text, and from 0 the card that it stood on; None: on none."""

    text: str
    card: int | None = None


def postback_of(text: str, card: int | None = None) -> str:
    """The postback of a button, which leads back to its press."""
    return f"ultimate:{'' if card is None else card}:{text}"


def press_of_choice(choice: Choice) -> Press:
    """The press that a channel reported. A button that is not the bot's is told by its label."""
    return _press(choice.label, choice.postback)


def is_own(choice: Choice) -> bool:
    """Whether a press is of a button that an Ultimate bot offered."""
    return _POSTBACK.fullmatch(choice.postback or "") is not None


def _press(label: str, postback: str | None) -> Press:
    found = _POSTBACK.fullmatch(postback or "")
    if found is None:
        return Press(label or postback or "")
    return Press(found["text"], None if found["card"] is None else int(found["card"]))


def press_of(text: str, offers: Sequence[Offer]) -> Press | None:
    """The button that typed words mean, by its label, its card's title or its number; None: none, or several."""
    words = words_of(fold(text))
    number = _NUMBER.fullmatch(text.strip())
    wanted = 0 if number is None else int(number["number"])
    presses = {_press(offer.label, offer.postback): None for offer in offers if _fits(offer, words, wanted)}
    return next(iter(presses)) if len(presses) == 1 else None


def _fits(offer: Offer, words: str, number: int) -> bool:
    names = {words_of(fold(name)) for name in (offer.label, offer.title, _press(offer.label, offer.postback).text)}
    return bool(words) and (words in names or 0 < number == offer.number)


def offers_of(message: Message) -> tuple[Offer, ...]:
    """The buttons that a message offers, in order. The first of each card goes by the card's title, too."""
    cards = _cards(message)
    on_cards = (
        Offer(button.label, button.postback, title=(card.title or "") if place == 0 else "")
        for card in cards
        for place, button in enumerate(_replies(card.buttons))
    )
    return (*on_cards, *(Offer(button.label, button.postback) for button in _replies(message.buttons)))


def _cards(message: Message) -> tuple[Card, ...]:
    match message.content:
        case Carousel(cards):
            return cards
        case Card() as card:
            return (card,)
        case _:
            return ()


def _replies(buttons: Iterable[Button]) -> Iterable[Reply]:
    return (button for button in buttons if isinstance(button, Reply))
