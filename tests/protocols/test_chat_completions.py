"""A component that is a chat completions endpoint: what is asked, and what its answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contract_suite import ContractSuite, samples_of
from protocol_samples import ACCOUNT_ID, owed

from pointsman.model.content import Location, Message, Reply, Text
from pointsman.model.decision import Note, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.transcript import Turn
from pointsman.protocols.chat_completions import (
    ComponentSettings,
    classify,
    decode_reply,
    encode_message,
    encode_notice,
)
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.wire import Response, Sending, Verdict

HELPER = ComponentSettings(
    account="shop",
    base_url=Url("http://127.0.0.1:9103/v1/"),
    model="small",
    api_key=Secret(("k-123",), ("env:HELPER_KEY",)),
    instructions="Answer briefly.",
)
BARE = ComponentSettings(account="shop", base_url=Url("http://127.0.0.1:9103/v1"), model="small")
ASKED = owed(ToComponent("Helper", Message(Text("Hi"))))
TURNS = (
    Turn(1, CUSTOMER, Message(Text("Hi"))),
    Turn(2, "Helper", Message(Text("Hello, how can I help?"))),
    Turn(3, "", Message(Text("We are open until five."))),
    Turn(4, "CustomerContact", Message(Text("Ann here."), (Reply("Thanks", "t"),))),
    Turn(5, CUSTOMER, Message(Location(1.5, 2.5))),
)


def asked(settings: ComponentSettings = HELPER, history: tuple[Turn, ...] = TURNS, text: str = "And tomorrow?") -> Any:
    effect = ToComponent("Helper", Message(Text(text)))
    call = encode_message(owed(effect), settings, Sending(ACCOUNT_ID, history))
    assert call is not None
    return json.loads(call.body)


def answer(status: int = 200, headers: dict[str, str] | None = None, **body: Any) -> Response:
    return Response(status, headers or {}, json.dumps(body).encode())


def completed(content: str | None, finish: str = "stop", **more: Any) -> Response:
    message = {"role": "assistant", "content": content, **more}
    return answer(
        id="c1", object="chat.completion", choices=[{"index": 0, "message": message, "finish_reason": finish}]
    )


def test_the_question_goes_to_the_endpoint_with_the_key_as_bearer() -> None:
    call = encode_message(owed(ToComponent("Helper", Message(Text("Hi")))), HELPER, Sending(ACCOUNT_ID))
    assert call is not None
    assert (call.url, call.headers["authorization"]) == ("http://127.0.0.1:9103/v1/chat/completions", "Bearer k-123")
    assert call.timeout_ms == 30_000


def test_without_a_key_no_authorization_is_sent() -> None:
    call = encode_message(owed(ToComponent("Helper", Message(Text("Hi")))), BARE, Sending(ACCOUNT_ID))
    assert call is not None
    assert "authorization" not in call.headers


def test_turns_of_one_role_are_one_and_others_of_the_business_are_named() -> None:
    assert asked()["messages"] == [
        {"role": "system", "content": "Answer briefly."},
        {"role": "user", "content": "Hi"},
        {
            "role": "assistant",
            "content": "Hello, how can I help?\nWe are open until five.\nCustomerContact: Ann here.\nThanks",
        },
        {"role": "user", "content": "https://maps.google.com/?q=1.5,2.5\nAnd tomorrow?"},
    ]


@pytest.mark.parametrize(("turns", "kept"), [(0, 0), (1, 1), (3, 3), (10, 5)])
def test_the_oldest_turns_are_left_out_beyond_the_number_kept(turns: int, kept: int) -> None:
    settings = ComponentSettings(account="shop", base_url=HELPER.base_url, model="small", history=turns)
    said = "\n".join(message["content"] for message in asked(settings)["messages"])
    words = ["Hi\n", "Hello", "We are open", "Ann here", "maps.google"]
    assert [word in said for word in words] == [False] * (5 - kept) + [True] * kept


def test_a_budget_of_tokens_keeps_the_newest_turns() -> None:
    settings = ComponentSettings(account="shop", base_url=HELPER.base_url, model="small", history_tokens=30)
    said = "\n".join(message["content"] for message in asked(settings)["messages"])
    assert "maps.google" in said
    assert "Hello" not in said
    assert "And tomorrow?" in said


def test_unset_wishes_are_not_sent_and_the_bound_goes_by_the_name_that_the_server_knows() -> None:
    assert asked().keys() == {"model", "messages"}
    wishes = ComponentSettings(
        account="shop",
        base_url=HELPER.base_url,
        model="small",
        max_tokens=300,
        max_tokens_field="max_completion_tokens",
        temperature=0.0,
    )
    assert asked(wishes) | {"messages": []} == {
        "model": "small",
        "messages": [],
        "max_completion_tokens": 300,
        "temperature": 0.0,
    }


def test_copies_and_notices_ask_nothing() -> None:
    copy = ToComponent("Helper", Message(Text("Hi")), "CustomerContact")
    assert encode_message(owed(copy), HELPER, Sending(ACCOUNT_ID)) is None
    assert encode_notice(owed(Note("Helper", "x")), HELPER, Sending(ACCOUNT_ID)) is None


@pytest.mark.parametrize(
    ("response", "text", "finish"),
    [
        (completed(" We open at nine. "), "We open at nine.", "stop"),
        (completed("We open at", "length"), "We open at", "length"),
        (completed(None, refusal="I cannot help with that."), "I cannot help with that.", "refusal"),
        (completed("Hm", "content_filter"), "Hm", "content_filter"),
    ],
)
def test_what_the_model_says_is_a_message_that_tells_why_it_ended(response: Response, text: str, finish: str) -> None:
    assert classify(response) is None
    heard = decode_reply(owed(ToComponent("Helper", Message(Text("Hi")))), response, HELPER)
    assert heard.messages == (Message(Text(text), meta={"finish": finish}),)


@pytest.mark.parametrize(
    ("response", "verdict"),
    [
        (completed(None), Verdict("refused", "empty")),
        (completed("  "), Verdict("refused", "empty")),
        (completed(None, "content_filter"), Verdict("refused", "filtered")),
        (answer(choices=[]), Verdict("refused", "malformed")),
        (Response(200, {}, b"<html>"), Verdict("refused", "malformed")),
        (answer(401, error={"message": "no"}), Verdict("refused", "authentication")),
        (answer(429, error={"message": "x", "code": "insufficient_quota"}), Verdict("refused", "quota")),
        (answer(429, error={"message": "x", "type": "project_spend_limit_exceeded"}), Verdict("refused", "quota")),
        (answer(429, error={"message": "x", "code": "rate_limit_exceeded"}), None),
        (answer(429, {"retry-after-ms": "1500"}, error={"message": "x"}), Verdict("again", "status", 1500)),
        (answer(429, {"x-should-retry": "false"}, error={"message": "x"}), Verdict("refused", "rejected")),
        (answer(409, error={"message": "x"}), Verdict("again", "status")),
        (Response(500, {}, b"oops"), None),
        (Response(429, {}, b"oops"), None),
        (answer(400, error={"message": "x"}), None),
    ],
)
def test_answers_are_told_apart(response: Response, verdict: Verdict | None) -> None:
    assert classify(response) == verdict


def test_the_key_is_in_no_text_about_the_settings() -> None:
    assert "k-123" not in repr(HELPER)


class TestContract(ContractSuite):
    samples = samples_of(
        "chat",
        {
            "reply": lambda body: decode_reply(
                owed(ToComponent("Helper", Message(Text("Hi")))), Response(200, {}, body), HELPER
            )
        },
    )
