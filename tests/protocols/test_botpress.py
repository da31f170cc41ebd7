"""Botpress as a component: logging in, what is said to it, and every kind of answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contract_suite import ContractSuite, samples_of
from protocol_samples import ACCOUNT_ID, owed

from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Choice,
    Content,
    File,
    Location,
    Media,
    Message,
    OpenUrl,
    Picture,
    Reply,
    Text,
    Video,
)
from pointsman.model.decision import Note, ToComponent
from pointsman.protocols.botpress import (
    ComponentSettings,
    classify,
    decode_reply,
    encode_message,
    encode_notice,
    login_calls,
    read_login,
)
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.wire import Call, Heard, Malformed, Response, Sending, Verdict

BOT = ComponentSettings(
    account="shop",
    base_url=Url("http://127.0.0.1:3000/"),
    bot_id="welcome bot",
    email="bot@e.x",
    password=Secret(("pa55",), ("env:BOTPRESS_PASSWORD",)),
)
ASKED = owed(ToComponent("CmBot", Message(Text("Hi"))))


def said(message: Message) -> tuple[Call, Any]:
    call = encode_message(owed(ToComponent("CmBot", message)), BOT, Sending(ACCOUNT_ID, bearer="jwt-1"))
    assert call is not None
    return call, json.loads(call.body)


def answered(*responses: dict[str, Any]) -> Heard:
    body = json.dumps({"responses": responses, "state": {}, "nlu": {}}).encode()
    assert classify(Response(200, {}, body)) is None
    return decode_reply(ASKED, Response(200, {}, body), BOT)


def test_the_login_is_tried_where_either_version_has_it() -> None:
    calls = login_calls(BOT)
    assert [call.url for call in calls] == [
        "http://127.0.0.1:3000/api/v1/auth/login/basic/default",
        "http://127.0.0.1:3000/api/v2/admin/auth/login/basic/default",
    ]
    assert json.loads(calls[0].body) == {"email": "bot@e.x", "password": "pa55"}


@pytest.mark.parametrize(
    ("response", "token"),
    [
        (Response(200, {}, b'{"status":"success","payload":{"jwt":"j","exp":60000}}'), ("j", 60_000)),
        (Response(200, {}, b'{"status":"success","payload":{"jwt":"j"}}'), ("j", 3_600_000)),
        (Response(200, {}, b'{"status":"success","payload":{"csrf":"only cookies"}}'), None),
        (Response(400, {}, b'{"errorCode":"BP_0009"}'), None),
        (Response(200, {}, b"<html>"), None),
    ],
)
def test_a_login_brings_a_token_or_lets_nobody_in(response: Response, token: tuple[str, int] | None) -> None:
    assert read_login(response) == token


def test_a_message_goes_to_the_secured_converse_of_the_bot_and_the_conversation() -> None:
    call, body = said(Message(Text("Hello"), meta={"intent": "greeting"}))
    conversation = owed(ToComponent("CmBot", Message(Text("x")))).conversation
    assert call.url == f"http://127.0.0.1:3000/api/v1/bots/welcome%20bot/converse/{conversation}/secured"
    assert call.headers["authorization"] == "Bearer jwt-1"
    assert body == {"type": "text", "text": "Hello", "metadata": {"intent": "greeting"}}


@pytest.mark.parametrize(
    ("content", "payload"),
    [
        (
            Picture(Media("https://e.x/1.png"), "A cat"),
            {"type": "image", "image": "https://e.x/1.png", "title": "A cat"},
        ),
        (Audio(Media("https://e.x/1.mp3")), {"type": "audio", "audio": "https://e.x/1.mp3"}),
        (Video(Media("https://e.x/1.mp4")), {"type": "video", "video": "https://e.x/1.mp4"}),
        (File(Media("https://e.x/1.pdf", "bill")), {"type": "file", "file": "https://e.x/1.pdf", "title": "bill"}),
        (Location(1.5, 2.5, "Shop"), {"type": "location", "latitude": 1.5, "longitude": 2.5, "title": "Shop"}),
        (Card("One", "First"), {"type": "text", "text": "One\nFirst"}),
    ],
)
def test_each_kind_is_said_in_its_own_payload(content: Content, payload: dict[str, Any]) -> None:
    assert said(Message(content))[1] == payload


def test_a_press_says_its_label_and_carries_its_postback() -> None:
    pressed = Message(Text("Yes"), choice=Choice("Yes", "y:1", 1))
    assert said(pressed)[1] == {"type": "quick_reply", "text": "Yes", "payload": "y:1"}


@pytest.mark.parametrize("length", [359, 360, 361, 5000])
def test_a_text_is_cut_at_what_this_botpress_takes(length: int) -> None:
    text = said(Message(Text("a" * length)))[1]["text"]
    assert len(text) == min(length, 360)
    assert text.endswith("…") == (length > 360)


def test_copies_and_notices_are_not_said() -> None:
    copy = ToComponent("CmBot", Message(Text("Hi")), "CustomerContact")
    assert encode_message(owed(copy), BOT, Sending(ACCOUNT_ID)) is None
    assert encode_notice(owed(Note("CmBot", "x")), BOT, Sending(ACCOUNT_ID)) is None


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ({"type": "text", "text": "Hi *you*", "markdown": True, "typing": True}, Message(Text("Hi *you*"))),
        (
            {"type": "image", "image": "/api/v1/bots/b/media/cat.png", "title": "A cat"},
            Message(Picture(Media("http://127.0.0.1:3000/api/v1/bots/b/media/cat.png"), "A cat")),
        ),
        ({"type": "audio", "audio": "https://e.x/a.mp3"}, Message(Audio(Media("https://e.x/a.mp3")))),
        ({"type": "video", "video": "https://e.x/v.mp4"}, Message(Video(Media("https://e.x/v.mp4")))),
        ({"type": "file", "file": "https://e.x/f.pdf", "title": "f"}, Message(File(Media("https://e.x/f.pdf", "f")))),
        (
            {"type": "location", "latitude": 1.5, "longitude": 2.5, "title": "Shop", "address": "Main 1"},
            Message(Location(1.5, 2.5, "Shop, Main 1")),
        ),
        (
            {"type": "single-choice", "text": "Which?", "choices": [{"title": "A", "value": "a"}], "isDropdown": False},
            Message(Text("Which?"), (Reply("A", "a"),)),
        ),
        (
            {"type": "dropdown", "message": "Which?", "options": [{"label": "A", "value": 1}], "buttonText": "Go"},
            Message(Text("Which?"), (Reply("A", "1"),)),
        ),
        (
            {
                "type": "card",
                "title": "One",
                "subtitle": "First",
                "image": "https://e.x/1.png",
                "actions": [
                    {"action": "Say something", "title": "Say", "text": "said"},
                    {"action": "Open URL", "title": "Open", "url": "https://e.x"},
                    {"action": "Postback", "title": "Post", "payload": "p:1"},
                ],
            },
            Message(
                Card(
                    "One",
                    "First",
                    Media("https://e.x/1.png"),
                    (Reply("Say", "said"), OpenUrl("Open", "https://e.x"), Reply("Post", "p:1")),
                )
            ),
        ),
        (
            {"type": "carousel", "items": [{"title": "One", "actions": []}, {"title": "Two"}]},
            Message(Carousel((Card("One"), Card("Two")))),
        ),
    ],
)
def test_each_payload_type_becomes_a_message(response: dict[str, Any], message: Message) -> None:
    assert answered(response) == Heard((message,))


def test_several_responses_are_several_messages_and_typing_is_a_pause() -> None:
    heard = answered(
        {"type": "typing", "value": 1000}, {"type": "text", "text": "One"}, {"type": "text", "text": "Two"}
    )
    assert heard == Heard((Message(Text("One")), Message(Text("Two"))), typing_ms=1000)


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        ({"type": "hologram"}, "responses[0].type: unknown type `hologram`"),
        ({"type": "text"}, "responses[0]: Object missing required field `text`"),
        ({"type": "text", "text": " "}, "responses[0].text: is empty"),
        ({"type": "image"}, "responses[0].image: missing"),
        ({"type": "single-choice", "text": "x", "choices": []}, "responses[0]: offers no choice"),
        ({"type": "carousel", "items": []}, "responses[0].items: is empty"),
        (
            {"type": "card", "title": "x", "actions": [{"action": "Dance", "title": "x"}]},
            "responses[0].actions[0].action: unknown action `Dance`",
        ),
        ({"text": "no type"}, "responses[0]: Object missing required field `type`"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_said(response: dict[str, Any], problem: str) -> None:
    heard = answered(response, {"type": "text", "text": "Still here"})
    assert heard == Heard((Message(Text("Still here")),), (problem,))


@pytest.mark.parametrize(
    ("response", "verdict"),
    [
        (Response(200, {}, b"{}"), Verdict("refused", "malformed")),
        (Response(200, {}, b"<html>"), Verdict("refused", "malformed")),
        (Response(500, {}, b'{"message":"Request timed out."}'), Verdict("refused", "timeout")),
        (Response(401, {}, b'{"errorCode":"BP_0041"}'), Verdict("refused", "authentication")),
        (Response(403, {}, b'{"errorCode":"BP_0043"}'), Verdict("refused", "authentication")),
        (Response(404, {}, b'{"errorCode":"BP_0044"}'), None),
        (Response(502, {}, b"bad gateway"), None),
    ],
)
def test_answers_without_responses_are_told_apart(response: Response, verdict: Verdict | None) -> None:
    assert classify(response) == verdict


def test_the_password_is_in_no_text_about_the_settings() -> None:
    assert "pa55" not in repr(BOT)


def _read_login(body: bytes) -> tuple[str, int]:
    found = read_login(Response(200, {}, body))
    if found is None:
        raise Malformed("payload", "lets nobody in")
    return found


class TestContract(ContractSuite):
    samples = samples_of(
        "botpress",
        {"reply": lambda body: decode_reply(ASKED, Response(200, {}, body), BOT), "login": _read_login},
        opaque=frozenset({"nlu", "state"}),
    )
