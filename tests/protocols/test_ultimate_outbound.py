"""What Ultimate's bot is told: messages, presses, sessions; and which button typed words mean."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protocol_samples import ACCOUNT_ID, ADDRESS, body_of, owed

from pointsman.model.content import Card, Carousel, Choice, Dial, Media, Message, Picture, Reply, Text
from pointsman.model.conversation import Offer
from pointsman.model.decision import Effect, Note, Notify, PositionAt, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.transcript import Turn
from pointsman.protocols import ultimate
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.ultimate import Press
from pointsman.protocols.ultimate_presses import postback_of
from pointsman.protocols.wire import Sending

BOT = ultimate.ComponentSettings(
    account="shop",
    base_url=Url("https://api.ultimate.example/"),
    bot_id="5f1e7bd2c8a4e0001f3a9b7c",
    api_key=Secret(("api-key",), ("env:ULTIMATE_KEY",)),
    token=Secret(("hook-secret",), ("env:ULTIMATE_SECRET",)),
)
SENDING = Sending(ACCOUNT_ID)
CHAT = ADDRESS.conversation_id
CARDS = Carousel(
    (
        Card("Shoe", buttons=(Reply("Choose", postback_of("Choose", 0)),)),
        Card("Boot", buttons=(Reply("Choose", postback_of("Choose", 1)), Reply("Compare", postback_of("Compare", 1)))),
    )
)
OFFER = Message(CARDS, (Reply("None", postback_of("None")), Dial("Call", "+31100000000")))


def told(message: Message, *turns: Turn) -> dict[str, Any]:
    """What the bot is posted of a customer's message, without the chat's id."""
    call = ultimate.encode_message(owed(ToComponent("Ultimate", message)), BOT, Sending(ACCOUNT_ID, turns))
    body: dict[str, Any] = body_of(call)
    assert body.pop("platformConversationId") == CHAT
    return body


def test_a_message_is_posted_as_the_vendor_documents_it() -> None:
    call = ultimate.encode_message(owed(ToComponent("Ultimate", Message(Text("Hi"), meta={"k": "v"}))), BOT, SENDING)
    assert call is not None
    assert call.url == "https://api.ultimate.example/converse/chat"
    assert call.headers == {
        "authorization": "api-key",
        "botid": BOT.bot_id,
        "content-type": "application/json; charset=utf-8",
    }
    assert json.loads(call.body) == {
        "platformConversationId": CHAT,
        "eventType": "message",
        "text": "Hi",
        "metaData": [{"key": "k", "value": "v"}],
    }
    assert "api-key" not in repr(BOT)


@pytest.mark.parametrize(
    ("choice", "pressed"),
    [
        (Choice("Maybe", postback_of("Maybe")), {"text": "Maybe"}),
        (Choice("Mayb…", postback_of("Maybe not today")), {"text": "Maybe not today"}),
        (Choice("Choose", postback_of("Choose", 1)), {"text": "Choose", "cardIndex": 1}),
        (Choice("Choose", postback_of("Choose", 0)), {"text": "Choose", "cardIndex": 0}),
        (Choice("Orders", "order_menu"), {"text": "Orders"}),
        (Choice("", "order_menu"), {"text": "order_menu"}),
        (Choice("x", "ultimate:x:y"), {"text": "x"}),
        (Choice("x", "ultimate::a:b\nc"), {"text": "a:b\nc"}),
    ],
)
def test_a_press_is_told_with_the_buttons_own_text_and_card(choice: Choice, pressed: dict[str, Any]) -> None:
    assert told(Message(Text("label"), choice=choice)) == {"eventType": "message", **pressed}


def test_words_that_mean_a_button_of_the_bots_last_offer_are_its_press() -> None:
    offered = Turn(1, "Ultimate", OFFER)
    small_talk = Turn(2, CUSTOMER, Message(Text("hm")))
    assert told(Message(Text(" compare ")), offered, small_talk)["cardIndex"] == 1
    assert told(Message(Text("boot")), offered) == {"eventType": "message", "text": "Choose", "cardIndex": 1}
    assert told(Message(Text("choose")), offered) == {"eventType": "message", "text": "choose"}
    assert told(Message(Text("compare"))) == {"eventType": "message", "text": "compare"}


def test_an_offer_that_somebody_else_made_since_is_not_the_bots() -> None:
    desk = Turn(2, "Desk", Message(Text("?"), (Reply("Compare"),)))
    assert "cardIndex" not in told(Message(Text("compare")), Turn(1, "Ultimate", OFFER), desk)
    assert told(Message(Text("compare")), Turn(1, "Ultimate", OFFER), Turn(2, "Desk", Message(Text("x"))))["cardIndex"]


def test_what_is_no_text_is_told_in_words() -> None:
    assert told(Message(Picture(Media("https://e.x/a.png"), "My shoe")))["text"] == "My shoe\nhttps://e.x/a.png"


def test_the_bot_hears_the_customer_alone() -> None:
    copy = owed(ToComponent("Ultimate", Message(Text("x")), author="Desk"))
    assert ultimate.encode_message(copy, BOT, SENDING) is None
    assert ultimate.encode_message(owed(ToComponent("Ultimate", Message(Text("")))), BOT, SENDING) is None


def change(state: str, asker: str = "Desk", **context: str) -> Notify:
    enabled = ("Ultimate",) if state == "enabled" else ("Desk",)
    return Notify("Ultimate", "handover", enabled, {"Ultimate": state}, context, asker)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("effect", "welcome", "body"),
    [
        (change("enabled"), False, None),
        (change("enabled", k="v"), False, {"eventType": "metadata", "metaData": [{"key": "k", "value": "v"}]}),
        (change("enabled"), True, {"eventType": "startSession"}),
        (change("enabled", k="v"), True, {"eventType": "startSession", "metaData": [{"key": "k", "value": "v"}]}),
        (change("disabled", k="v"), True, {"eventType": "endSession"}),
        (change("disabled", "Ultimate"), False, None),
        (Notify("Ultimate", "reset", ("Ultimate",), {}, {"k": "v"}), True, {"eventType": "endSession"}),
        (Notify("Ultimate", "handover", ("Desk",), {"Desk": "enabled"}, {"k": "v"}), True, None),
        (
            Notify("Ultimate", "handover", ("Ultimate",), {}, {"k": "v"}),
            True,
            {"eventType": "metadata", "metaData": [{"key": "k", "value": "v"}]},
        ),
        (
            PositionAt("Ultimate", "orders", "start"),
            False,
            {
                "eventType": "metadata",
                "metaData": [{"key": "flowId", "value": "orders"}, {"key": "stepId", "value": "start"}],
            },
        ),
        (
            Note("Ultimate", "VIP", context={"k": "v"}),
            False,
            {"eventType": "metadata", "metaData": [{"key": "k", "value": "v"}, {"key": "note", "value": "VIP"}]},
        ),
    ],
)
def test_sessions_and_metadata_follow_what_the_bot_is_told(
    effect: Effect, welcome: bool, body: dict[str, Any] | None
) -> None:
    call = ultimate.encode_notice(owed(effect), msgspec.structs.replace(BOT, welcome=welcome), SENDING)
    expected = None if body is None else {"platformConversationId": CHAT, **body}
    assert (None if call is None else json.loads(call.body)) == expected


NUMBERED = [Offer("Yes", postback_of("Yes"), 1), Offer("No", postback_of("No"), 2, "Refuse")]


@pytest.mark.parametrize(
    ("text", "press"),
    [
        ("yes", Press("Yes")),
        (" YES  ", Press("Yes")),
        ("ｙｅｓ", Press("Yes")),
        ("2", Press("No")),
        ("2.", Press("No")),
        ("#2", Press("No")),
        (" 2 )", Press("No")),
        ("refuse", Press("No")),
        ("3", None),
        ("0", None),
        ("yes please", None),
        ("", None),
        (" ", None),
    ],
)
def test_typed_words_fit_a_label_a_title_or_a_number(text: str, press: Press | None) -> None:
    assert ultimate.press_of(text, NUMBERED) == press


def test_words_that_fit_several_buttons_fit_none_unless_all_are_one() -> None:
    assert ultimate.press_of("choose", ultimate.offers_of(OFFER)) is None
    assert ultimate.press_of("Boot", ultimate.offers_of(OFFER)) == Press("Choose", 1)
    assert ultimate.press_of("ok", [Offer("OK", postback_of("OK")), Offer("OK", postback_of("OK"))]) == Press("OK")


def test_a_card_alone_offers_its_buttons_too() -> None:
    card = Card("Boot", buttons=(Reply("Choose", postback_of("Choose", 0)),))
    assert ultimate.offers_of(Message(card)) == (Offer("Choose", postback_of("Choose", 0), title="Boot"),)
    assert ultimate.history(BOT) > 0


def test_a_label_that_was_cut_is_known_by_either_form() -> None:
    offers = [Offer("Tell me mo…", postback_of("Tell me more"))]
    assert (
        ultimate.press_of("tell me more", offers) == ultimate.press_of("Tell me mo…", offers) == Press("Tell me more")
    )


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(words, st.none() | st.integers(0, 10_000), words)
@settings(derandomize=True, database=None, deadline=None, max_examples=100)
def test_a_button_that_was_sent_comes_back_as_its_press(text: str, card: int | None, label: str) -> None:
    pressed = told(Message(Text("x"), choice=Choice(label, postback_of(text, card))))
    assert (pressed["text"], pressed.get("cardIndex")) == (text, card)


@pytest.mark.parametrize(("welcome", "event"), [(True, "startSession"), (False, "metadata")])
def test_a_bot_that_takes_over_is_told_in_words_what_was_said(welcome: bool, event: str) -> None:
    bot = msgspec.structs.replace(BOT, welcome=welcome, history=2)
    assert ultimate.capsule(bot) == 2
    turns = (Turn(0, CUSTOMER, Message(Text("Help"))), Turn(1, "Desk", Message(Text("Back to the bot"))))
    effect = Notify("Ultimate", "handover", ("Ultimate",), {"Ultimate": "enabled"}, {"team": "x"})
    body = body_of(ultimate.encode_notice(owed(effect), bot, Sending(ACCOUNT_ID, turns)))
    assert body["eventType"] == event
    assert body["metaData"] == [
        {"key": "team", "value": "x"},
        {"key": "history", "value": "customer: Help\nDesk: Back to the bot"},
    ]
