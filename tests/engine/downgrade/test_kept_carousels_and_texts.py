"""Carousels that are divided or cut, blank and endless texts, and what belongs to a message when it is parted."""

from __future__ import annotations

import pytest

from engine.downgrade.channel_samples import (
    NO,
    PICTURE,
    YES,
    card,
    channel,
    sent,
    standard_channel,
    texts,
    told,
)
from pointsman.model.content import (
    Card,
    Carousel,
    Dial,
    Media,
    Message,
    Native,
    NativeButton,
    Picture,
    Reply,
    Template,
    Text,
)
from pointsman.model.decision import Loss

WISHES = {"validity": "1h", "item": {"tag": "x"}}


# Carousels ------------------------------------------------------------------------------------------------------------


def sizes(count: int, bounds: str, *under: Reply) -> list[int]:
    """How many cards stand in each message that so many become; 0: one that stands alone."""
    message = Message(Carousel(tuple(card(number) for number in range(count)), "Small"), under)
    it = sent(message, channel(f"carousel {bounds}"))
    assert it.messages[-1].buttons == under
    cards = [each for left in it.messages for each in getattr(left.content, "cards", (left.content,))]
    assert cards == list(message.content.cards)  # type: ignore[union-attr]  # a carousel
    return [len(left.content.cards) if isinstance(left.content, Carousel) else 0 for left in it.messages]


@pytest.mark.parametrize(
    ("count", "bounds", "expected"),
    [
        (10, "2 to 10", [10]),
        (11, "2 to 10", [6, 5]),
        (21, "2 to 10", [7, 7, 7]),
        (1, "2 to 10", [0]),
        (2, "3 to 10", [0, 0]),
        (1, "1 to 10", [1]),
        (3, "2 to 2", [2, 0]),
        (7, "4 to 5", [5, 0, 0]),
        (3, "1", [1, 1, 1]),
    ],
)
@pytest.mark.parametrize("under", [(), (YES,)])
def test_cards_above_the_most_are_several_carousels(
    count: int, bounds: str, expected: list[int], under: tuple[Reply, ...]
) -> None:
    assert sizes(count, bounds, *under) == expected


@pytest.mark.parametrize(
    ("count", "losses"),
    [
        (11, ["split carousel: 2 carousels of at most 10 cards (a)"]),
        (1, ["emulated carousel: card (a)"]),
        (5, []),
    ],
)
def test_a_divided_carousel_is_told(count: int, losses: list[str]) -> None:
    message = Message(Carousel(tuple(card(number) for number in range(count))))
    assert told(sent(message, channel('carousel 2 to 10 from "a"'))) == losses


def test_a_carousel_without_cards_is_nothing_and_its_buttons_stand_under_their_labels() -> None:
    empty = Carousel(())
    assert sent(Message(empty), channel()).messages == ()
    it = sent(Message(empty, (YES, NO)), channel())
    assert it.messages == (Message(Text("Yes\nNo"), (YES, NO)),)
    assert told(it) == ["dropped carousel: nothing"]


def test_in_a_carousel_titles_and_descriptions_are_cut_at_a_word() -> None:
    cards = Card("A long title", "And many more words", PICTURE), card(2)
    it = sent(Message(Carousel(cards)), channel("card title 10 description 10"))
    assert it.messages == (Message(Carousel((Card("A long…", "And many…", PICTURE), card(2)))),)
    assert told(it) == [
        "truncated title of card 1: cut short, at most 10 characters",
        "truncated description of card 1: cut short, at most 10 characters",
    ]


def test_in_a_carousel_a_description_makes_room_for_the_lines_of_buttons() -> None:
    cards = Card("Title", "Words and words", None, (Dial("Call", "123"), YES)), card(2)
    it = sent(Message(Carousel(cards)), channel("card description 18\n button dial none"))
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("Title", "Words…\nCall: 123", None, (YES,))
    assert told(it) == [
        "emulated button `Call`: text",
        "truncated description of card 1: cut short, at most 18 characters",
    ]


def test_in_a_carousel_a_description_is_cut_to_what_title_and_labels_leave_of_what_is_bounded_together() -> None:
    cards = (Card("12345", "Words and words", None, (Reply("12345"),)), card(2))
    it = sent(Message(Carousel(cards)), channel("carousel native together 18"))
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("12345", "Words…", None, (Reply("12345"),))
    it = sent(Message(Carousel(cards)), channel("carousel native together 10"))
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("12345", None, None, (Reply("12345"),))
    assert "truncated description of card 1: nothing, at most 10 characters" in told(it)
    it = sent(Message(Carousel(cards)), channel("carousel native together 9"))
    assert it.messages[0].content == cards[0]


def test_lines_beyond_a_description_take_a_carousel_down_its_rung_and_nothing_is_told_twice() -> None:
    cards = tuple(Card(f"Title {at}", "Words", None, (Dial("Call me", "0123456789"), YES)) for at in (1, 2))
    it = sent(Message(Carousel(cards)), channel("card description 12\n button dial none"))
    assert [type(message.content) for message in it.messages] == [Card, Text, Card, Text]
    assert told(it) == [
        "emulated carousel: 2 cards, at most 12 characters",
        "emulated button `Call me`: text",
    ]


@pytest.mark.parametrize(
    "odd",
    [
        Card("Title", None, Media("https://a.example", size=2_000)),
        Card("Title", None, None, tuple(NativeButton(str(number), "cm", {}) for number in range(4))),
    ],
)
def test_a_carousel_one_of_whose_cards_could_not_be_one_goes_down_its_rung(odd: Card) -> None:
    it = sent(Message(Carousel((card(1), odd))), channel("card 1 KB buttons 3"))
    assert it.losses[0].what == "carousel"
    assert it.messages[0].content == card(1)


# What belongs to the message ------------------------------------------------------------------------------------------


def test_what_belongs_to_a_message_goes_with_its_last_part_and_wishes_with_all() -> None:
    message = Message(Picture(PICTURE, "Words"), (YES,), fallback="f", reference="r", meta={"k": "v"}, options=WISHES)
    first, last = sent(message, channel("picture caption 0")).messages
    assert first == Message(Picture(PICTURE), options={"validity": "1h"})
    assert last == Message(Text("Words"), (YES,), reference="r", meta={"k": "v"}, options=WISHES)


def test_a_fallback_stays_with_the_content_that_it_stands_for() -> None:
    template = Template("cm", {}, "hello")
    buttons = tuple(Reply(f"Option {number}") for number in range(3))
    it = sent(Message(template, buttons, fallback="Hello"), channel("button reply native 2"))
    assert it.messages[0] == Message(template, fallback="Hello")
    assert it.messages[1].fallback is None
    cut = sent(
        Message(Text("Hi"), (Reply("Too long a label"),), fallback="f"), channel("button reply native caption 9")
    )
    assert cut.messages[0].fallback == "f"


def test_what_only_a_vendor_knows_passes_through() -> None:
    native = Message(Native("cm", "payment", {"a": 1}), (NativeButton("a", "cm", {}),), fallback="Pay")
    it = sent(native, standard_channel("SMS"))
    assert (it.messages, it.losses) == ((native,), ())
    it = sent(Message(native.content, (YES, *native.buttons)), standard_channel("SMS"))
    assert it.messages == (Message(native.content), Message(Text("1. Yes"), native.buttons))


# Texts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n  ", " " * 50])
def test_a_blank_text_that_does_not_fit_is_nothing(text: str) -> None:
    it = sent(Message(Text(text)), channel("text 4"))
    assert it.messages == ()
    assert [(loss.kind, loss.what) for loss in it.losses] == [("dropped", "text")]


@pytest.mark.parametrize(("fallback", "said"), [(None, "Yes\nNo"), ("Sure?", "Sure?")])
def test_buttons_without_words_stand_under_the_fallback_or_their_labels(fallback: str | None, said: str) -> None:
    it = sent(Message(Text(""), (YES, NO), fallback=fallback), channel())
    assert it.messages == (Message(Text(said), (YES, NO)),)


def test_no_part_of_a_long_text_is_blank() -> None:
    it = sent(Message(Text("One" + "\u00a0" * 40 + "two")), channel("text 6"))
    assert all(text and text.strip() for text in texts(it))


def test_one_message_becomes_a_hundred_at_the_most_and_the_last_keeps_the_buttons() -> None:
    it = sent(Message(Text("word " * 5_000), (YES,), reference="r"), channel("text 5"))
    assert len(it.messages) == 100
    assert (it.messages[-1].buttons, it.messages[-1].reference) == ((YES,), "r")
    assert str(texts(it)[-1]).endswith("…")
    assert Loss("truncated", "text", "100 parts", "100 messages") in it.losses


def test_of_too_many_cards_the_last_still_leaves_with_the_buttons() -> None:
    cards = tuple(card(number) for number in range(300))
    it = sent(Message(Carousel(cards), (YES,)), channel("carousel none"))
    assert len(it.messages) <= 100
    assert it.messages[-1] == Message(cards[-1], (YES,))
    assert it.losses[-1] == Loss("truncated", "message", f"{len(it.messages)} messages", "100 messages")
