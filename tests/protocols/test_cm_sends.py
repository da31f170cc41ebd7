"""A call of bmproxy: credentials, entries, ids, bounds, and the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pointsman import limits
from pointsman.model.content import Message, Text
from pointsman.model.decision import Answer, Loss
from pointsman.protocols import cm_messaging as cm
from pointsman.protocols.wire import Malformed


def call(*messages: Any) -> bytes:
    return json.dumps({"messages": {"msg": list(messages)}}).encode()


def text(*numbers: str, **members: Any) -> dict[str, Any]:
    return {"to": [{"number": number} for number in numbers], "body": {"content": "x"}, **members}


@pytest.mark.parametrize("name", ["productToken", "producttoken", "ProductToken"])
def test_the_token_is_found_however_the_sdk_spells_it(name: str) -> None:
    body = {"messages": {"authentication": {name: "secret"}, "msg": "not even a list"}}
    assert cm.token_in_body(json.dumps(body).encode()) == "secret"


@pytest.mark.parametrize(
    "authentication", [None, {}, {"productToken": None}, {"productToken": ""}, {"productToken": 5}, [], "x", 1]
)
def test_without_a_token_in_the_body_there_is_none(authentication: Any) -> None:
    assert cm.token_in_body(json.dumps({"messages": {"authentication": authentication}}).encode()) is None


def test_a_huge_credential_is_not_decoded() -> None:
    body = {"messages": {"authentication": {"productToken": "x" * 10_000}}}
    assert cm.token_in_body(json.dumps(body).encode()) is None


def test_entries_count_through_the_call_in_its_order() -> None:
    entries = cm.decode_sends(call(text("1", "2"), {"to": 5}, text("3")))
    assert [(entry.index, entry.to, type(entry).__name__) for entry in entries] == [
        (0, "1", "Send"),
        (1, "2", "Send"),
        (2, "", "Invalid"),
        (3, "3", "Send"),
    ]


def test_an_id_names_reference_recipient_place_and_part() -> None:
    rich = {"conversation": [{"text": "a"}, {"text": "b"}]}
    entries = cm.decode_sends(
        call(text("1", "1", reference="r", richContent=rich), text("1", reference="r"), text("1"))
    )
    sends = [entry for entry in entries if isinstance(entry, cm.Send)]
    ids = [send.event_id(part) for send in sends for part in range(len(send.messages))]
    assert ids[-1] is None
    assert len(set(ids[:-1])) == len(ids[:-1]) == 5
    again = cm.decode_sends(call(text("1", "1", reference="r", richContent=rich)))
    assert isinstance(again[0], cm.Send)
    assert again[0].event_id(1) == ids[1]


def test_reference_and_fallback_go_with_the_first_item_alone() -> None:
    rich = {"conversation": [{"text": "a"}, {"text": "b"}]}
    (send,) = cm.decode_sends(call(text("1", reference="r", richContent=rich)))
    assert isinstance(send, cm.Send)
    assert send.messages == (Message(Text("a"), fallback="x", reference="r"), Message(Text("b")))


@pytest.mark.parametrize("body", [{"messages": {"msg": []}}, {"messages": {}}, {"messages": {"msg": None}}, {}])
def test_a_call_without_messages_is_203_and_what_is_no_json_is_202(body: Any) -> None:
    with pytest.raises(Malformed) as caught:
        cm.decode_sends(json.dumps(body).encode())
    status, answer = cm.encode_malformed(caught.value)
    assert (status, json.loads(answer)["errorCode"]) == (400, 203 if "messages" in body else 202)
    with pytest.raises(Malformed) as broken:
        cm.decode_sends(b"{")
    assert json.loads(cm.encode_malformed(broken.value)[1])["errorCode"] == 202


def test_more_than_a_call_may_hold_is_refused_whole() -> None:
    most = limits.EVENTS_PER_CALL_MAX
    assert len(cm.decode_sends(call(text(*map(str, range(most)))))) == most
    for messages in ([text("1")] * (limits.MESSAGES_PER_CALL_MAX + 1), [text(*map(str, range(most))), text("1")]):
        with pytest.raises(Malformed, match="more than 1000 messages"):
            cm.decode_sends(call(*messages))


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"to": [{"number": "1"}] * 1_001}, 302),
        ({"body": {"content": "x" * 65_537}}, 304),
        ({"richContent": {"conversation": [{"text": "x" * 65_537}]}}, 305),
        ({"reference": "x" * 256}, 305),
        ({"meta": {str(number): "x" for number in range(33)}}, 305),
        ({"allowedChannels": "WhatsApp"}, 305),
        ({"from": {}}, 301),
        ({"body": "x"}, 304),
        ({"validity": json.loads("[" * 40 + "]" * 40)}, 305),
    ],
)
def test_a_message_past_its_bounds_is_refused_with_the_vendors_code(members: dict[str, Any], code: int) -> None:
    entries = cm.decode_sends(call({**text("1"), **members}, text("2")))
    assert isinstance(entries[0], cm.Invalid)
    assert entries[0].code == code
    assert isinstance(entries[-1], cm.Send)


def answer(outcome: str, reason: str = "", parts: int = 1) -> Answer:
    return Answer(outcome, reason, parts=parts)  # type: ignore[arg-type]  # a table's text


SPLIT = Loss("split", "text", "2 parts", "40 characters", "the manual")
LOST = Answer("accepted", parts=2, losses=(SPLIT,))


@pytest.mark.parametrize(
    ("answers", "status", "code", "parts", "details"),
    [
        ([answer("accepted")], "Accepted", 0, 1, None),
        ([answer("accepted", parts=3), answer("accepted")], "Accepted", 0, 4, None),
        ([answer("withheld", "CmBot may not speak")], "Rejected", 403, 0, "CmBot may not speak"),
        ([answer("refused", "no")], "Rejected", 403, 0, "no"),
        ([answer("accepted"), answer("withheld", "quiet")], "Accepted", 0, 1, "quiet"),
        ([answer("withheld", "quiet"), answer("withheld", "quiet")], "Rejected", 403, 0, "quiet"),
        ([LOST, LOST], "Accepted", 0, 4, "split text: 2 parts of at most 40 characters (the manual)"),
        ([LOST, answer("withheld", "quiet")], "Accepted", 0, 2, f"quiet; {SPLIT.line}"),
    ],
)
def test_an_entry_tells_what_became_of_its_messages(
    answers: list[Answer], status: str, code: int, parts: int, details: str | None
) -> None:
    send = cm.Send(0, "0031", "", (), "ref", (Message(Text("x")),))
    result = cm.answered(send, answers)
    told = (result.status, result.message_error_code, result.parts, result.message_details)
    assert told == (status, code, parts, details)


def test_details_are_bounded() -> None:
    send = cm.Send(0, "0031", "", (), "ref", (Message(Text("x")),))
    losses = tuple(Loss("truncated", f"button `{number}`", "cut" * 100) for number in range(10))
    details = cm.answered(send, [Answer("accepted", losses=losses)]).message_details
    assert details is not None
    assert (len(details), details[-1]) == (limits.DETAILS_CHARACTERS_MAX, "…")


def test_the_answer_has_the_vendors_shape_and_is_200_if_any_was_accepted() -> None:
    good, bad = cm.decode_sends(call(text("1", reference="a"), {"to": [{"number": "2"}], "reference": "b"}))
    assert isinstance(good, cm.Send)
    status, body = cm.encode_send_response([cm.accepted(good), cm.rejected(bad)])
    assert status == 200
    assert json.loads(body) == {
        "details": "1 of 2 messages accepted",
        "errorCode": 201,
        "messages": [
            {
                "to": "1",
                "status": "Accepted",
                "reference": "a",
                "parts": 1,
                "messageDetails": None,
                "messageErrorCode": 0,
            },
            {
                "to": "2",
                "status": "Rejected",
                "reference": "b",
                "parts": 0,
                "messageDetails": "messages.msg[1].body: missing",
                "messageErrorCode": 304,
            },
        ],
    }
    assert cm.encode_send_response([cm.accepted(good)])[0] == 200
    assert json.loads(cm.encode_send_response([cm.accepted(good)])[1])["errorCode"] == 0
    assert cm.encode_send_response([cm.rejected(bad)])[0] == 400


def test_a_wrong_token_is_answered_in_the_vendors_shape() -> None:
    status, body = cm.encode_error(401, cm.AUTHENTICATION_FAILED, "no such token")
    assert (status, json.loads(body)) == (401, {"details": "no such token", "errorCode": 101, "messages": []})
