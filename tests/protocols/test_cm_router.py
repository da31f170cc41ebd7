"""The control API: requests of both generations, answers, and notifications."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from protocol_samples import ACCOUNT_ID, ADDRESS, BOT, GATEWAY, OWED_ID, body_of, owed

from pointsman import limits
from pointsman.model.content import Message, Reply, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Effect, Note, Notify, PositionAt, ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER, Disable, Enable, End, HandOver
from pointsman.model.transcript import Turn
from pointsman.protocols import cm_router, registry
from pointsman.protocols.cm_messaging import encode_mt
from pointsman.protocols.wire import Malformed, Sending

CHAT = {"chatId": ADDRESS.conversation_id, "sessionId": "session-1", "accountId": ACCOUNT_ID, "channel": "WhatsApp"}


def mutations(*items: Any, **members: Any) -> cm_router.MutationRequest:
    return cm_router.decode_mutations(json.dumps({"Mutations": list(items), **members}).encode())


def link(**members: Any) -> dict[str, Any]:
    return {"$type": "ruleMutation", "action": "Disable", **members}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"$type": "enableComponent", "ComponentId": "A"}, [Enable("A")]),
        ({"$type": "DISABLECOMPONENT", "componentid": "A"}, [Disable("A")]),
        ({"$type": "handOver", "ComponentId": "A"}, [HandOver("A")]),
        ({"$type": "endConversation"}, [End()]),
        (link(operator="And", sourceAdapterId="A", targetAdapterId="B"), [Disable("A"), Disable("B")]),
        (link(operator="and", sourceAdapterId="BMProxy", targetAdapterId="B"), [Disable("B")]),
        (link(sourceAdapterId="A"), [Disable("A")]),
        (link(operator="Or", sourceAdapterId="A", targetAdapterId="A"), [Disable("A")]),
        ({"$Type": "RULEMUTATION", "Action": "enable", "SourceAdapterId": None, "TargetAdapterId": "B"}, [Enable("B")]),
    ],
)
def test_a_mutation_asks_for_these_changes(item: dict[str, Any], expected: list[Any]) -> None:
    assert list(mutations(item).mutations) == expected


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"$type": "commandComponent", "ComponentId": "A"}, "Mutations[0].$type"),
        ({"ComponentId": "A"}, "Mutations[0].$type"),
        ({"$type": "enableComponent"}, "Mutations[0].ComponentId"),
        ({"$type": "enableComponent", "ComponentId": " "}, "Mutations[0].ComponentId"),
        ({"$type": "enableComponent", "ComponentId": []}, "Mutations[0].ComponentId"),
        ("enableComponent", "Mutations[0]"),
        (link(action="Toggle", sourceAdapterId="A"), "Mutations[0].action"),
        (link(operator="Xor", sourceAdapterId="A"), "Mutations[0].operator"),
        (link(operator="And", sourceAdapterId="A"), "Mutations[0]"),
        (link(sourceAdapterId="BMProxy"), "Mutations[0]"),
    ],
)
def test_a_mutation_that_cannot_be_understood_is_refused_at_its_place(item: Any, path: str) -> None:
    with pytest.raises(Malformed) as caught:
        mutations(item)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (None, {}),
        ({}, {}),
        ({"Team": "billing", "n": 1, "yes": False, "none": None}, {"Team": "billing", "n": "1", "yes": "false"}),
        ([{"key": "Team", "value": "billing"}, {"Key": "n", "Value": 2}], {"Team": "billing", "n": "2"}),
    ],
)
def test_context_is_texts_by_their_keys(context: Any, expected: dict[str, str]) -> None:
    assert mutations({"$type": "enableComponent", "ComponentId": "A"}, Context=context).context == expected


@pytest.mark.parametrize(
    "context",
    [
        {"a": {"b": 1}},
        {"a": []},
        "text",
        [{"value": "x"}],
        {str(number): "x" for number in range(limits.CONTEXT_KEYS_MAX + 1)},
        {"a": "é" * (limits.CONTEXT_BYTES_MAX // 2)},
    ],
)
def test_a_context_of_another_shape_or_size_is_refused(context: Any) -> None:
    with pytest.raises(Malformed, match=r"^Context"):
        mutations({"$type": "enableComponent", "ComponentId": "A"}, Context=context)


@pytest.mark.parametrize("items", [None, [], {}, "x"])
def test_a_request_without_mutations_is_refused(items: Any) -> None:
    with pytest.raises(Malformed, match="Mutations: expected a list"):
        cm_router.decode_mutations(json.dumps({"ChatId": "c", "Mutations": items}).encode())


def test_the_chat_may_be_named_by_the_url_alone() -> None:
    assert mutations({"$type": "endConversation"}).chat_id is None
    assert mutations({"$type": "endConversation"}, chatId="ABC").chat_id == "abc"


@pytest.mark.parametrize("missing", ["FlowId", "StepId"])
def test_a_position_needs_flow_and_step(missing: str) -> None:
    whole = {"ChatId": "c", "FlowId": "f", "StepId": "s", "ComponentId": "CmBot"}
    assert cm_router.decode_position(json.dumps(whole).encode()) == cm_router.PositionRequest("c", "f", "s", "CmBot")
    with pytest.raises(Malformed, match=f"{missing}: missing"):
        cm_router.decode_position(json.dumps({**whole, missing: None}).encode())


def test_a_conversation_is_told_without_what_does_not_apply() -> None:
    conversation = Conversation(ADDRESS, session=0, generation="hash", context={"team": "x"})
    told = {"chatId": ADDRESS.conversation_id, "accountId": ACCOUNT_ID, "channel": "WhatsApp"}
    assert json.loads(cm_router.encode_conversation(conversation, ACCOUNT_ID)) == {
        **told,
        "enabled": [],
        "context": {"team": "x"},
        "generation": "hash",
    }
    open_ = msgspec.structs.replace(
        conversation, session_id="s-1", started=1_795_165_200_000, enabled=frozenset({"Desk", "CmBot"}), context={}
    )
    assert json.loads(cm_router.encode_conversation(open_, ACCOUNT_ID)) == {
        **told,
        "sessionId": "s-1",
        "enabled": ["CmBot", "Desk"],
        "context": {},
        "since": "2026-11-20T09:00:00.000Z",
        "generation": "hash",
    }


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (
            Notify("CmBot", "handover", ("Desk",), {"CmBot": "disabled"}, {}, reason="asks for a person"),
            {
                "event": "handover",
                "enabled": ["Desk"],
                "changed": {"CmBot": "disabled"},
                "context": {},
                "reason": "asks for a person",
            },
        ),
        (
            Notify("CmBot", "reset", (), {}, {"team": "x"}, asker="Desk"),
            {"event": "reset", "enabled": [], "changed": {}, "context": {"team": "x"}, "from": "Desk"},
        ),
        (
            PositionAt("CmBot", "welcome", "resume", {"a": "b"}, asker="Desk", reason="back"),
            {
                "event": "position",
                "flowId": "welcome",
                "stepId": "resume",
                "context": {"a": "b"},
                "from": "Desk",
                "reason": "back",
            },
        ),
        (Note("CmBot", "be kind", "a rule"), {"event": "note", "text": "be kind", "reason": "a rule", "context": {}}),
    ],
)
def test_a_notification_has_what_applies_and_always_a_context(effect: Effect, expected: dict[str, Any]) -> None:
    call = registry.encode(owed(effect), BOT, Sending(ACCOUNT_ID))
    assert call is not None
    assert call.url == BOT.handover_url
    assert body_of(call) == {"id": OWED_ID, **CHAT, **expected}


def test_a_component_without_a_hand_over_address_is_told_nothing() -> None:
    deaf = msgspec.structs.replace(BOT, handover_url=None)
    assert registry.encode(owed(Note("CmBot", "x")), deaf, Sending(ACCOUNT_ID)) is None


def test_each_kind_of_work_goes_to_its_own_address() -> None:
    text = Message(Text("x"))
    assert [
        call.url
        for call in (
            encode_mt(owed(ToCustomer(text)), GATEWAY),
            registry.encode(owed(ToComponent("CmBot", text)), BOT, Sending(ACCOUNT_ID)),
            registry.encode(owed(PositionAt("CmBot", "f", "s")), BOT, Sending(ACCOUNT_ID)),
        )
        if call is not None
    ] == [GATEWAY.send_url, BOT.message_url, BOT.handover_url]


def test_a_notification_takes_earlier_messages_along_in_twoways_shape() -> None:
    turns = (
        Turn(0, CUSTOMER, Message(Text("Help")), "m-1", "SMS", 1),
        Turn(1_000, "CmBot", Message(Text("Wait"), (Reply("Yes"),)), "m-2", "SMS", 2),
        Turn(2_000, "", Message(Text("Ticket 5")), "m-3", "SMS", 3),
    )
    effect = Notify("Desk", "handover", ("Desk",), {"Desk": "enabled"}, {}, turn=4)
    told = body_of(cm_router.encode_notification(owed(effect), BOT, Sending(ACCOUNT_ID, turns)))["messages"]
    assert [(one.get("author"), one["direction"], one["text"], one["id"]) for one in told] == [
        ("customer", "ClientOriginated", "Help", "m-1"),
        ("CmBot", "ClientTerminated", "Wait", "m-2"),
        (None, "ClientTerminated", "Ticket 5", "m-3"),
    ]
    assert told[0]["createdOn"] == "1970-01-01T00:00:00.000Z"
    assert told[1]["suggestions"]
    assert "messages" not in body_of(cm_router.encode_notification(owed(effect), BOT, Sending(ACCOUNT_ID)))


def test_control_answers_are_json() -> None:
    assert json.loads(cm_router.encode_granted("c-1")) == {"chatId": "c-1", "message": "accepted"}
    assert json.loads(cm_router.encode_error(403, "no")) == {"status": 403, "message": "no"}
