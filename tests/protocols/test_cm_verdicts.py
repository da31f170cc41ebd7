"""What the gateway's answers mean for a delivery, and the spellings of channels."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pointsman.language.vocabulary import CHANNELS
from pointsman.protocols.cm_channels import from_cm, to_cm
from pointsman.protocols.cm_messaging import classify
from pointsman.protocols.wire import Response, Verdict

REJECTED = Verdict("refused", "rejected")


def result(status: str, code: Any = 0) -> dict[str, Any]:
    return {"to": "0031", "status": status, "messageErrorCode": code, "messageDetails": None}


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, {"details": "Created 1 message(s)", "errorCode": 0, "messages": [result("Accepted")]}, None),
        (200, {"errorCode": 0, "messages": [result("Accepted", "0")]}, None),
        (200, {"errorCode": 201, "messages": [result("Rejected", 303)]}, REJECTED),
        (200, {"errorCode": 0, "messages": [result("Rejected")]}, REJECTED),
        (200, {"errorCode": 0, "messages": [result("Accepted", "402")]}, REJECTED),
        (400, {"errorCode": 201, "messages": [result("Rejected", 102)]}, Verdict("refused", "quota")),
        (400, {"errorCode": 103, "messages": []}, Verdict("refused", "authentication")),
        (400, {"errorCode": 202, "messages": None}, REJECTED),
        (200, {"errorCode": 201, "messages": [result("Rejected", 500)]}, Verdict("again", "gateway")),
        (200, {"errorCode": 999}, Verdict("again", "gateway")),
        (200, {}, None),
        (400, [], None),
        (401, {"errorCode": 101}, None),
        (500, {"errorCode": 500}, None),
        (429, {"errorCode": 102}, None),
        (200, {"errorCode": "x" * 50}, Verdict("again", "gateway")),
    ],
)
def test_an_answer_of_the_gateway_has_this_verdict(status: int, body: Any, verdict: Verdict | None) -> None:
    assert classify(Response(status, body=json.dumps(body).encode())) == verdict


@pytest.mark.parametrize("body", [b"", b"OK", b"<html>", b"\xff", b"[" * 100_000])
def test_a_body_that_says_nothing_leaves_it_to_the_status(body: bytes) -> None:
    assert classify(Response(200, body=body)) is None


@pytest.mark.parametrize(
    ("spelling", "channel"),
    [
        ("Whatsapp", "WhatsApp"),
        (" SMS", "SMS"),
        ("rcs", "RCS"),
        ("FacebookMessenger", "Facebook"),
        ("Facebook Messenger", "Facebook"),
        ("Telegram Messenger", "Telegram"),
        ("telegram", "Telegram"),
        ("web-push", "Web Push"),
        ("E-mail", "Email"),
        ("INSTAGRAM", "Instagram"),
        ("Apple Messages for Business", "Apple Messages for Business"),
        ("Push", "Push"),
    ],
)
def test_a_channel_is_read_in_every_spelling_of_the_sdks(spelling: str, channel: str) -> None:
    assert from_cm(spelling) == channel


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_we_call_a_channel_to_cm_we_understand_ourselves(channel: str) -> None:
    assert from_cm(to_cm(channel)) == channel
