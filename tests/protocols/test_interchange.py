"""Any protocol against any other: what one carries arrives at the other, but for what is told as lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from interchange import (
    CHANNELS,
    COMPONENTS,
    HEARERS,
    SENDERS,
    WAYS,
    Way,
    alike,
    arrives,
    by_gateway,
    messages,
    presses,
    told,
)

from pointsman import limits
from pointsman.model.content import (
    Card,
    Choice,
    Compose,
    Contact,
    FileList,
    Location,
    Media,
    Message,
    Native,
    NativeButton,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
)
from pointsman.protocols import horisen, registry, ultimate
from pointsman.protocols.room import is_sayable, losses

repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=60)
by_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)


@by_way
@repeatable
@given(message=messages)
def test_a_reader_gives_back_what_its_writer_was_given_but_for_what_it_has_no_room_for(
    way: Way, message: Message
) -> None:
    assert alike(way.carry(message)) == alike(arrives(message, way.room(message)))


@pytest.mark.parametrize("way", HEARERS, ids=lambda way: way.name)
@repeatable
@given(message=presses)
def test_a_customers_press_reaches_every_component(way: Way, message: Message) -> None:
    assert alike(way.carry(message)) == alike(arrives(message, way.room(message)))


@by_way
@repeatable
@given(message=messages | presses)
def test_what_does_not_arrive_is_told_as_a_loss_and_nothing_else_is(way: Way, message: Message) -> None:
    room = way.room(message)
    whole = [Message(message.content, message.buttons, choice=message.choice)]
    assert (losses(message, room) == ()) == (arrives(message, room) == whole)


@pytest.mark.parametrize("sender", SENDERS, ids=lambda name: f"from-{name}")
@pytest.mark.parametrize("way", CHANNELS, ids=lambda way: way.name)
@settings(repeatable, max_examples=25)
@given(message=messages)
def test_what_any_component_says_reaches_the_customer_by_any_channel(way: Way, sender: str, message: Message) -> None:
    for said in SENDERS[sender](message):
        assert alike(way.carry(said)) == alike(arrives(said, way.room(said)))


@pytest.mark.parametrize("channel", [COMPONENTS[0], COMPONENTS[3]], ids=["from-cm", "from-horisen"])
@pytest.mark.parametrize("way", HEARERS, ids=lambda way: way.name)
@settings(repeatable, max_examples=25)
@given(message=messages | presses)
def test_what_any_channel_brings_reaches_any_component(way: Way, channel: Way, message: Message) -> None:
    for brought in channel.carry(message):
        assert alike(way.carry(brought)) == alike(arrives(brought, way.room(brought)))


# What only one protocol knows -----------------------------------------------------------------------------------------

SECRET = "only-the-vendor-reads-this"
FOREIGN = {
    "native": Native("viber", "sticker", {"sticker": SECRET}),
    "template": Template("viber", {"template": SECRET}, "welcome"),
    "native of cm": Native("cm", "payment", {"payment": {"note": SECRET}}),
    "template of cm": Template("cm", {"whatsapp": {"element_name": SECRET}}, SECRET),
    "native of horisen": Native("horisen", "poll", {"type": "poll", "poll": SECRET}),
}
TO = [*(f"to {name}" for name in registry.COMPONENTS), "by cm", "by horisen"]


def bytes_on_the_wire(way: str, message: Message) -> str | None:
    """What is sent of a message; None: nothing is."""
    kind, _, name = way.partition(" ")
    if kind == "to":
        body = told(name, message)
        return None if body is None else json.dumps(body)
    if not is_sayable(message, registry.CHANNELS["cm"].room if name == "cm" else horisen.RESPONSE_ROOM):
        return None
    if name == "cm":
        return json.dumps([str(one.content) for one in by_gateway(message)])
    return horisen.encode_replies([message]).decode()


def is_own(way: str, name: str) -> bool:
    return way == "to twoway" or name.endswith(f"of {way.partition(' ')[2]}")


@pytest.mark.parametrize("way", TO)
@pytest.mark.parametrize("name", FOREIGN)
def test_what_only_another_protocol_knows_is_told_by_its_fallback_or_not_at_all(name: str, way: str) -> None:
    content = FOREIGN[name]
    worded = bytes_on_the_wire(way, Message(content, fallback="Please pay."))
    silent = bytes_on_the_wire(way, Message(content))
    if is_own(way, name):
        assert worded is not None
        assert silent is not None
        assert SECRET in worded
        assert SECRET in silent
    else:
        assert silent is None
        assert worded is not None
        assert "Please pay." in worded
        assert SECRET not in worded


@pytest.mark.parametrize("way", TO)
def test_a_button_that_only_another_protocol_knows_is_told_by_its_label(way: str) -> None:
    button = NativeButton("Pay", "viber", {"pay": SECRET})
    sent = bytes_on_the_wire(way, Message(Text("Ready?"), (button,)))
    assert sent is not None
    if way == "to twoway":
        assert SECRET in sent
    else:
        assert SECRET not in sent
    if way == "by cm":
        assert by_gateway(Message(Text("Ready?"), (button,)))[0].buttons == (Reply("Pay"),)
    else:
        assert "Pay" in sent


@pytest.mark.parametrize("way", [way for way in TO if way not in ("to cm", "to twoway", "by cm")])
def test_a_contact_that_only_cms_cards_tell_is_not_sent_empty(way: str) -> None:
    assert bytes_on_the_wire(way, Message(Contact(cards=({"org": {"company": SECRET}},)))) is None


@pytest.mark.parametrize("way", ["to botpress", "to chat", "to ultimate"])
def test_a_message_without_a_word_is_not_put_to_those_that_read_words(way: str) -> None:
    assert bytes_on_the_wire(way, Message(Text(""))) is None


# How it is told -------------------------------------------------------------------------------------------------------

PLACE = Location(52.3, 4.9, "Dam", search="dam square", radius=20)
PICTURE = Picture(Media("https://example.com/a.png", "a", "image/png", 5, height="tall"), "Look")
TOLD = [
    (Message(PICTURE), "cm to the customer", ["dropped picture: without its size (protocol cm)"]),
    (
        Message(PICTURE),
        "horisen to the customer",
        [
            "split caption: a text behind the file (protocol horisen)",
            "dropped picture: without its height (protocol horisen)",
        ],
    ),
    (Message(PICTURE), "horisen to a component", ["dropped picture: without its height (protocol horisen)"]),
    (
        Message(Picture(Media("https://example.com/a"))),
        "cm to the customer",
        ["emulated picture: file (protocol cm)"],
    ),
    (Message(PICTURE), "chat", ["linked picture: text (protocol chat)"]),
    (Message(PICTURE), "botpress", ["dropped picture: without its name, mime, size, height (protocol botpress)"]),
    (Message(PLACE), "cm to a component", ["dropped location: without its radius (protocol cm)"]),
    (Message(PLACE), "horisen to the customer", ["dropped location: without its search, radius (protocol horisen)"]),
    (
        Message(FileList((Media("https://example.com/a"),) * 2)),
        "cm to the customer",
        ["split file list: a message for each file (protocol cm)"],
    ),
    (
        Message(Text("Write us"), (Compose("Write", "+31612345678", "Hi"),)),
        "cm to the customer",
        ["emulated button `Write`: a link to the phone's composer (protocol cm)"],
    ),
    (
        Message(Text("Where?"), (ShowLocation("Share", request=True),)),
        "horisen to the customer",
        ["emulated button `Share`: reply (protocol horisen)"],
    ),
    (
        Message(Card("Shoes", buttons=(Reply("Buy", description="Today"),), orientation="VERTICAL")),
        "horisen to the customer",
        ["dropped button `Buy`: without its description (protocol horisen)"],
    ),
    (Message(Card("Shoes")), "ultimate", ["emulated card: text (protocol ultimate)"]),
    (
        Message(Native("cm", "payment", {})),
        "horisen to the customer",
        ["dropped payment of cm: nothing could be said of it (protocol horisen)"],
    ),
    (
        Message(Text("y"), choice=Choice("Yes", "yes-1")),
        "chat",
        ["dropped press of `Yes`: without its postback (protocol chat)"],
    ),
    (
        Message(Text("x" * 361)),
        "botpress",
        ["truncated text: 361 characters cut, at most 360 characters (protocol botpress)"],
    ),
    (Message(Text("x" * 360)), "botpress", []),
    (
        Message(Picture(Media("https://example.com/a"), "Look"), (Reply("Yes"),)),
        "botpress",
        ["dropped button `Yes`: left out (protocol botpress)"],
    ),
]


@pytest.mark.parametrize(("message", "name", "lines"), TOLD)
def test_a_loss_is_told_with_what_got_lost_what_it_became_and_the_protocol(
    message: Message, name: str, lines: list[str]
) -> None:
    [way] = [way for way in WAYS if way.name == name]
    assert [loss.line for loss in losses(message, way.room(message))] == lines


def test_a_press_of_an_ultimate_bots_own_button_loses_nothing() -> None:
    [card] = ultimate_offer()
    [button] = card.buttons
    assert isinstance(button, Reply)
    press = Message(Text("Buy"), choice=Choice("Buy", button.postback))
    [way] = [way for way in WAYS if way.name == "ultimate"]
    assert losses(press, way.room(press)) == ()
    assert told("ultimate", press)["cardIndex"] == 0


def ultimate_offer() -> tuple[Card, ...]:
    data = {
        "eventType": "sendMessage",
        "platformConversationId": "c",
        "carouselCards": [{"title": "Shoes", "buttons": [{"text": "Buy"}]}],
    }
    said = ultimate.decode_webhook(json.dumps({"botId": "b", "data": data}).encode(), "b")
    assert isinstance(said, ultimate.BotMessage)
    return said.messages[0].content.cards  # type: ignore[union-attr]  # it is a carousel


def test_a_loss_is_told_in_a_line_however_long_the_names_are_that_a_sender_makes_up() -> None:
    room = registry.CHANNELS["cm"].room
    [loss] = losses(Message(Native("x", "kind" * 10_000, {})), room)
    assert len(loss.what) == limits.GLANCE_CHARACTERS_MAX
