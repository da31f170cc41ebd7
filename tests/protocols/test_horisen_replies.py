"""HORISEN's Conversation API: replies judged one by one, our own replies, error requests of debug mode."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from protocol_samples import ADDRESS, owed

from pointsman import limits
from pointsman.model.content import (
    Card,
    Carousel,
    Compose,
    Content,
    Dial,
    Media,
    Message,
    Native,
    NativeButton,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
)
from pointsman.model.decision import ToComponent
from pointsman.protocols.horisen import (
    SIGNATURE_HEADER,
    ChannelSettings,
    ComponentSettings,
    ErrorReport,
    decode_hook,
    decode_reply,
    encode_debug_error,
    encode_replies,
    verify,
)
from pointsman.protocols.horisen_replies import decode_replies
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.wire import Heard, Response

KEYS = Secret(("new-key", "old-key"), ("env:NEW", "env:OLD"))
EASY_DIALOG = ChannelSettings(account="shop", carries=("Viber", "RCS"), secret=KEYS)
BOT = ComponentSettings(
    account="shop", message_url=Url("http://127.0.0.1:9101/webhook"), signature_key=KEYS, debug=True
)

MESSAGE = Message(Text("Where is my parcel?"), reference="ref-1", meta={"intent": "parcel"})

# Replies --------------------------------------------------------------------------------------------------------------


def heard(*bodies: Any) -> Heard:
    answer = json.dumps({"messages": [{"body": body} for body in bodies]}).encode()
    return decode_reply(owed(ToComponent("Bot", MESSAGE)), Response(200, body=answer), BOT)


@pytest.mark.parametrize("body", [b"", b" \n", b'{"messages":[]}'])
def test_no_reply_is_no_fault(body: bytes) -> None:
    assert decode_replies(body) == Heard()


KNOWN = "known are text, picture, video, audio, file, fileList, location, contact, suggestions, card, carousel"
ACTIONS = "replyWith, openUrl, dialNumber, composeMessage, showMapLocation, createCalendarEvent"
URL = "https://e.example/a.png"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"type": "sticker", "id": 1}, f"type: `sticker` is none; {KNOWN}"),
        ({"colour": "red"}, f"type: missing; {KNOWN}"),
        ({}, ": has no content"),
        ("Hello", ": Expected `object`, got `str`"),
        ({"type": "text"}, "content: missing"),
        ({"type": "text", "text": "Hello"}, "content: missing"),
        ({"type": "text", "content": " "}, "content: is empty"),
        ({"type": "text", "content": 5}, "content: Expected `str | null`, got `int`"),
        ({"type": "picture"}, "url: missing"),
        ({"type": "picture", "url": "cat.jpg"}, "url: expected an http or https address"),
        ({"type": "picture", "url": "ftp://e.example/cat.jpg"}, "url: expected an http or https address"),
        (
            {"type": "picture", "url": URL, "thumbnailUrl": "x"},
            "thumbnailUrl: expected an http or https address",
        ),
        ({"type": "picture", "url": URL, "size": "9"}, "size: Expected `int | null`, got `str`"),
        ({"type": "fileList", "files": []}, "files: is empty"),
        (
            {"type": "fileList", "files": [{"url": URL}, {"url": "b"}]},
            "files[1].url: expected an http or https address",
        ),
        ({"type": "location", "latitude": "1", "longitude": 2}, "latitude: Expected `float | null`, got `str`"),
        ({"type": "contact", "fax": "1"}, ": has neither name, email, address nor phone"),
        ({"type": "card"}, "content: missing"),
        ({"type": "card", "content": {}}, "content: has no content"),
        ({"type": "card", "content": {"media": {"height": "TALL"}}}, "content.media.url: missing"),
        (
            {"type": "carousel", "content": [{"title": "a"}, {"media": {"url": "b"}}]},
            "content[1].media.url: expected an http or https address",
        ),
        ({"type": "suggestions"}, "suggestions: missing"),
        (
            {"type": "suggestions", "suggestions": [{"text": "Yes"}]},
            f"suggestions[0]: expected exactly one action: {ACTIONS}",
        ),
        (
            {"suggestions": [{"text": "a", "openUrl": {"url": URL}, "replyWith": {"postback": "a"}}]},
            "suggestions[0]: more than one action: replyWith, openUrl",
        ),
        ({"suggestions": [{"url": URL, "number": "1"}]}, f"suggestions[0]: expected exactly one action: {ACTIONS}"),
        ({"suggestions": [{"text": "a", "openUrl": {}}]}, "suggestions[0].openUrl.url: missing"),
        (
            {"suggestions": [{"text": "a", "openUrl": {"url": "shop"}}]},
            "suggestions[0].openUrl.url: expected an address",
        ),
        ({"suggestions": [{"replyWith": {}}]}, "suggestions[0].text: missing"),
        (
            {"suggestions": [{"text": "a", "dialNumber": {"number": 5}}]},
            "suggestions[0].dialNumber.number: Expected `str | null`, got `int`",
        ),
        (
            {"suggestions": [{"text": "a", "createCalendarEvent": {"start": "s"}}]},
            "suggestions[0].createCalendarEvent.end: missing",
        ),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else None,
)
def test_a_wrong_reply_is_told_with_its_place_and_the_others_count(body: Any, problem: str) -> None:
    found = heard({"type": "text", "content": "before"}, body, {"type": "text", "content": "after"})
    assert [message.content for message in found.messages] == [Text("before"), Text("after")]
    joint = "" if problem.startswith(":") else "."
    assert found.problems == (f"messages[1].body{joint}{problem}",)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html>", "not JSON: JSON is malformed: invalid character (byte 0)"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "Object missing required field `messages`"),
        (b'{"messages":null}', "messages: Expected `array`, got `null`"),
        (b'{"messages":[{}]}', "messages[0].body: missing"),
        (b'{"messages":["Hi"]}', "messages[0]: Expected `object`, got `str`"),
        (json.dumps({"messages": [{}] * 101}).encode(), "messages: more than 100 messages"),
    ],
)
def test_a_response_that_is_none_is_a_problem(body: bytes, problem: str) -> None:
    assert decode_replies(body) == Heard(problems=(problem,))


def test_text_media_and_suggestions_are_two_messages_with_the_buttons_under_the_last() -> None:
    yes = {"text": "Yes", "replyWith": {"postback": "yes"}}
    found = heard({"content": "Look"}, {"type": "picture", "url": URL}, {"suggestions": [yes]})
    assert found == Heard(
        (Message(Text("Look")), Message(Picture(Media(URL)), (Reply("Yes", "yes"),))),
    )


def test_suggestions_that_come_first_stand_under_the_message_that_follows() -> None:
    yes, no = ({"text": text, "replyWith": {"postback": text}} for text in ("Yes", "No"))
    found = heard({"suggestions": [yes]}, {"content": "Sure?"}, {"suggestions": [no]})
    assert found == Heard((Message(Text("Sure?"), (Reply("Yes", "Yes"), Reply("No", "No"))),))


def test_suggestions_alone_have_nothing_to_stand_under() -> None:
    found = heard({"suggestions": [{"text": "Yes", "replyWith": {"postback": "y"}}]})
    assert found == Heard(problems=("messages: suggestions without a message that they could stand under",))


def test_actions_in_a_card_may_stand_by_themselves() -> None:
    actions = [
        {"postback": "buy"},
        {"url": "shop://cart"},
        {"number": "+41"},
        {"number": "+41", "test": "Hi"},
        {"latitude": 1, "longitude": 2, "label": "Shop", "url": URL},
        {"title": "Fair", "start": "s", "end": "e"},
        {"composeMessage": {"number": "+41", "text": "Hi"}},
    ]
    (message,) = heard({"type": "card", "content": {"title": "T", "suggestions": actions}}).messages
    assert isinstance(message.content, Card)
    assert [(type(button).__name__, button.label) for button in message.content.buttons] == [
        ("Reply", "buy"),
        ("OpenUrl", "shop://cart"),
        ("Dial", "+41"),
        ("Compose", "+41"),
        ("ShowLocation", "Shop"),
        ("CalendarEvent", "Fair"),
        ("Compose", "+41"),
    ]
    assert [button.text for button in message.content.buttons if isinstance(button, Compose)] == ["Hi", "Hi"]


def test_a_reply_may_tell_the_rules_something() -> None:
    body = {"messages": [{"body": {"content": "?"}, "meta": {"intent": "none"}, "custom": [{"key": "k", "value": 1}]}]}
    (message,) = decode_replies(json.dumps(body).encode()).messages
    assert message.meta == {"intent": "none", "k": "1"}


# Our replies ----------------------------------------------------------------------------------------------------------


def replied(*messages: Message) -> list[Any]:
    return [one["body"] for one in json.loads(encode_replies(messages))["messages"]]


def test_a_response_without_a_message_is_an_empty_list() -> None:
    assert encode_replies([]) == b'{"messages":[]}'


def test_a_captioned_file_with_buttons_is_file_words_and_suggestions() -> None:
    message = Message(
        Picture(Media("https://e.example/a", mime="image/jpeg"), "Look"), (Reply("Yes"), Dial("Call", "+41"))
    )
    assert replied(message) == [
        {"type": "picture", "url": "https://e.example/a", "mimeType": "image/jpeg"},
        {"type": "text", "content": "Look"},
        {
            "type": "suggestions",
            "suggestions": [
                {"text": "Yes", "postback": "Yes", "replyWith": {"postback": "Yes"}},
                {"text": "Call", "dialNumber": {"number": "+41"}},
            ],
        },
    ]


def test_both_spellings_of_a_composed_text_are_written() -> None:
    (_, suggestions) = replied(Message(Text("x"), (Compose("Write", "+41", "Hi"),)))
    assert suggestions["suggestions"] == [
        {"text": "Write", "composeMessage": {"number": "+41", "test": "Hi", "text": "Hi"}}
    ]


@pytest.mark.parametrize("button", [ShowLocation("Where?", request=True), NativeButton("Pay", "cm", {"x": 1})])
def test_a_button_that_horisen_has_not_becomes_a_reply(button: Any) -> None:
    (_, wire) = replied(Message(Text("x"), (button,)))
    assert wire["suggestions"] == [
        {"text": button.label, "postback": button.label, "replyWith": {"postback": button.label}}
    ]


@pytest.mark.parametrize(
    ("content", "bodies"),
    [
        (Native("cm", "listPicker", {"a": 1}), [{"type": "text", "content": "words"}]),
        (Template("cm", {"a": 1}), [{"type": "text", "content": "words"}]),
        (Native("horisen", "sticker", {"type": "sticker"}), [{"type": "sticker"}]),
        (
            Carousel((Card("T"),), "Medium"),
            [{"type": "carousel", "layout": {"cardWidth": "MEDIUM"}, "content": [{"title": "T"}]}],
        ),
        (
            Card(media=Media(URL, "n", "image/png", height="short", thumbnail_url=URL)),
            [{"type": "card", "content": {"media": {"url": URL, "thumbnailUrl": URL, "height": "SHORT"}}}],
        ),
    ],
)
def test_content_is_written_in_the_documents_models_or_in_words(content: Content, bodies: list[Any]) -> None:
    assert replied(Message(content, fallback="words")) == bodies


def test_a_message_of_which_nothing_can_be_said_is_left_out() -> None:
    assert replied(Message(Native("cm", "x", {}))) == []


# Debug mode -----------------------------------------------------------------------------------------------------------


def test_wrong_replies_cause_a_signed_error_request_that_we_would_read_as_one() -> None:
    problems = ("messages[1].body.url: missing", "no place")
    call = encode_debug_error(owed(ToComponent("Bot", MESSAGE)), BOT, problems)
    assert call is not None
    assert call.url == BOT.message_url
    assert verify(call.body, call.headers[SIGNATURE_HEADER], KEYS)
    assert json.loads(call.body) == {
        "dialogUuid": ADDRESS.conversation_id,
        "providerMsgID": "ref-1",
        "error": "2 faults in the response",
        "errors": [{"path": "messages[1].body.url", "message": "missing"}, {"path": "", "message": "no place"}],
    }
    assert isinstance(decode_hook(call.body), ErrorReport)


def test_without_debug_mode_nobody_is_told() -> None:
    quiet = msgspec.structs.replace(BOT, debug=False)
    work = owed(ToComponent("Bot", MESSAGE))
    assert encode_debug_error(work, quiet, ("x: y",)) is None
    assert encode_debug_error(work, BOT, ()) is None


def test_an_open_url_button_keeps_its_postback() -> None:
    (_, wire) = replied(Message(Text("x"), (OpenUrl("Go", URL, "p"),)))
    assert wire["suggestions"] == [{"text": "Go", "postback": "p", "openUrl": {"url": URL}}]


def test_a_long_address_is_judged_in_no_time() -> None:
    body = {"type": "picture", "url": "https://" + "a" * 500_000 + " "}
    assert heard(body).problems == ("messages[0].body.url: expected an http or https address",)


def test_a_problem_is_bounded() -> None:
    found = heard({"type": "x" * 100_000, "id": 1})
    assert [len(problem) for problem in found.problems] == [limits.GLANCE_CHARACTERS_MAX]


def test_a_layout_goes_on_to_the_customer_as_the_bot_wrote_it() -> None:
    body = {"type": "carousel", "layout": {"theme": "dark", "cardWidth": "SMALL"}, "content": [{"title": "T"}]}
    assert replied(*heard(body).messages) == [body]
