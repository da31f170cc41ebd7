"""What a TwoWay component is posted: messages, copies, events and notifications, and what it can say in return."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protocol_samples import ACCOUNT_ID, ADDRESS, OWED_ID, body_of, owed
from syrupy.assertion import SnapshotAssertion
from twoway_samples import DESK, SENDING, messages, posted, sends, words

from pointsman.model.content import Choice, Message, Text
from pointsman.model.decision import Effect, Note, Notify, PositionAt, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.identity import Address
from pointsman.model.transcript import Turn
from pointsman.protocols import twoway
from pointsman.protocols.wire import Sending

HANDOVER = Notify("Desk", "handover", ("Desk",), {"CmBot": "disabled"}, {"skill": "orders"}, "CmBot", 'said "no"')


@given(messages)
@settings(derandomize=True, database=None, deadline=None, max_examples=150)
def test_whatever_a_component_is_posted_it_can_post_back(message: Message) -> None:
    body = posted(message, "CmBot")
    (sent,) = sends(json.dumps(body).encode()).messages
    assert msgspec.structs.replace(sent.message, reference=message.reference) == message


def test_a_customers_message_is_posted_as_documented(snapshot: SnapshotAssertion) -> None:
    message = Message(Text("Yes"), choice=Choice("Yes", "yes", 1), reference="ref-1", options={"name": "Jan"})
    roles = Sending(ACCOUNT_ID, roles={"Desk": "desk"})
    call = twoway.encode_message(owed(ToComponent("Desk", message)), DESK, roles)
    assert (call.url, call.timeout_ms) == (DESK.message_url, DESK.timeout)
    assert call.headers == {"x-desk-key": "s3cret", "content-type": "application/json; charset=utf-8"}
    assert json.loads(call.body) == snapshot


@pytest.mark.parametrize(
    ("author", "withheld", "direction", "told"),
    [
        (CUSTOMER, "", "ClientOriginated", {}),
        ("CmBot", "", "ClientTerminated", {"author": "CmBot"}),
        ("", "", "ClientTerminated", {}),
        ("CmBot", "quiet", "ClientTerminated", {"author": "CmBot", "withheld": "quiet"}),
    ],
)
def test_a_copy_says_who_said_it(author: str, withheld: str, direction: str, told: dict[str, str]) -> None:
    (message,) = posted(Message(Text("x"), reference="ref-1"), author, withheld)["conversationMessages"]
    assert message["direction"] == direction
    assert {name: message[name] for name in ("author", "withheld") if name in message} == told
    assert message["id"] == ("ref-1" if author == CUSTOMER else OWED_ID)


def test_the_chat_is_the_conversation_whatever_channel_is_in_use() -> None:
    elsewhere = Address("shop", "Facebook", "psid", "page")
    work = owed(ToComponent("Desk", Message(Text("x"))), elsewhere, conversation=ADDRESS.conversation_id)
    chat = body_of(twoway.encode_message(work, DESK, SENDING))["chat"]
    assert (chat["id"], chat["channel"]) == (ADDRESS.conversation_id, "Facebook Messenger")


def test_no_secret_shows_in_the_settings() -> None:
    assert "s3cret" not in repr(DESK)
    assert "desk-token" not in repr(DESK)


@pytest.mark.parametrize(
    "event",
    [
        twoway.AdapterEvent("delivered", "m-1"),
        twoway.AdapterEvent("read", "m-1"),
        twoway.AdapterEvent("failed", "m-1", "gave up (500)"),
        twoway.AdapterEvent("typing", by="CmBot"),
        twoway.AdapterEvent("RouterSessionEnded"),
    ],
    ids=lambda event: event.type,
)
def test_an_event_is_posted_to_its_own_address(event: twoway.AdapterEvent, snapshot: SnapshotAssertion) -> None:
    work = owed(ToComponent("Desk", Message(Text("x"))))
    call = twoway.encode_event(work, event, DESK, SENDING)
    assert call is not None
    assert call.url == DESK.event_url
    assert json.loads(call.body)["conversationEvents"] == snapshot
    assert json.loads(call.body)["conversationMessages"] == []
    assert twoway.encode_event(work, event, msgspec.structs.replace(DESK, event_url=None), SENDING) is None


@pytest.mark.parametrize(
    "effect",
    [
        HANDOVER,
        Notify("Desk", "reset", (), {}, {}),
        PositionAt("Desk", "flow", "step", {"k": "v"}, "CmBot"),
        Note("Desk", "VIP", "tell desk"),
    ],
    ids=["handover", "reset", "position", "note"],
)
def test_a_notification_has_cms_members_and_those_that_apply(effect: Effect, snapshot: SnapshotAssertion) -> None:
    call = twoway.encode_notice(owed(effect), DESK, SENDING)
    assert call is not None
    assert call.url == DESK.handover_url
    assert json.loads(call.body) == snapshot
    assert twoway.encode_notice(owed(effect), msgspec.structs.replace(DESK, handover_url=None), SENDING) is None


def test_a_notification_takes_earlier_messages_along() -> None:
    turns = (
        Turn(0, CUSTOMER, Message(Text("Help")), "m-1", "Facebook"),
        Turn(1_000, "CmBot", Message(Text("Wait"))),
        Turn(2_000, "", Message(Text("Ticket 5"))),
    )
    assert twoway.history(msgspec.structs.replace(DESK, history=3)) == len(turns)
    call = twoway.encode_notice(owed(HANDOVER), DESK, Sending(ACCOUNT_ID, turns))
    assert body_of(call)["conversationHistory"] == [
        {"$type": "text", "text": "Help", "direction": "ClientOriginated", "createdOn": "1970-01-01T00:00:00.000Z"}
        | {"id": "m-1", "author": "customer", "channel": "Facebook Messenger"},
        {"$type": "text", "text": "Wait", "direction": "ClientTerminated", "createdOn": "1970-01-01T00:00:01.000Z"}
        | {"author": "CmBot"},
        {"$type": "text", "text": "Ticket 5", "direction": "ClientTerminated", "createdOn": "1970-01-01T00:00:02.000Z"},
    ]


def noticed(template: str, effect: Effect, **changes: Any) -> Any:
    assert twoway.check_template(template) is None
    desk = msgspec.structs.replace(DESK, handover_template=template)
    return body_of(twoway.encode_notice(owed(effect, **changes), desk, SENDING))


CM_DEFAULT = (
    '{"chatId":"{{$chatId}}","sessionId":"{{$sessionId}}","accountId":"{{$accountId}}","channel":"{{$channel}}",'
    '"conversationHostId":"{{$conversationHostId}}","conversationClientId":"{{$conversationClientId}}",'
    '"context":{{$context}}}'
)


def test_cms_own_default_template_is_filled() -> None:
    assert noticed(CM_DEFAULT, HANDOVER) == {
        "chatId": ADDRESS.conversation_id,
        "sessionId": "session-1",
        "accountId": ACCOUNT_ID,
        "channel": "WhatsApp",
        "conversationHostId": ADDRESS.business,
        "conversationClientId": ADDRESS.customer,
        "context": {"skill": "orders"},
    }
    assert noticed(CM_DEFAULT, Notify("Desk", "handover", (), {}, {}))["context"] == {}


def test_inside_a_string_a_value_is_escaped_and_outside_it_is_whole() -> None:
    template = (
        '{"a": {{$reason}}, "b": "({{ $reason }})", "c": "{{context}}", "d": {{changed}}, {{$from}}: [{{enabled}}]}'
    )
    assert noticed(template, HANDOVER) == {
        "a": 'said "no"',
        "b": '(said "no")',
        "c": '{"skill":"orders"}',
        "d": {"CmBot": "disabled"},
        "CmBot": [["Desk"]],
    }


EVERY_VARIABLE = (
    "{"
    + ", ".join(f'"{name}": {{{{${name}}}}}, "q{name}": "\\"{{{{{name}}}}}\\u00e9"' for name in twoway.VARIABLES)
    + "}"
)
wild = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(wild, wild, wild, st.dictionaries(wild, wild, max_size=3))
@settings(derandomize=True, database=None, deadline=None, max_examples=100)
def test_a_filled_template_is_json_whatever_the_values(
    reason: str, asker: str, session: str, context: dict[str, str]
) -> None:
    effect = Notify("Desk", "handover", (asker,), {asker: "enabled"}, context, asker, reason)
    filled = noticed(EVERY_VARIABLE, effect, session_id=session)
    assert (filled["reason"], filled["qreason"], filled["context"]) == (reason, f'"{reason}é', context)
    assert json.loads(filled["qcontext"][1:-1]) == context
    assert (filled["sessionId"], filled["enabled"], filled["text"]) == (session, [asker], "")


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ('{"a": "{{$chatID}}"}', "unknown variable `chatID`; did you mean `chatId`?"),
        ('{"a": {{$mood}}}', "unknown variable `mood`; variables are: chatId, "),
        ("{", "makes no JSON: "),
        ('{"a": {{$chatId}}', "makes no JSON: "),
        ('{"a": x{{$chatId}}}', "makes no JSON: "),
        ("{ {{$context}}: 1}", "makes no JSON: "),
        (r'{"a": "\{{$reason}}"}', "makes no JSON: "),
        (r'{"a": "\u00{{$reason}}"}', "makes no JSON: "),
        ("[" * 100_000, "makes no JSON: "),
        ("", "makes no JSON: "),
    ],
)
def test_a_template_that_cannot_be_is_found_when_it_is_read(template: str, problem: str) -> None:
    found = twoway.check_template(template)
    assert found is not None
    assert found.startswith(problem)


pieces = st.sampled_from(['"', "\\", "\\\\", '\\"', "{", "}", "[", "]", ":", ",", "1", "a", "\\u00", " "])
slots = st.sampled_from(["{{$reason}}", "{{from}}", "{{$context}}", "{{$enabled}}"])


@given(st.lists(pieces | slots, max_size=12).map("".join), wild, st.dictionaries(wild, wild, max_size=2))
@settings(derandomize=True, database=None, deadline=None, max_examples=500)
def test_a_template_that_passes_the_check_never_makes_bad_json(
    template: str, reason: str, context: dict[str, str]
) -> None:
    if twoway.check_template(template) is None:
        noticed(template, Notify("Desk", "handover", (reason,), {}, context, reason, reason))


@given(st.lists(pieces | slots, max_size=8).map(lambda parts: '{"k": "' + "".join(parts) + '"}'), words)
@settings(derandomize=True, database=None, deadline=None, max_examples=300)
def test_so_it_is_within_strings(template: str, reason: str) -> None:
    if twoway.check_template(template) is None:
        noticed(template, Notify("Desk", "handover", (), {}, {}, "", reason))


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["Authorization", "X-Env"], None),
        (["X Env"], "`X Env` is no name of a header"),
        (["a", ""], "`` is no name of a header"),
        (["Content-Length"], "`Content-Length` is set by the router itself"),
    ],
)
def test_names_of_headers_are_checked(names: list[str], problem: str | None) -> None:
    assert twoway.check_headers(names) == problem
