"""What Ultimate's bot posts to us: messages, escalations, questions; and how each is answered."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from contract_suite import ContractSuite, samples_of
from protocol_samples import ADDRESS, mo, mt
from syrupy.assertion import SnapshotAssertion

from pointsman.model.content import Carousel, Message, OpenUrl, Reply, Text
from pointsman.model.decision import Answer
from pointsman.model.event import Disable, HandOver, Requested
from pointsman.protocols import ultimate
from pointsman.protocols.ultimate_webhook import WIDGET_EVENTS, read_metadata
from pointsman.protocols.wire import Malformed

BOT_ID = "5f1e7bd2c8a4e0001f3a9b7c"
CHAT = ADDRESS.conversation_id


def read(body: bytes) -> Any:
    return ultimate.decode_webhook(body, BOT_ID)


def write(found: Any) -> None:
    match found:
        case ultimate.BotMessage(messages=messages):
            for message in messages:
                assert mt(message)["to"]
                assert mo(message, "Ultimate")["channel"]
                for offer in ultimate.offers_of(message):
                    assert ultimate.press_of(offer.label, [offer]) is not None or not offer.label.strip()
        case ultimate.Escalation():
            assert ultimate.request_of(found, "Ultimate", None).component == "Ultimate"
        case ultimate.WidgetEvent():
            assert ultimate.encode_widget_refusal(found)[0] == 400


class TestContract(ContractSuite):
    samples = samples_of(
        "ultimate", {"webhook": read}, write=write, opaque=frozenset({"metaData", "metadata"}), secrets=("hook-secret",)
    )


@pytest.mark.parametrize("sample", TestContract.samples, ids=lambda sample: sample.name)
def test_a_call_is_read_as_recorded(sample: Any, snapshot: SnapshotAssertion) -> None:
    found = read(sample.body)
    assert {type(found).__name__: msgspec.to_builtins(found)} == snapshot


def event(kind: str, **members: Any) -> bytes:
    return json.dumps(
        {"botId": BOT_ID, "data": {"eventType": kind, "platformConversationId": CHAT, **members}}
    ).encode()


def action(chat: str | None, data: Any = None) -> bytes:
    return json.dumps({"platformConversationId": chat, "name": "act", "data": data}).encode()


def said(**members: Any) -> tuple[Message, ...]:
    found = read(event("sendMessage", **members))
    assert isinstance(found, ultimate.BotMessage)
    return found.messages


def test_messages_of_one_call_have_ids_of_their_own_and_the_same_when_they_come_again() -> None:
    body = event("sendMessage", text="a", carouselCards=[{"title": "b"}], messageId="m")
    first, second = read(body), read(body)
    assert [first.event_id(part) for part in (0, 1)] == [second.event_id(part) for part in (0, 1)]
    assert first.event_id(0) != first.event_id(1)
    assert read(event("sendMessage", text="a")).event_id(0) is None
    assert read(event("sendMessage", text="a", messageId="m")).event_id(0) == first.event_id(0)


def test_buttons_stand_under_the_last_message() -> None:
    text, cards = said(text="Choose", carouselCards=[{"title": "A"}], buttons=[{"type": "button", "text": "None"}])
    assert (text.content, text.buttons) == (Text("Choose"), ())
    assert isinstance(cards.content, Carousel)
    assert cards.buttons == (Reply("None", "ultimate::None"),)


@pytest.mark.parametrize(
    ("button", "meant"),
    [
        ({"type": "button", "text": "Yes"}, Reply("Yes", "ultimate::Yes")),
        ({"text": "Yes"}, Reply("Yes", "ultimate::Yes")),
        ({"type": "link", "text": "Site", "link": "https://e.x"}, OpenUrl("Site", "https://e.x")),
        ({"type": "link", "text": "Site", "url": "https://e.x"}, OpenUrl("Site", "https://e.x")),
        ({"type": "link", "text": "Site"}, Reply("Site", "ultimate::Site")),
    ],
)
def test_a_button_is_a_reply_or_a_link(button: dict[str, Any], meant: Any) -> None:
    assert said(text="x", buttons=[button])[0].buttons == (meant,)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (None, {}),
        ([], {}),
        ([{"key": "a", "value": "1"}, {"key": "b", "value": 2, "sanitize": True}], {"a": "1", "b": "2"}),
        ({"key": "a", "value": "1"}, {"a": "1"}),
        ({"a": "1", "b": None}, {"a": "1"}),
        ({"key": "a"}, {"key": "a"}),
    ],
)
def test_metadata_is_read_in_either_shape_and_spelling(value: Any, meant: dict[str, str]) -> None:
    assert read_metadata(value, "m") == meant
    for spelling in ("metaData", "metadata"):
        assert said(text="x", **{spelling: value})[0].meta == meant
        assert read(event("escalate", **{spelling: value})).context == meant


@pytest.mark.parametrize(
    ("body", "path", "detail"),
    [
        (event("sendMessage"), "data.text", "missing"),
        (event("sendMessage", text="x" * 65_537), "data.text", "longer than"),
        (event("sendMessage", text="x", messageId="x" * 256), "data.messageId", "longer than"),
        (event("sendMessage", carouselCards=[{"title": "a"}, {}]), "data.carouselCards[1]", "has no content"),
        (event("sendMessage", text="x", platformConversationId=" "), "data.platformConversationId", "missing"),
        (event("escalate", platformConversationId=None), "data.platformConversationId", "missing"),
        (event("escalate", metaData="x"), "data.metaData[0]", "expected an object with key and value"),
        (event("escalate", metaData=[{"value": "x"}]), "data.metaData[0]", "expected an object with key and value"),
        (event("escalate", metaData={"a": []}), "data.metaData.a", "expected a text"),
        (event("escalate", metaData={"a": "x" * 5_000}), "data.metaData", "larger than 4096 bytes"),
        (event("escalate", escalateTo="x" * 5_000), "data.metaData", "larger than 4096 bytes"),
        (event("escalate", metadata=[{"key": str(one)} for one in range(33)]), "data.metadata", "more than 32"),
        (
            event("escalate", metadata={f"a{n}": "x" for n in range(20)}, metaData={f"b{n}": "x" for n in range(20)}),
            "data.metaData",
            "more than 32 members",
        ),
        (event("endOfWorld"), "data.eventType", "known are sendMessage, escalate, isTeamOnline"),
        (json.dumps({"botId": "another", "data": {}}).encode(), "botId", "is not the bot of this component"),
        (action(None), "platformConversationId", "missing"),
        (action("1", [{"key": "k"}] * 33), "data", "more than 32"),
        (action("1", {}), "data", "expected `array`"),
        (b"{}", "data", "expected `object`"),
    ],
)
def test_a_fault_names_its_place(body: bytes, path: str, detail: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(body)
    assert caught.value.path == path
    assert detail in caught.value.detail.lower() or detail in caught.value.detail
    status, answer = ultimate.encode_malformed(caught.value)
    assert (status, json.loads(answer)) == (400, {"message": str(caught.value)})


@pytest.mark.parametrize("kind", WIDGET_EVENTS)
def test_events_of_the_vendors_own_widget_are_refused_by_name(kind: str) -> None:
    found = read(event(kind, text="x"))
    assert found == ultimate.WidgetEvent(CHAT, kind)
    status, body = ultimate.encode_widget_refusal(found)
    assert status == 400
    assert json.loads(body)["message"].startswith(f"{kind} is of Ultimate's own widget")


def test_an_escalation_asks_for_the_hand_over_that_the_section_names() -> None:
    escalation = read(event("escalate", escalateTo="team_1"))
    context = {"escalateTo": "team_1"}
    assert ultimate.request_of(escalation, "Bot", "Desk") == Requested("Bot", (HandOver("Desk"),), context)
    assert ultimate.request_of(escalation, "Bot", None) == Requested("Bot", (Disable("Bot"),), context)


@pytest.mark.parametrize(
    ("outcome", "status"), [("accepted", 200), ("refused", 403), ("closed", 409), ("conflict", 409), ("void", 409)]
)
def test_an_escalation_is_200_only_where_it_was_granted(outcome: str, status: int) -> None:
    found, body = ultimate.encode_escalated(Answer(outcome, "desk is closed"))  # type: ignore[arg-type]  # table's text
    assert found == status
    assert json.loads(body) == ({} if status == 200 else {"message": "desk is closed"})


def test_a_message_is_always_acknowledged_and_told_why_it_was_withheld() -> None:
    withheld = Answer("withheld", "Bot may not speak")
    assert ultimate.encode_accepted([Answer("accepted")]) == (200, b"{}")
    assert json.loads(ultimate.encode_accepted([Answer("accepted"), withheld, withheld])[1]) == {
        "message": "Bot may not speak"
    }


def test_an_action_needs_no_parameters() -> None:
    assert read(action("CHAT-1")) == ultimate.Action("chat-1", "act", {})


def test_questions_are_answered_in_the_vendors_shape() -> None:
    assert ultimate.encode_online(True) == (200, b'{"isOnline":true}')
    assert ultimate.encode_online(False) == (200, b'{"isOnline":false}')
    assert ultimate.encode_results({"k": "v"}) == (200, b'{"results":[{"key":"k","value":"v"}]}')


@pytest.mark.parametrize(
    ("headers", "query", "token"),
    [
        ({"authorization": "hook-secret"}, {}, "hook-secret"),
        ({"authorization": "Bearer hook-secret"}, {}, "hook-secret"),
        ({"authorization": "bearer  hook-secret "}, {}, "hook-secret"),
        ({"x-pointsman-token": "hook-secret"}, {}, "hook-secret"),
        ({}, {"token": "hook-secret"}, "hook-secret"),
        ({"authorization": " "}, {"token": "hook-secret"}, "hook-secret"),
        ({"authorization": "other"}, {"token": "hook-secret"}, "other"),
        ({}, {}, None),
        ({}, {"token": ""}, None),
    ],
)
def test_the_secret_is_found_wherever_a_bot_can_put_it(
    headers: dict[str, str], query: dict[str, str], token: str | None
) -> None:
    assert ultimate.presented_token(headers, query) == token
