"""A call to a TwoWay adapter: what it may say, for whom, and how it is answered."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from contract_suite import ContractSuite, samples_of
from protocol_samples import ACCOUNT_ID, ADDRESS
from syrupy.assertion import SnapshotAssertion
from twoway_samples import call, posted, sends, text

from pointsman import limits
from pointsman.model.content import Message, Text
from pointsman.model.decision import Answer, Loss
from pointsman.model.event import End
from pointsman.protocols import twoway
from pointsman.protocols.wire import Malformed


def write(found: Any) -> None:
    for sent in found.messages:
        assert posted(sent.message)["conversationMessages"][0]["direction"] == "ClientOriginated"
        assert posted(sent.message, "CmBot")["conversationMessages"][0]["author"] == "CmBot"


class TestContract(ContractSuite):
    samples = samples_of(
        "twoway", {"sends": sends}, write=write, opaque=frozenset({"meta", "template", "body", "context", "contacts"})
    )


def of(kind: str, **members: Any) -> dict[str, Any]:
    return {"$type": kind, "direction": "ClientTerminated", **members}


@pytest.mark.parametrize("sample", TestContract.samples, ids=lambda sample: sample.name)
def test_a_call_is_read_as_recorded(sample: Any, snapshot: SnapshotAssertion) -> None:
    assert msgspec.to_builtins(sends(sample.body)) == snapshot


def test_a_message_is_named_by_its_id_within_its_chat() -> None:
    ids = [
        sends(call(text(id="m-1"), **members)).messages[0].event_id
        for members in (
            {},
            {"conversationClientId": "0031612345678"},
            {"conversationClientId": "1"},
            {"channel": "SMS"},
        )
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert sends(call(text(), text())).messages[1].event_id is None


@pytest.mark.parametrize(
    ("channel", "meant"),
    [
        ("WhatsApp", "WhatsApp"),
        ("Telegram Messenger", "Telegram"),
        ("Telegram", "Telegram"),
        ("Facebook Messenger", "Facebook"),
        ("Facebook", "Facebook"),
        ("Apple Business Chat", "Apple Business Chat"),
        ("AppleBusinessChat", "Apple Business Chat"),
        ("cxwebconversations", "CXWebConversations"),
        ("Push", "Push"),
        ("Carrier Pigeon", "Carrier Pigeon"),
    ],
)
def test_a_channel_is_known_in_either_spelling(channel: str, meant: str) -> None:
    assert sends(call(text(), channel=channel)).chat.channel == meant


def test_the_chats_own_id_is_not_believed() -> None:
    one, other = (sends(call(text(id="m"), id=chat_id)) for chat_id in ("a", "b"))
    assert (one.messages, one.chat.customer) == (other.messages, other.chat.customer)
    assert (one.chat.customer, one.chat.business) == (ADDRESS.customer, ADDRESS.business)


@pytest.mark.parametrize(
    ("body", "path", "detail"),
    [
        (call(text(**{"$type": "Text"})), "conversationMessages[0].$type", "unknown type `Text`; types are in lower"),
        (call(text(**{"$type": "x" * 10_000})), "conversationMessages[0].$type", "unknown type; types are"),
        (call({"direction": "ClientTerminated"}), "conversationMessages[0]", "missing required field `$type`"),
        (call({"$type": "text", "text": "x"}), "conversationMessages[0]", "missing required field `direction`"),
        (call(text(direction="ClientOriginated")), "conversationMessages[0].direction", "does not speak for"),
        (call(text(direction="clientterminated")), "conversationMessages[0].direction", "expected ClientTerminated"),
        (call(text("")), "conversationMessages[0].text", "is empty"),
        (call(text("x" * 65_537)), "conversationMessages[0].text", "longer than 65536"),
        (call(text(id="x" * 256)), "conversationMessages[0].id", "longer than 255"),
        (call(text(id="a"), text(), text(id="a")), "conversationMessages[2].id", "conversationMessages[0]"),
        (call(text(meta={"a": []})), "conversationMessages[0].meta.a", "expected a text"),
        (call(text(), of("picture", media={})), "conversationMessages[1].media.mediaUri", "missing"),
        (call(of("carousel", carousel={"cards": []})), "conversationMessages[0].carousel.cards", "is empty"),
        (call(of("filelist", files=[])), "conversationMessages[0].files", "is empty"),
        (call(of("location", location={"searchQuery": "pub"})), "conversationMessages[0].location.latitude", "missing"),
        (call(of("contact")), "conversationMessages[0].contact", "missing"),
        (call(text(), accountId="another"), "chat.accountId", "is not the account of the address"),
        (call(text(), channel=" "), "chat.channel", "is empty"),
        (call(text(), conversationClientId=""), "chat.conversationClientId", "is empty"),
        (call(), "conversationMessages", "is empty"),
        (call(*[text()] * (limits.MESSAGES_PER_CALL_MAX + 1)), "conversationMessages", "more than 1000"),
    ],
)
def test_a_fault_refuses_the_call_and_names_its_place(body: bytes, path: str, detail: str) -> None:
    with pytest.raises(Malformed) as caught:
        sends(body)
    assert caught.value.path == path
    assert detail in caught.value.detail
    status, answer = twoway.encode_malformed(caught.value)
    assert status == 400
    assert json.loads(answer) == {
        "message": str(caught.value),
        "errors": {caught.value.path: [caught.value.detail]},
    }


def test_only_the_end_of_the_session_asks_for_something() -> None:
    events = [{"$type": "typing"}, {"$type": "RouterSessionEnded", "id": "e"}, {"$type": "sessionEnded"}]
    body = json.loads(call())
    found = sends(json.dumps({**body, "conversationEvents": events}).encode())
    assert [event.mutations for event in found.events] == [(), (End(),), (End(),)]
    assert [event.event_id for event in found.events] == [None, "e", None]


def answer(outcome: str, reason: str = "") -> Answer:
    return Answer(outcome, reason)  # type: ignore[arg-type]  # a table's text


LOST = Answer("accepted", losses=(Loss("split", "text", "2 parts"),))


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([answer("accepted")], "Message(s) accepted"),
        ([], "Message(s) accepted"),
        ([answer("withheld", "CmBot may not speak")], "CmBot may not speak"),
        ([answer("accepted"), answer("withheld", "quiet"), answer("withheld", "quiet")], "1 of 3 accepted: quiet"),
        ([answer("closed")], "withheld"),
        ([LOST, LOST], "Message(s) accepted: split text: 2 parts"),
        ([LOST, answer("withheld", "quiet")], "1 of 2 accepted: quiet"),
    ],
)
def test_the_answer_tells_the_routers_chat_and_why_a_message_was_withheld(answers: list[Answer], message: str) -> None:
    place = twoway.Place(ADDRESS.conversation_id, ADDRESS, ACCOUNT_ID, "session-1")
    status, body = twoway.encode_accepted(place, answers)
    assert status == 201
    assert json.loads(body) == {
        "chat": {
            "id": ADDRESS.conversation_id,
            "sessionId": "session-1",
            "accountId": ACCOUNT_ID,
            "channel": "WhatsApp",
            "conversationClientId": ADDRESS.customer,
            "conversationHostId": ADDRESS.business,
        },
        "message": message,
    }


def test_a_wrong_token_gets_a_bare_401() -> None:
    assert twoway.encode_error(401, "no such token") == (401, b"")
    assert json.loads(twoway.encode_error(403, "the token is for another account")[1]) == {
        "message": "the token is for another account"
    }


def test_a_message_keeps_its_senders_reference() -> None:
    assert sends(call(text(id=5))).messages[0].message == Message(Text("Hi"), reference="5")
