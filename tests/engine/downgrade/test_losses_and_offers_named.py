"""What losses are called, and by which words options of cards are known."""

from __future__ import annotations

import pytest

from engine.downgrade.channel_samples import NO, PICTURE, YES, channel, sent, standard_channel, texts, told
from pointsman.model.content import (
    Button,
    Card,
    Carousel,
    FileList,
    Location,
    Media,
    Message,
    Picture,
    ShowLocation,
    Text,
)
from pointsman.model.conversation import Offer

PLACE = Location(52.3702, 4.8952)


def test_a_link_is_told_as_the_text_that_it_is() -> None:
    it = sent(Message(Picture(PICTURE, "Our table")), standard_channel("SMS"))
    assert told(it) == ["linked picture: text (inferred: as a link)"]
    both = channel("card none", 'downgrade card on Test to text "{title}" and link')
    assert told(sent(Message(Card("Table", media=PICTURE)), both)) == ["linked card: text"]


def test_what_has_no_address_is_not_told_as_linked() -> None:
    ladder = channel("card none\ncarousel none", "downgrade card on Test to link")
    assert told(sent(Message(Card("Table")), ladder)) == ["emulated card: text"]


@pytest.mark.parametrize(
    ("button", "lost"),
    [(ShowLocation("Where are you?", request=True), "emulated"), (ShowLocation("Our shop", PLACE), "linked")],
)
def test_who_is_asked_for_a_place_is_given_no_link(button: Button, lost: str) -> None:
    it = sent(Message(Text("Hello"), (button,)), standard_channel("SMS"))
    assert told(it) == [f"{lost} button `{button.label}`: text (inferred: as the URL of a map)"]


def test_what_is_of_no_length_is_told_with_the_limit_behind_it() -> None:
    ladder = channel("picture native 1 KB")
    it = sent(Message(Picture(Media("https://shop.example/large.jpg", size=2_000))), ladder)
    assert told(it) == ["linked picture: text, at most 1 KB"]


def test_a_list_of_no_files_is_no_list_where_there_are_none() -> None:
    it = sent(Message(FileList(())), standard_channel("SMS"))
    assert (it.messages, told(it)) == ((), ["dropped file list: nothing (inferred: as links)"])


def test_a_place_next_to_nothing_has_no_sign() -> None:
    it = sent(Message(Location(-0.00000001, -0.5)), standard_channel("SMS"))
    assert texts(it) == ["https://maps.google.com/?q=0,-0.5"]


@pytest.mark.parametrize("each", [" for each card", ""])
def test_a_title_stands_for_the_first_numbered_choice_of_its_card(each: str) -> None:
    ladder = channel(
        "carousel none\ncard none",
        f'downgrade carousel on Test to text "Shoes" and numbered buttons{each} remember choices for 1h',
    )
    it = sent(Message(Carousel((Card("Red", buttons=(YES, NO)), Card(None, "Blue", buttons=(NO,))))), ladder)
    assert it.offers == (Offer("Yes", "yes", 1, "Red"), Offer("No", "no", 2), Offer("No", "no", 3))
